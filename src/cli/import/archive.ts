import { resolve } from 'node:path';
import type { ArchiveImport } from '../../archives.ts';
import { exitCodes } from '../../lib/start-problem.ts';
import { formatBytes } from '../../lib/text/format-bytes.ts';
import type { Args } from '../action.ts';
import { asRefused, givenServer, printable, sentenceOf } from '../archive/given-server.ts';
import { archiveTexts } from '../archive/text.ts';
import { type Cli, type Flags, print, say } from '../cli.ts';
import { ProgressBar } from '../progress-bar.ts';
import { progressLine } from '../verify/progress-line.ts';

type Image = ArchiveImport['images'][number];
type Left = ArchiveImport['left'][number];

/** `berth import oci <folder|tar>`, `berth import docker-archive <tar>` */
export async function importArchiveCommand(
  kind: 'oci' | 'docker-archive',
  cli: Cli,
  flags: Flags,
  [path = '']: Args,
): Promise<number> {
  const json = flags['json'] === true;
  const dryRun = flags['dryRun'] === true;
  const { to } = flags;
  const server = dryRun ? undefined : (await givenServer(cli, flags)).server;
  const bar = json ? undefined : ProgressBar.onStandardError();
  const tell = (line: string): void => {
    if (json) return;
    bar?.clear();
    print(line);
  };
  const startedAt = performance.now();
  try {
    const { importImageArchive } = await import('../../archives.ts');
    const report = await importImageArchive({
      kind,
      path: resolve(cli.cwd, path),
      to: typeof to === 'string' ? to : undefined,
      server,
      onImage: (image) => tell(imageLine(cli, image, dryRun)),
      onLeft: (left) => tell(leftLine(cli, left)),
      onProgress: (progress) => bar?.show(progressLine(progress, performance.now() - startedAt, cli.lang)),
    }).finally(() => bar?.clear());
    printEnd(cli, report, { json, dryRun, seconds: Math.round((performance.now() - startedAt) / 100) / 10 });
    if (report.left.length === 0) return exitCodes.done;
    return report.images.length === 0 ? exitCodes.failed : exitCodes.partly;
  } catch (error) {
    throw asRefused(cli, flags, error);
  }
}

function imageLine(cli: Cli, { repository, tag, digest }: Image, dryRun: boolean): string {
  const image = tag === undefined ? repository : `${repository}:${tag}`;
  return say(cli, dryRun ? archiveTexts.wouldImport : archiveTexts.imported, { image, digest });
}

function leftLine(cli: Cli, { name, problem }: Left): string {
  return say(cli, archiveTexts.left, { name: printable(name), why: sentenceOf(cli, problem) });
}

function printEnd(
  cli: Cli,
  { images, left, uploaded }: ArchiveImport,
  of: { readonly json: boolean; readonly dryRun: boolean; readonly seconds: number },
): void {
  const { json, dryRun, seconds } = of;
  const { blobs, bytes } = uploaded;
  if (json) {
    const problems = left.map(({ name, problem }) => ({
      name,
      reason: problem.code,
      message: sentenceOf(cli, problem),
    }));
    print(JSON.stringify({ dryRun, images, uploaded, seconds, left: problems }, null, 2));
    return;
  }
  const counts = { images: images.length, left: left.length, blobs, size: formatBytes(bytes), seconds };
  print(say(cli, archiveTexts.importDone, counts));
}
