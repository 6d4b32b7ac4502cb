import { resolve } from 'node:path';
import { exitCodes } from '../../lib/start-problem.ts';
import { formatBytes } from '../../lib/text/format-bytes.ts';
import type { Args } from '../action.ts';
import { type Cli, configOf, type Flags, note, print, say } from '../cli.ts';
import { withServer } from '../client/with-server.ts';
import { printTable } from '../print-table.ts';
import { backupTexts } from './text.ts';

/** `berth backup db <file>` */
export async function backupDbCommand(cli: Cli, flags: Flags, [file = '']: Args): Promise<number> {
  const { config } = configOf(cli, flags);
  const input = { file: resolve(cli.cwd, file), force: flags['force'] === true };
  const report = await withServer(cli, config, {
    path: '/backup/db',
    body: input,
    offline: (server) => server.backUp(input),
  });
  if (flags['json'] === true) {
    print(JSON.stringify(report, null, 2));
    return exitCodes.done;
  }
  const { sizeBytes, rows, ms } = report;
  const size = formatBytes(sizeBytes);
  const seconds = (ms / 1000).toFixed(1);
  print(say(cli, backupTexts.backedUp, { file: report.file, size, rows, seconds }));
  const head = [say(cli, backupTexts.headTable), say(cli, backupTexts.headRows)];
  printTable(
    head,
    Object.entries(report.tables).map(([table, count]) => [table, String(count)]),
  );
  note(say(cli, backupTexts.keepKey));
  return exitCodes.done;
}
