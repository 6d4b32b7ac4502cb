import { once } from 'node:events';
import { resolve } from 'node:path';
import type { ArchiveExport } from '../../archives.ts';
import { exitCodes } from '../../lib/start-problem.ts';
import { formatBytes } from '../../lib/text/format-bytes.ts';
import type { Args } from '../action.ts';
import { asRefused, givenServer } from '../archive/given-server.ts';
import { archiveTexts } from '../archive/text.ts';
import { type Cli, type Flags, note, print, say } from '../cli.ts';
import { ProgressBar, progressText } from '../progress-bar.ts';
import { WrongUsage } from '../wrong-usage.ts';

/** Node's names of processors that differ from those of images. */
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

/** `berth export <references…> -o <file>` */
export async function exportImagesCommand(cli: Cli, flags: Flags, args: Args): Promise<number> {
  const { output, platform } = flags;
  if (typeof output !== 'string') throw new WrongUsage(archiveTexts.outputMissing);
  const toStandardOutput = output === '-';
  if (toStandardOutput && process.stdout.isTTY === true) throw new WrongUsage(archiveTexts.noTerminal);
  const { server, host } = await givenServer(cli, flags);
  const path = resolve(cli.cwd, output);
  const json = flags['json'] === true;
  const bar = json ? undefined : ProgressBar.onStandardError();
  const startedAt = performance.now();
  try {
    const { exportImageArchive } = await import('../../archives.ts');
    const input = {
      // Commander hands over all that are left as one list.
      references: (args as readonly unknown[]).flat() as string[],
      host,
      platform: typeof platform === 'string' ? platform : undefined,
      referrers: flags['referrers'] === true,
      architecture: architectures[process.arch] ?? process.arch,
      onProgress: ({ bytes, totalBytes }: { readonly bytes: number; readonly totalBytes: number }) => {
        const elapsedMs = performance.now() - startedAt;
        const amount = { done: bytes, total: totalBytes, before: 0, elapsedMs };
        bar?.show(progressText(amount, formatBytes, cli.lang));
      },
    };
    const to = toStandardOutput ? writeOut : { path, replace: flags['force'] === true };
    const report = await exportImageArchive(server, input, to).finally(() => bar?.clear());
    const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
    // Standard output is the archive's.
    printEnd(cli, toStandardOutput ? note : print, { report, file: output, seconds, json });
    return exitCodes.done;
  } catch (error) {
    throw asRefused(cli, flags, error);
  }
}

async function writeOut(pieces: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const piece of pieces) if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
}

function printEnd(
  cli: Cli,
  out: (line: string) => void,
  of: {
    readonly report: ArchiveExport;
    readonly file: string;
    readonly seconds: number;
    readonly json: boolean;
  },
): void {
  const { report, file, seconds, json } = of;
  if (json) {
    out(JSON.stringify({ file, ...report, seconds }, null, 2));
    return;
  }
  const { images, manifests, blobs, bytes } = report;
  for (const { name, digest } of images) out(say(cli, archiveTexts.exported, { image: name, digest }));
  const counts = { images: images.length, manifests, blobs, size: formatBytes(bytes) };
  out(say(cli, archiveTexts.exportDone, { file, ...counts, seconds }));
}
