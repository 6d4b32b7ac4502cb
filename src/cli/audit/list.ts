import { exitCodes } from '../../lib/start-problem.ts';
import type { Cli, Flags } from '../cli.ts';
import { restClient } from '../rest/rest-client.ts';
import { formOf, type Row, showRows, textFlag } from '../rest/show.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { exportPath } from './export-path.ts';
import { auditTexts } from './text.ts';

const most = 10_000;

/** `berth audit list`: the newest first. */
export async function listAuditLog(cli: Cli, flags: Flags): Promise<number> {
  const form = formOf(flags);
  const limit = textFlag(flags, 'limit') ?? '';
  if (!/^\d{1,5}$/.test(limit) || Number(limit) < 1 || Number(limit) > most)
    throw new WrongUsage(auditTexts.limitWrong);
  const client = await restClient(cli, flags);
  const pieces: Uint8Array[] = [];
  await client.download(exportPath(flags, { sort: '-op_time', limit }), async (answer) => {
    for await (const piece of answer) pieces.push(piece);
  });
  const lines = Buffer.concat(pieces).toString().split('\n').slice(0, -1);
  const rows = lines.map((line) => JSON.parse(line) as Row);
  showRows(form, rows, {
    columns: ['time', 'type', 'username', 'resource'],
    more: ['id', 'operation', 'resource_type', 'project_id', 'address', 'client', 'request_id', 'data'],
  });
  return exitCodes.done;
}
