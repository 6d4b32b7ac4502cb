import { resolve } from 'node:path';
import { exitCodes } from '../../lib/start-problem.ts';
import { createLog } from '../../platform/log/logger.ts';
import type { Args } from '../action.ts';
import { type Cli, configOf, type Flags, note, print, say } from '../cli.ts';
import { dieOffline } from '../client/with-server.ts';
import { restoreTexts } from './text.ts';

/** Not a path. */
const newest = 'newest';

/** `berth restore db <file|newest>` */
export async function restoreDbCommand(cli: Cli, flags: Flags, [from = '']: Args): Promise<number> {
  const { config } = configOf(cli, flags);
  const { restoreBackup } = await import('../../offline.ts');
  await using log = createLog('warn', undefined);
  const deps = { log, entry: cli.entry, die: dieOffline };
  const report = await restoreBackup(config, deps, from === newest ? newest : resolve(cli.cwd, from));
  if (flags['json'] === true) {
    print(JSON.stringify(report, null, 2));
    return exitCodes.done;
  }
  print(say(cli, restoreTexts.restored, { ...report, kept: '' }));
  if (report.kept !== null) print(say(cli, restoreTexts.kept, { kept: report.kept }));
  if (report.renewedKeys > 0) note(say(cli, restoreTexts.renewedKeys));
  note(say(cli, restoreTexts.newerContent));
  return exitCodes.done;
}
