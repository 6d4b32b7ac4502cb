import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, say } from '../cli.ts';
import { restClient } from '../rest/rest-client.ts';
import { formOf, showRows, textFlag } from '../rest/show.ts';
import { timeText } from '../time-text.ts';
import type { Granted } from './find-grant.ts';
import { accessTexts } from './text.ts';

/** As the REST API shows it. */
interface Allowed {
  readonly kind: 'everyone' | 'user' | 'group' | 'robot' | 'system';
  readonly who?: string;
  readonly count?: number;
  readonly actions: readonly string[];
  readonly by: readonly Granted[];
  readonly off?: boolean;
  readonly expires_at?: string;
}

/** Who may pull, push and delete in a place, and by which grants. */
export async function who(cli: Cli, given: Flags, [where = '']: Args): Promise<number> {
  const form = formOf(given);
  const action = textFlag(given, 'action');
  const query = [['where', where], ...(action === undefined ? [] : [['action', action]])];
  const client = await restClient(cli, given);
  const rows = await client.all<Allowed>(
    `/api/berth/v1/access?${query.map(([key, value = '']) => `${key}=${encodeURIComponent(value)}`).join('&')}`,
  );
  const { headUser, headMay, headBy, headUntil } = accessTexts;
  showRows(
    form,
    rows.map((row) => ({ ...row, who: row.who ?? row.kind })),
    {
      columns: ['who', 'actions', 'kind', 'by', 'off'],
      more: ['count'],
      table: {
        header: [headUser, headMay, headBy, headUntil].map((text) => say(cli, text)),
        cells: rows.map((row) => [nameOf(cli, row), row.actions.join(','), byOf(cli, row), untilOf(row)]),
      },
    },
  );
  return exitCodes.done;
}

function nameOf(cli: Cli, { kind, who: name = '', count = 0, off }: Allowed): string {
  if (kind === 'everyone') return say(cli, accessTexts.everyone);
  if (kind === 'system') return say(cli, accessTexts.unnamed, { count: String(count) });
  const shown = kind === 'group' ? say(cli, accessTexts.aGroup, { group: name.slice(6) }) : name;
  return off === true ? say(cli, accessTexts.isOff, { name: shown }) : shown;
}

function byOf(cli: Cli, { kind, by }: Allowed): string {
  if (kind === 'everyone') return say(cli, accessTexts.isPublic);
  if (by.length === 0) return say(cli, accessTexts.bySystem);
  return by
    .map(({ role, where, tag }) =>
      [...(kind === 'robot' ? [] : [role]), tag === undefined ? where : `${where}:${tag}`].join(' '),
    )
    .join('; ');
}

function untilOf({ by, expires_at: own }: Allowed): string {
  const [first] = [own ?? [], ...by.map(({ expires_at: at }) => at ?? [])].flat().toSorted();
  return first === undefined ? '-' : timeText(Date.parse(first));
}
