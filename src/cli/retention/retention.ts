import { exitCodes } from '../../lib/start-problem.ts';
import { formatBytes } from '../../lib/text/format-bytes.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { confirmed } from '../rest/confirmed.ts';
import { restClient } from '../rest/rest-client.ts';
import { formOf, type Row, showRows, textFlag } from '../rest/show.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { readPolicy } from './read-policy.ts';
import { retentionTexts } from './text.ts';

interface Totals {
  readonly artifacts: number;
  readonly dropped_artifacts: number;
  readonly dropped_tags: number;
  readonly freed_bytes: number;
}

interface Plan extends Totals {
  readonly plan_id: number;
  readonly expires_at: string;
}

interface Preview extends Plan {
  readonly policy_of: string;
  readonly decisions: readonly (Row & { readonly keep: boolean; readonly tags: readonly string[] })[];
}

const pathOf = (project: string): string => `/api/berth/v1/projects/${encodeURIComponent(project)}/retention`;

export async function previewRetention(cli: Cli, flags: Flags, [project = '']: Args): Promise<number> {
  const form = formOf(flags);
  const body = givenPolicy(cli, flags);
  const preview = await askPreview<Preview>(cli, flags, project, body);
  const shown = preview.decisions.filter(({ keep }) => !keep || flags['all'] === true);
  const rows = shown.map((row) => ({ ...row, tags: row.tags.join(',') }));
  showRows(form, rows, {
    columns: ['repository', 'tags', 'keep', 'unique_bytes', 'reason'],
    more: ['digest', 'pushed_at', 'pulled_at'],
  });
  const totals = {
    dropped: String(preview.dropped_artifacts),
    artifacts: String(preview.artifacts),
    tags: String(preview.dropped_tags),
    size: formatBytes(preview.freed_bytes),
  };
  const plan = { plan: String(preview.plan_id), until: preview.expires_at, project };
  const isOwn = preview.policy_of !== 'request';
  if (preview.policy_of === 'system') note(say(cli, retentionTexts.bySystem));
  note(
    say(cli, isOwn ? retentionTexts.planned : retentionTexts.tried, { ...totals, ...(isOwn ? plan : {}) }),
  );
  return exitCodes.done;
}

interface Compared extends Totals {
  readonly compared: Totals & { readonly changes: readonly string[] };
}

/** What a policy in a file would do differently. */
export async function compareRetention(
  cli: Cli,
  flags: Flags,
  [project = '', file = '']: Args,
): Promise<number> {
  const form = formOf(flags);
  const body = { ...givenPolicy(cli, flags), compare: readPolicy(cli, file) };
  const preview = await askPreview<Compared>(cli, flags, project, body);
  const { compared } = preview;
  showRows(
    form,
    compared.changes.map((change) => ({ change })),
    { columns: ['change'] },
  );
  note(
    say(cli, retentionTexts.compared, {
      dropped: String(preview.dropped_artifacts),
      tags: String(preview.dropped_tags),
      size: formatBytes(preview.freed_bytes),
      file,
      otherDropped: String(compared.dropped_artifacts),
      otherTags: String(compared.dropped_tags),
      otherSize: formatBytes(compared.freed_bytes),
    }),
  );
  return exitCodes.done;
}

async function askPreview<T>(cli: Cli, flags: Flags, project: string, body: object): Promise<T> {
  const client = await restClient(cli, flags);
  return JSON.parse((await client.call('POST', `${pathOf(project)}/preview`, body)).text) as T;
}

function givenPolicy(cli: Cli, flags: Flags): { readonly policy?: unknown } {
  const file = textFlag(flags, 'policy');
  return file === undefined ? {} : { policy: readPolicy(cli, file) };
}

export async function applyRetention(
  cli: Cli,
  flags: Flags,
  [project = '', plan = '']: Args,
): Promise<number> {
  if (!/^\d{1,15}$/.test(plan)) throw new WrongUsage(retentionTexts.planWrong);
  const client = await restClient(cli, flags);
  const path = `${pathOf(project)}/plans/${plan}`;
  const found = await client.get<Plan>(path);
  const dropped = String(found.dropped_artifacts);
  return confirmed(cli, flags, {
    what: say(cli, retentionTexts.whatGoes, { dropped, project, size: formatBytes(found.freed_bytes) }),
    run: async () => {
      const { text } = await client.call('POST', `${path}/apply`);
      const { execution_id: run } = JSON.parse(text) as { execution_id: number };
      note(say(cli, retentionTexts.applied, { run: String(run), plan, project }));
    },
  });
}
