import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import type { Cli, Flags } from '../cli.ts';
import { confirmed } from '../rest/confirmed.ts';
import { restClient } from '../rest/rest-client.ts';
import { formOf, type Row, showRows } from '../rest/show.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { trashTexts } from './text.ts';

const path = '/api/berth/v1/blocked-digests';

export async function listBlocked(cli: Cli, flags: Flags): Promise<number> {
  const form = formOf(flags);
  const rows = await (await restClient(cli, flags)).all<Row>(path);
  showRows(form, rows, { columns: ['digest', 'object', 'blocked_at', 'blocked_by'] });
  return exitCodes.done;
}

export async function unblockDigest(cli: Cli, flags: Flags, [digest = '']: Args): Promise<number> {
  if (!/^\w+:[0-9a-f]+$/.test(digest)) throw new WrongUsage(trashTexts.digestWrong);
  const client = await restClient(cli, flags);
  const run = () => client.call('DELETE', `${path}/${digest}`);
  return confirmed(cli, flags, { what: digest, run });
}
