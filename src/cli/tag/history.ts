import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { artifactPath } from '../rest/repository-path.ts';
import { restClient } from '../rest/rest-client.ts';
import { formOf, type Row, showRows, textFlag } from '../rest/show.ts';
import { restTexts } from '../rest/text.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { tagTexts } from './text.ts';

export async function tagHistory(cli: Cli, flags: Flags, [reference = '']: Args): Promise<number> {
  const form = formOf(flags);
  const path = tagPath(reference);
  const rows = await (await restClient(cli, flags)).all<Row>(`${path}/history`);
  showRows(form, rows, {
    columns: ['time', 'username', 'previous_digest', 'digest'],
    more: ['address', 'client', 'id'],
  });
  return exitCodes.done;
}

export async function restoreTag(cli: Cli, flags: Flags, [reference = '']: Args): Promise<number> {
  const path = tagPath(reference);
  const digest = textFlag(flags, 'to');
  const client = await restClient(cli, flags);
  const { text } = await client.call('POST', `${path}/restore`, digest === undefined ? {} : { digest });
  const restored = JSON.parse(text) as { digest: string };
  note(say(cli, tagTexts.restored, { tag: reference, digest: restored.digest }));
  return exitCodes.done;
}

/** Of `project/repository:tag`. */
function tagPath(reference: string): string {
  const path = artifactPath(reference);
  if (reference.includes('@')) throw new WrongUsage(restTexts.tagNeeded);
  return path.replace('/api/v2.0/', '/api/berth/v1/').replace(/\/artifacts\/([^/]+)$/, '/tags/$1');
}
