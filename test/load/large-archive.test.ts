// Memory of `berth import` and `berth export`: a large layer passes through, whatever its size.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { after, test } from 'node:test';
import { createGzip } from 'node:zlib';
import { blobEntry, layoutEntries, named, tarOfEntries } from '../harness/archive-files.ts';
import { spawnBerth } from '../harness/berth-command.ts';
import { descriptorOf, digestOf, manifestOf, seededBytes, types } from '../harness/image.ts';
import { tarHeaderOf } from '../harness/image-files.ts';
import { BerthServer } from '../harness/start-server.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';

const largeMiB = Number(process.env['BERTH_LOAD_HUGE_MIB'] ?? 512);
const smallMiB = 8;
/** Buffers of sockets and files, and what the collector leaves lying; nothing near a layer. */
const growthLimitMiB = 96;

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const other = await BerthServer.start();
after(() => other[Symbol.asyncDispose]());
const folder = temporaryFolder();
const piece = seededBytes('large archive', 2 ** 20);

/** An OCI layout whose layer is that large, and the same by gzip. */
async function writeArchive(mib: number): Promise<{ plain: string; zipped: string }> {
  const hash = createHash('sha256');
  for (let at = 0; at < mib; at += 1) hash.update(piece);
  const digest = `sha256:${hash.digest('hex')}`;
  const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', mib }));
  const manifest = manifestOf(
    {
      schemaVersion: 2,
      mediaType: types.ociManifest,
      config: descriptorOf(types.ociConfig, config),
      layers: [{ mediaType: types.tarLayer, digest, size: mib * 2 ** 20 }],
    },
    types.ociManifest,
  );
  const documents = tarOfEntries([
    blobEntry(digestOf(config), config),
    blobEntry(manifest.digest, manifest.bytes),
    ...layoutEntries([named(manifest, `library/large-${mib}:v1`)]),
  ]);
  const pieces = function* (): Generator<Buffer> {
    yield tarHeaderOf(`blobs/${digest.replace(':', '/')}`, mib * 2 ** 20);
    for (let at = 0; at < mib; at += 1) yield piece;
    yield documents;
  };
  const plain = join(folder, `${mib}.tar`);
  await pipeline(Readable.from(pieces()), createWriteStream(plain));
  await pipeline(createReadStream(plain), createGzip({ level: 1 }), createWriteStream(`${plain}.gz`));
  return { plain, zipped: `${plain}.gz` };
}

/** Most memory that the command had, in MiB. */
async function peakOf(args: readonly string[], to = server): Promise<number> {
  const child = spawnBerth([...args, '--data', to.data]);
  let said = '';
  child.stderr?.on('data', (text: Buffer) => {
    said += text.toString();
  });
  child.stdout?.resume();
  const ended = once(child, 'close') as Promise<[number | null]>;
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, memoryOf(child.pid ?? 0));
  }, 50);
  const [code] = await ended;
  clearInterval(timer);
  assert.equal(code, 0, said);
  return peak;
}

function memoryOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch (error) {
    if (
      (error as NodeJS.ErrnoException).code === 'ENOENT' ||
      (error as NodeJS.ErrnoException).code === 'ESRCH'
    )
      return 0;
    throw error;
  }
}

test('a large layer comes in from a tar, plain or by gzip, and goes out again, through the same memory as a small one', async () => {
  const peaks: Record<string, number> = {};
  for (const mib of [smallMiB, largeMiB]) {
    const { plain, zipped } = await writeArchive(mib);
    peaks[`plain ${mib}`] = await peakOf(['import', 'oci', plain]);
    // To where nobody has the layer: what is there is not sent.
    peaks[`gzip ${mib}`] = await peakOf(['import', 'oci', zipped], other);
    const out = join(folder, `out-${mib}.tar`);
    peaks[`export ${mib}`] = await peakOf(['export', `library/large-${mib}:v1`, '-o', out]);
    assert.ok(statSync(out).size > mib * 2 ** 20);
  }
  console.log(
    Object.entries(peaks)
      .map(([what, size]) => `${what} MiB: ${size.toFixed(0)} MiB`)
      .join(', '),
  );
  for (const way of ['plain', 'gzip', 'export']) {
    const growth = (peaks[`${way} ${largeMiB}`] ?? 0) - (peaks[`${way} ${smallMiB}`] ?? 0);
    assert.ok(growth < growthLimitMiB, `${way}: ${growth.toFixed(0)} MiB more`);
  }
});
