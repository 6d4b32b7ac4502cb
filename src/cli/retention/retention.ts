import { exitCodes } from '../../lib/start-problem.ts';
import { formatBytes } from '../../lib/text/format-bytes.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { confirmed } from '../rest/confirmed.ts';
import { restClient } from '../rest/rest-client.ts';
import { formOf, type Row, showRows } from '../rest/show.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { retentionTexts } from './text.ts';

interface Plan {
  readonly plan_id: number;
  readonly expires_at: string;
  readonly artifacts: number;
  readonly dropped_artifacts: number;
  readonly dropped_tags: number;
  readonly freed_bytes: number;
}

interface Preview extends Plan {
  readonly decisions: readonly (Row & { readonly keep: boolean; readonly tags: readonly string[] })[];
}

const pathOf = (project: string): string => `/api/berth/v1/projects/${encodeURIComponent(project)}/retention`;

export async function previewRetention(cli: Cli, flags: Flags, [project = '']: Args): Promise<number> {
  const form = formOf(flags);
  const { text } = await (await restClient(cli, flags)).call('POST', `${pathOf(project)}/preview`, {});
  const preview = JSON.parse(text) as Preview;
  const shown = preview.decisions.filter(({ keep }) => !keep || flags['all'] === true);
  const rows = shown.map((row) => ({ ...row, tags: row.tags.join(',') }));
  showRows(form, rows, {
    columns: ['repository', 'tags', 'keep', 'reason'],
    more: ['digest', 'pushed_at', 'pulled_at'],
  });
  note(
    say(cli, retentionTexts.planned, {
      plan: String(preview.plan_id),
      dropped: String(preview.dropped_artifacts),
      artifacts: String(preview.artifacts),
      tags: String(preview.dropped_tags),
      size: formatBytes(preview.freed_bytes),
      until: preview.expires_at,
      project,
    }),
  );
  return exitCodes.done;
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
