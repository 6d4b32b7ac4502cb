import { exitCodes } from '../../lib/start-problem.ts';
import { formatBytes } from '../../lib/text/format-bytes.ts';
import { type Cli, configOf, type Flags, note, print, say } from '../cli.ts';
import { withServer } from '../client/with-server.ts';
import { ProgressBar } from '../progress-bar.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { progressLine } from './progress-line.ts';
import type { StorageProgress, StorageReport } from './storage-report.ts';
import { verifyTexts } from './text.ts';

export async function verifyStorageCommand(cli: Cli, flags: Flags): Promise<number> {
  const hashShare = shareOf(flags);
  const repair = flags['repair'] === true;
  const { config } = configOf(cli, flags);
  const json = flags['json'] === true;
  const bar = json ? undefined : ProgressBar.onStandardError();
  const startedAt = performance.now();
  const onProgress = (progress: StorageProgress): void =>
    bar?.show(progressLine(progress, performance.now() - startedAt, cli.lang));
  const report = await withServer<StorageReport>(cli, config, {
    path: '/verify/storage',
    body: { hashShare: String(hashShare), repair },
    onProgress: (progress) => onProgress(progress as StorageProgress),
    // Ctrl-C ends the process, and nothing that is begun needs an end.
    offline: (server) =>
      server.verifyStorage({
        hashShare,
        repair,
        gently: false,
        onProgress,
        signal: new AbortController().signal,
      }),
  }).finally(() => bar?.clear());
  if (json) print(JSON.stringify(report, null, 2));
  else printReport(cli, report, repair);
  return isSound(report, repair) ? exitCodes.done : exitCodes.problemsFound;
}

function isSound(report: StorageReport, repair: boolean): boolean {
  const lost = report.missing + report.wrongSize + report.corrupt;
  return lost === 0 && (repair || report.copiesGone === 0);
}

/** @throws WrongUsage */
function shareOf(flags: Flags): number {
  const sample = flags['sample'];
  if (typeof sample !== 'string') return flags['deep'] === true ? 1 : 0;
  const percent = /^(\d+(?:\.\d+)?)%?$/.exec(sample)?.[1];
  const share = Number(percent) / 100;
  if (percent === undefined || share <= 0 || share > 1) throw new WrongUsage(verifyTexts.sampleWrong);
  return share;
}

function printReport(cli: Cli, report: StorageReport, repair: boolean): void {
  const size = (bytes: number): string => formatBytes(bytes);
  print(say(cli, verifyTexts.blobs, { blobs: report.blobs, size: size(report.bytes) }));
  if (report.hashedBlobs > 0)
    print(say(cli, verifyTexts.hashed, { blobs: report.hashedBlobs, size: size(report.hashedBytes) }));
  print(say(cli, verifyTexts.missing, { count: report.missing }));
  print(say(cli, verifyTexts.wrongSize, { count: report.wrongSize }));
  print(say(cli, verifyTexts.corrupt, { count: report.corrupt }));
  const { manifests: count, copiesDue: due, copiesGone: gone } = report;
  print(say(cli, verifyTexts.manifests, { count, due, gone }));
  print(say(cli, verifyTexts.strays, { count: report.strays, size: size(report.strayBytes) }));
  print(say(cli, verifyTexts.dangling, { count: report.dangling }));
  if (repair) print(say(cli, verifyTexts.repaired, { count: report.repaired }));
  for (const { digest, problem } of report.damaged) print(`${digest}  ${problem}`);
  if (report.corrupt > 0 && !repair) note(say(cli, verifyTexts.repairFirst));
  else if (report.missing + report.wrongSize + report.corrupt > 0) note(say(cli, verifyTexts.heal));
  if (gone > 0 && !repair) note(say(cli, verifyTexts.copiesGone));
  if (report.strays > 0) note(say(cli, verifyTexts.adopt));
}
