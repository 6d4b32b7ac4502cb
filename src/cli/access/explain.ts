import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, print, say } from '../cli.ts';
import { restClient } from '../rest/rest-client.ts';
import { formOf, type Row, showOne } from '../rest/show.ts';
import type { Granted } from './find-grant.ts';
import { accessTexts } from './text.ts';

interface Explained extends Row {
  readonly allowed: boolean;
  readonly message: string;
  readonly deciding?: Granted;
  readonly nearest?: { readonly grant: Granted; readonly lacks: keyof typeof lacks };
  readonly enough?: string;
  readonly gates: readonly { readonly kind: string; readonly message: string }[];
  readonly ask: readonly string[];
}

const lacks = {
  time: accessTexts.lacksTime,
  tags: accessTexts.lacksTags,
  place: accessTexts.lacksPlace,
  right: accessTexts.lacksRight,
} as const;

/** Ends with the code of a missing permission where it is not allowed, so that scripts can ask. */
export async function explain(
  cli: Cli,
  flags: Flags,
  [who = '', action = '', where = '']: Args,
): Promise<number> {
  const form = formOf(flags);
  const query = Object.entries({ who, action, where })
    .map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
    .join('&');
  const client = await restClient(cli, flags);
  const answer = await client.get<Explained>(`/api/berth/v1/explain?${query}`);
  if (form.kind === 'table') for (const line of linesOf(cli, answer)) print(line.replace(/\p{C}/gu, ' '));
  else showOne(form, answer, 'allowed');
  return answer.allowed && offGate(answer) === undefined ? exitCodes.done : exitCodes.permission;
}

/** Whatever rights an account has, it cannot use them when it is disabled or has ended. */
function offGate({ gates }: Explained): Explained['gates'][number] | undefined {
  return gates.find(({ kind }) => kind === 'account');
}

function linesOf(cli: Cli, answer: Explained): string[] {
  const { allowed, message, deciding, nearest, enough, gates, ask } = answer;
  const off = offGate(answer);
  const told = (grant: Granted): string =>
    [grant.id, grant.who, grant.role, grant.where, ...(grant.tag === undefined ? [] : [grant.tag])].join(' ');
  return [
    off === undefined || !allowed
      ? say(cli, allowed ? accessTexts.yes : accessTexts.no, { message })
      : say(cli, accessTexts.no, { message: off.message }),
    ...(deciding === undefined || off !== undefined
      ? []
      : [say(cli, accessTexts.deciding, { grant: told(deciding) })]),
    ...(nearest === undefined
      ? []
      : [
          say(cli, accessTexts.nearest, {
            grant: told(nearest.grant),
            lacks: say(cli, lacks[nearest.lacks]),
          }),
        ]),
    ...(enough === undefined ? [] : [say(cli, accessTexts.enough, { command: enough })]),
    ...gates
      .filter((gate) => gate !== off || !allowed)
      .map((gate) => say(cli, accessTexts.gate, { message: gate.message })),
    ...(ask.length === 0 ? [] : [say(cli, accessTexts.ask, { names: ask.join(', ') })]),
  ];
}
