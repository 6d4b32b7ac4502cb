import { exitCodes } from '../../lib/start-problem.ts';
import type { moveToPostgres } from '../../offline.ts';
import { createLog } from '../../platform/log/logger.ts';
import { type Cli, configOf, type Flags, note, print, say } from '../cli.ts';
import { dieOffline } from '../client/with-server.ts';
import { Interrupted } from '../interrupted.ts';
import { printTable } from '../print-table.ts';
import { ProgressBar, progressText } from '../progress-bar.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { type GivenTarget, givenTarget } from './given-target.ts';
import { dbTexts } from './text.ts';

type Move = Awaited<ReturnType<typeof moveToPostgres>>;
type Progress = Parameters<Parameters<typeof moveToPostgres>[2]['onProgress']>[0];

/** `berth db move` */
export async function moveDbCommand(cli: Cli, flags: Flags): Promise<number> {
  const target = givenTarget(cli, flags);
  const { config, settings } = configOf(cli, flags);
  if (config.databaseUrl !== undefined) throw new WrongUsage(dbTexts.notSqlite);
  const json = flags['json'] === true;
  const bar = json ? undefined : ProgressBar.onStandardError();
  const app = await import('../../offline.ts');
  await using log = createLog('warn', undefined);
  const report = await withInterrupt(cli, bar, (signal) =>
    app.moveToPostgres(
      config,
      { log, entry: cli.entry, die: dieOffline },
      {
        to: target.url,
        name: target.name,
        dryRun: flags['dryRun'] === true,
        onProgress: showOn(cli, bar),
        signal,
      },
    ),
  );
  const fromFile = config.secretKey === undefined;
  const key = fromFile
    ? `BERTH_SECRET_KEY_FILE=${config.data}/secret.key`
    : say(cli, dbTexts.keyAsNow, { origin: settings.secretKey.origin });
  if (json) print(JSON.stringify({ ...report, settings: [target.setting, key] }, null, 2));
  else tell(cli, report, target, key);
  return exitCodes.done;
}

/** Ctrl-C ends it between two pages. */
async function withInterrupt<T>(
  cli: Cli,
  bar: ProgressBar | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const interrupt = new AbortController();
  const onSignal = (): void => interrupt.abort(new Interrupted());
  process.once('SIGINT', onSignal);
  try {
    return await work(interrupt.signal).finally(() => bar?.clear());
  } catch (error) {
    if (error instanceof Interrupted) note(say(cli, dbTexts.stopped));
    throw error;
  } finally {
    process.off('SIGINT', onSignal);
  }
}

function showOn(cli: Cli, bar: ProgressBar | undefined): (progress: Progress) => void {
  let phase: Progress['phase'] | undefined;
  let startedAt = 0;
  return (progress) => {
    if (phase !== progress.phase) startedAt = performance.now();
    phase = progress.phase;
    const { rows: done, totalRows: total, firstRows: before } = progress;
    const elapsedMs = performance.now() - startedAt;
    const what = say(cli, phase === 'copy' ? dbTexts.copying : dbTexts.comparing);
    bar?.show(`${what}  ${progressText({ done, total, before, elapsedMs }, String, cli.lang)}`);
  };
}

function tell(cli: Cli, report: Move, target: GivenTarget, key: string): void {
  const { to, rows, kind, dryRun } = report;
  if (dryRun && kind !== 'arrived') {
    print(say(cli, kind === 'begin' ? dbTexts.wouldMove : dbTexts.wouldGoOn, { rows, to }));
    tellTables(cli, report);
    return;
  }
  if (kind === 'arrived') print(say(cli, dbTexts.movedBefore, { rows, to }));
  else {
    const copySeconds = (report.copyMs / 1000).toFixed(1);
    const compareSeconds = (report.compareMs / 1000).toFixed(1);
    print(say(cli, dbTexts.moved, { to, rows, copySeconds, compareSeconds, copied: report.copiedRows }));
    tellTables(cli, report);
  }
  print(say(cli, dbTexts.nextStart));
  print(`  ${target.setting}`);
  print(`  ${key}`);
}

function tellTables(cli: Cli, { tables }: Move): void {
  printTable(
    [say(cli, dbTexts.headTable), say(cli, dbTexts.headRows)],
    Object.entries(tables).map(([table, count]) => [table, String(count)]),
  );
}
