import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { confirmed } from '../rest/confirmed.ts';
import { restClient } from '../rest/rest-client.ts';
import { formOf, type Row, showRows } from '../rest/show.ts';
import { restTexts } from '../rest/text.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { tagTexts } from './text.ts';

function protectionsPath(project: string): string {
  return `/api/berth/v1/projects/${encodeURIComponent(project)}/protected-tags`;
}

export async function listProtections(cli: Cli, flags: Flags, [project = '']: Args): Promise<number> {
  const form = formOf(flags);
  const rows = await (await restClient(cli, flags)).get<(Row & { allowed: string[] })[]>(
    protectionsPath(project),
  );
  showRows(
    form,
    rows.map((row) =>
      form.kind === 'table' || form.kind === 'wide' ? { ...row, allowed: row.allowed.join(' ') } : row,
    ),
    { columns: ['id', 'tags', 'repositories', 'allowed'] },
  );
  return exitCodes.done;
}

export async function protectTags(cli: Cli, flags: Flags, [project = '', tags = '']: Args): Promise<number> {
  const { allow, repositories } = flags;
  if (!Array.isArray(allow)) throw new WrongUsage(tagTexts.allowNeeded);
  const client = await restClient(cli, flags);
  await client.call('POST', protectionsPath(project), { tags, repositories, allowed: allow });
  note(say(cli, restTexts.done, { what: `${project} ${tags}` }));
  return exitCodes.done;
}

export async function unprotectTags(cli: Cli, flags: Flags, [project = '', id = '']: Args): Promise<number> {
  if (!/^\d+$/.test(id)) throw new WrongUsage(tagTexts.ruleIdWrong);
  const client = await restClient(cli, flags);
  const run = () => client.call('DELETE', `${protectionsPath(project)}/${id}`);
  return confirmed(cli, flags, { what: `${project} ${id}`, run });
}
