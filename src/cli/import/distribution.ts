import type {
  DistributionImport,
  DistributionInput,
  DistributionProblem,
  DistributionProgress,
} from '../../import-from-distribution.ts';
import { AppError } from '../../lib/errors.ts';
import { exitCodes } from '../../lib/start-problem.ts';
import type { Config } from '../../platform/config/load-config.ts';
import { createLog } from '../../platform/log/logger.ts';
import { type Cli, configOf, type Flags, note, print, say } from '../cli.ts';
import { refusedBy } from '../client/refused.ts';
import { dieOffline } from '../client/with-server.ts';
import { ProgressBar } from '../progress-bar.ts';
import { progressLine } from '../verify/progress-line.ts';
import { importTexts, reasonTexts } from './text.ts';

/** `berth import distribution` */
export async function importDistributionCommand(cli: Cli, flags: Flags): Promise<number> {
  const { config } = configOf(cli, flags);
  const dryRun = flags['dryRun'] === true;
  const json = flags['json'] === true;
  const bar = json ? undefined : ProgressBar.onStandardError();
  const problems: DistributionProblem[] = [];
  const startedAt = performance.now();
  const report = await importInto(cli, config, {
    defaultProject: config.defaultProject,
    dryRun,
    onProgress: (progress) => bar?.show(lineOf(cli, progress, performance.now() - startedAt)),
    onProblem: (problem) => {
      if (json) problems.push(problem);
      else {
        bar?.clear();
        print(say(cli, importTexts.left, { path: printable(problem.path), why: whyOf(cli, problem) }));
      }
    },
  }).finally(() => bar?.clear());
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  if (json) {
    const { problems: count, initialPasswordFile, ...rest } = report;
    print(JSON.stringify({ dryRun, ...rest, initialPasswordFile, seconds, left: count, problems }, null, 2));
  } else printReport(cli, config, { dryRun, report, seconds });
  return report.problems > 0 ? exitCodes.partly : exitCodes.done;
}

async function importInto(cli: Cli, config: Config, input: DistributionInput): Promise<DistributionImport> {
  const { importFromDistribution } = await import('../../import-from-distribution.ts');
  await using log = createLog('warn', undefined);
  try {
    return await importFromDistribution(config, { log, entry: cli.entry, die: dieOffline }, input);
  } catch (cause) {
    throw cause instanceof AppError ? refusedBy(cause) : cause;
  }
}

function lineOf(cli: Cli, progress: DistributionProgress, elapsedMs: number): string {
  const { repositories: blobs, totalRepositories: totalBlobs, tags } = progress;
  const line = progressLine({ blobs, totalBlobs, bytes: 0, totalBytes: 0 }, elapsedMs, cli.lang);
  return `${line}  ${say(cli, importTexts.tagsSoFar, { tags })}`;
}

function whyOf(cli: Cli, { reason, detail }: DistributionProblem): string {
  return say(cli, reasonTexts[reason], { detail: printable(detail) });
}

/** Whoever named a file or wrote a manifest is not trusted by the terminal. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, ' ');
}

function printReport(
  cli: Cli,
  { data, storage }: Config,
  of: { readonly dryRun: boolean; readonly report: DistributionImport; readonly seconds: number },
): void {
  const { dryRun, report, seconds } = of;
  const { repositories, tags, manifests, links, referrers, fallbackTags, added, problems } = report;
  print(say(cli, importTexts.holds, { repositories, tags, manifests, links }));
  print(say(cli, importTexts.referrers, { referrers, fallbackTags }));
  if (report.projects.length > 0) {
    const text = dryRun ? importTexts.wouldMake : importTexts.made;
    print(say(cli, text, { projects: report.projects.join(' ') }));
  }
  if (problems > 0) print(say(cli, importTexts.problems, { count: problems }));
  if (dryRun) {
    print(say(cli, importTexts.onlyLooked, { seconds }));
    return;
  }
  print(say(cli, importTexts.added, { tags: added.tags, manifests: added.manifests, links: added.links }));
  print(say(cli, importTexts.copied, { bytes: report.bytesCopied, seconds }));
  const file = report.initialPasswordFile;
  if (file !== undefined) note(say(cli, importTexts.password, { file }));
  note(say(cli, importTexts.start, { data, storage }));
}
