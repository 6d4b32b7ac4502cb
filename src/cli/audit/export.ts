import { once } from 'node:events';
import { resolve } from 'node:path';
import { exitCodes } from '../../lib/start-problem.ts';
import type { Cli, Flags } from '../cli.ts';
import { restClient } from '../rest/rest-client.ts';
import { textFlag } from '../rest/show.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { exportPath } from './export-path.ts';
import { auditTexts } from './text.ts';

/** `berth audit export -o FILE` */
export async function exportAuditLog(cli: Cli, flags: Flags): Promise<number> {
  const output = textFlag(flags, 'output');
  if (output === undefined) throw new WrongUsage(auditTexts.fileMissing);
  const format = textFlag(flags, 'format') ?? (output.endsWith('.csv') ? 'csv' : 'ndjson');
  if (format !== 'csv' && format !== 'ndjson') throw new WrongUsage(auditTexts.formatWrong);
  const client = await restClient(cli, flags);
  const file = { path: resolve(cli.cwd, output), replace: flags['force'] === true };
  await client.download(exportPath(flags, { format }), output === '-' ? writeOut : file);
  return exitCodes.done;
}

async function writeOut(pieces: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const piece of pieces) if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
}
