import { exitCodes } from '../../lib/start-problem.ts';
import { formatBytes } from '../../lib/text/format-bytes.ts';
import { type Cli, configOf, type Flags, note, print, say } from '../cli.ts';
import { askRunningServer } from '../client/ask-running-server.ts';
import { printTable } from '../print-table.ts';
import { quotaTexts } from './text.ts';

interface Row {
  readonly project: string;
  readonly usedBytes: number;
  readonly countedBytes: number;
}

export async function checkQuotas(cli: Cli, flags: Flags): Promise<number> {
  const { config } = configOf(cli, flags);
  const repair = flags['repair'] === true;
  const { rows } = await askRunningServer<{ rows: Row[] }>(cli, config, '/quota/check', { repair });
  const json = flags['json'] === true;
  if (json) {
    const views = rows.map(({ project, usedBytes, countedBytes }) => ({ project, usedBytes, countedBytes }));
    print(JSON.stringify(views, null, 2));
  } else if (rows.length === 0) print(say(cli, quotaTexts.sound));
  else {
    const { headProject, headUsed, headCounted } = quotaTexts;
    printTable(
      [headProject, headUsed, headCounted].map((text) => say(cli, text)),
      rows.map((row) => [row.project, formatBytes(row.usedBytes), formatBytes(row.countedBytes)]),
    );
  }
  if (rows.length > 0 && !json) note(say(cli, repair ? quotaTexts.repaired : quotaTexts.wrong));
  return rows.length === 0 || repair ? exitCodes.done : exitCodes.problemsFound;
}
