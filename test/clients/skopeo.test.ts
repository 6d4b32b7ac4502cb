// skopeo, as people use it: an image of five layers goes up and comes back byte for byte.

import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Account } from '../harness/accounts.ts';
import { digestOf, manifestOf, seededBytes, types } from '../harness/image.ts';
import { writeImageFiles } from '../harness/image-files.ts';
import {
  type Ended,
  installed,
  requireProgram,
  runProgram,
  spawnProgram,
  versionOf,
} from '../harness/run-program.ts';
import { type LogLine, password } from '../harness/start-server.ts';
import { lastLine } from './client-run.ts';
import { assertLayoutHolds } from './matrix/assert-layout-holds.ts';
import { ClientMatrix } from './matrix/client-matrix.ts';
import { digestOfFile } from './matrix/digest-of-file.ts';
import { killMidway } from './matrix/kill-midway.ts';
import { writeLargeImage } from './matrix/large-image.ts';
import {
  assertHolds,
  assertIndexOfTwo,
  assertSameTags,
  cameInto,
  manifestAt,
  plantTags,
} from './matrix/registry-side.ts';
import { assertTellsGuestWhy, guest, maintainer, startPrivateProject } from './private-project.ts';

requireProgram('skopeo', 'skopeo');
const { server, address, folder } = await startPrivateProject();
const matrix = new ClientMatrix('skopeo', versionOf('skopeo'));
const registry = server.client();
const to = ['--dest-tls-verify=false', '--dest-creds', `admin:${password}`];
const from = ['--src-tls-verify=false', '--src-no-creds'];

function run(program: string, args: readonly string[], input = ''): Promise<Ended> {
  return runProgram(program, args, { cwd: folder, input, limitMs: 600_000 });
}

async function skopeo(...args: string[]): Promise<string> {
  const { code, text } = await run('skopeo', ['--insecure-policy', ...args]);
  assert.equal(code, 0, `skopeo ${args.join(' ')}\n${text}`);
  return text;
}

async function umoci(...args: string[]): Promise<void> {
  const { code, text } = await run('umoci', args);
  assert.equal(code, 0, `umoci ${args.join(' ')}\n${text}`);
}

const sizes = [200, 30_000, 1, 1_500_000, 9_000_000];

/** By umoci where it is, as somebody who builds images would; otherwise written by hand. */
async function buildImage(layout: string): Promise<void> {
  if (!installed('umoci')) {
    writeLayout(layout);
    return;
  }
  await umoci('init', '--layout', layout);
  await umoci('new', '--image', `${layout}:five`);
  for (const [index, size] of sizes.entries()) {
    const file = join(folder, `file-${index}`);
    writeFileSync(file, seededBytes(`five/${index}`, size));
    await umoci('insert', '--rootless', '--image', `${layout}:five`, file, `/file-${index}`);
  }
}

function writeLayout(layout: string): void {
  const blobs = join(layout, 'blobs', 'sha256');
  mkdirSync(blobs, { recursive: true });
  const put = (mediaType: string, bytes: Buffer): object => {
    const digest = digestOf(bytes);
    writeFileSync(join(blobs, digest.slice('sha256:'.length)), bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const contents = sizes.map((size, index) => seededBytes(`five/${index}`, size));
  const layers = contents.map((content) => put(types.ociLayer, gzipSync(content)));
  const rootfs = { type: 'layers', diff_ids: contents.map((content) => digestOf(content)) };
  const config = put(
    types.ociConfig,
    Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', config: {}, rootfs })),
  );
  const manifest = manifestOf(
    { schemaVersion: 2, mediaType: types.ociManifest, config, layers },
    types.ociManifest,
  );
  const descriptor = {
    ...put(types.ociManifest, manifest.bytes),
    annotations: { 'org.opencontainers.image.ref.name': 'five' },
  };
  writeFileSync(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  writeFileSync(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [descriptor] }));
}

/** Digest of the image's manifest, and every file below it that belongs to the image. */
function contentOf(layout: string, name: string): { digest: string; files: Map<string, Buffer> } {
  const index = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8')) as {
    manifests: { digest: string; annotations?: Record<string, string> }[];
  };
  const found = index.manifests.find(
    ({ annotations }) => annotations?.['org.opencontainers.image.ref.name'] === name,
  );
  assert.ok(found !== undefined, `${layout} has no image ${name}`);
  const blob = (digest: string): Buffer =>
    readFileSync(join(layout, 'blobs', 'sha256', digest.slice('sha256:'.length)));
  const manifest = blob(found.digest);
  const { config, layers } = JSON.parse(manifest.toString()) as {
    config: { digest: string };
    layers: { digest: string }[];
  };
  const digests = [found.digest, config.digest, ...layers.map((layer) => layer.digest)];
  assert.equal(layers.length, sizes.length);
  return { digest: found.digest, files: new Map(digests.map((digest) => [digest, blob(digest)])) };
}

const built = join(folder, 'built');
await buildImage(built);

matrix.works(
  'image',
  'an image of five layers is pushed, pulled without signing in, and is the same byte for byte',
  async () => {
    await skopeo('copy', ...to, `oci:${built}:five`, `docker://${address}/library/five:1`);
    const pulled = join(folder, 'pulled');
    await skopeo('copy', ...from, `docker://${address}/library/five:1`, `oci:${pulled}:five`);
    assert.deepEqual(contentOf(pulled, 'five'), contentOf(built, 'five'));
  },
);

test('a name of one part and a digest lead to the same image', async () => {
  const { digest } = contentOf(built, 'five');
  const pulled = join(folder, 'by-digest');
  await skopeo('copy', ...from, `docker://${address}/five@${digest}`, `oci:${pulled}:five`);
  assert.equal(contentOf(pulled, 'five').digest, digest);
});

test('pushing again finds every layer there and sends none', async () => {
  // Lines come in order, and a while behind the answers: all before this one are of earlier pushes.
  await server.client().get('/v2/library/marker/manifests/none');
  await server.logged((line) => line['repository'] === 'library/marker');
  const before = server.log.length;
  await skopeo('copy', ...to, `oci:${built}:five`, `docker://${address}/library/five:again`);
  const put = (each: LogLine): boolean =>
    each['method'] === 'PUT' && each['route'] === '/v2/<name>/manifests/<reference>';
  await server.logged((line) => server.log.indexOf(line) >= before && put(line));
  const asked = server.log.slice(before).map((line) => `${String(line['method'])} ${String(line['route'])}`);
  assert.deepEqual(
    asked.filter((each) => each.includes('uploads')),
    [],
  );
  assert.equal(asked.filter((each) => each === 'HEAD /v2/<name>/blobs/<digest>').length, sizes.length + 1);
});

test("an image in Docker's format is pushed and pulled", async () => {
  const target = `docker://${address}/library/docker:1`;
  await skopeo('copy', '--format', 'v2s2', ...to, `oci:${built}:five`, target);
  const stored = await server.client(null).get('/v2/library/docker/manifests/1');
  assert.equal(stored.headers['content-type'], types.dockerManifest);
  const pulled = join(folder, 'docker-pulled');
  await skopeo('copy', ...from, target, `dir:${pulled}`);
  assert.ok(readFileSync(join(pulled, 'manifest.json')).equals(stored.body));
  for (const name of readdirSync(pulled).filter((each) => /^[0-9a-f]{64}$/.test(each)))
    assert.equal(digestOf(readFileSync(join(pulled, name))), `sha256:${name}`);
  // Layers and config, the manifest and a file that tells the version.
  assert.equal(readdirSync(pulled).length, sizes.length + 3);
});

test('tags are listed', async () => {
  const text = await skopeo(
    'list-tags',
    '--tls-verify=false',
    '--no-creds',
    `docker://${address}/library/five`,
  );
  assert.deepEqual((JSON.parse(text) as { Tags: string[] }).Tags, ['1', 'again']);
});

test('who has not signed in, or wrongly, cannot push', async () => {
  for (const credentials of [['--dest-no-creds'], ['--dest-creds', 'admin:wrong']]) {
    const { code, text } = await run('skopeo', [
      '--insecure-policy',
      'copy',
      '--dest-tls-verify=false',
      ...credentials,
      `oci:${built}:five`,
      `docker://${address}/library/refused:1`,
    ]);
    assert.notEqual(code, 0);
    assert.match(text, /unauthorized|authentication required|invalid username/i);
  }
});

matrix.works('delete', 'what is deleted cannot be pulled, and can be pushed again', async () => {
  const target = `docker://${address}/library/five:1`;
  await skopeo('delete', '--tls-verify=false', '--creds', `admin:${password}`, target);
  const { code, text } = await run('skopeo', ['inspect', '--tls-verify=false', '--no-creds', target]);
  assert.notEqual(code, 0);
  assert.match(text, /manifest unknown/i);
  await skopeo('copy', ...to, `oci:${built}:five`, target);
  const pulled = join(folder, 'pulled-again');
  await skopeo('copy', ...from, target, `oci:${pulled}:five`);
  assert.deepEqual(contentOf(pulled, 'five'), contentOf(built, 'five'));
});

function login(who: Account, secret: string): Promise<Ended> {
  const args = ['login', '--tls-verify=false', '--authfile', authfile(who), '--username', who.username];
  return run('skopeo', [...args, '--password-stdin', address], secret);
}

function authfile({ username }: Account): string {
  return join(folder, `${username}.json`);
}

matrix.works(
  'login',
  'signing in with the wrong password fails, with the right one it opens a private project',
  async () => {
    const wrong = await login(maintainer, 'wrong');
    assert.notEqual(wrong.code, 0);
    assert.match(wrong.text, /invalid username\/password/);
    const right = await login(maintainer, maintainer.password);
    assert.match(right.text, /Login Succeeded/);
    const target = `docker://${address}/desk/five:1`;
    const auth = ['--authfile', authfile(maintainer)];
    await skopeo('copy', '--dest-tls-verify=false', ...auth, `oci:${built}:five`, target);
    const pulled = join(folder, 'from-desk');
    await skopeo('copy', '--src-tls-verify=false', ...auth, target, `oci:${pulled}:five`);
    assert.deepEqual(contentOf(pulled, 'five'), contentOf(built, 'five'));
    const stranger = await run('skopeo', ['inspect', '--tls-verify=false', '--no-creds', target]);
    assert.notEqual(stranger.code, 0);
    assert.match(stranger.text, /unauthorized|authentication required/i);
  },
);

test('a guest pulls, and is told in a sentence why pushing is refused', async (t) => {
  assert.equal((await login(guest, guest.password)).code, 0);
  const auth = ['--authfile', authfile(guest)];
  await skopeo('inspect', '--tls-verify=false', ...auth, `docker://${address}/desk/five:1`);
  const { code, text } = await run('skopeo', [
    '--insecure-policy',
    'copy',
    '--dest-tls-verify=false',
    ...auth,
    `oci:${built}:five`,
    `docker://${address}/desk/other:1`,
  ]);
  assert.notEqual(code, 0);
  t.diagnostic(lastLine(text));
  assertTellsGuestWhy(text);
});

const reference = `${address}/library/files:1`;

/** Within the registry, or on the way to it. */
const both = ['--src-tls-verify=false', ...to];

function copyUp(layout: string, name: string, ...more: string[]): Promise<string> {
  return skopeo('copy', ...to, ...more, `oci:${layout}:image`, `docker://${name}`);
}

matrix.works('mount', 'a copy into another repository is the same image, and no layer is sent', async () => {
  const files = writeImageFiles({ folder, seed: 'mount', sizes: [200, 90_000], reference });
  await copyUp(files.layout, `${address}/library/origin:1`);
  const target = `docker://${address}/library/mounted:1`;
  await skopeo('copy', ...both, `docker://${address}/library/origin:1`, target);
  await assertHolds(registry, 'library/mounted', '1', files);
  // Configurations are not mounted by it.
  assert.deepEqual(await cameInto(server, 'library/mounted'), { mounted: 2, uploaded: 1 });
});

matrix.works('tags', 'more than 1,000 tags are listed', async () => {
  const tags = await plantTags(registry, 'library/tags');
  const text = await skopeo(
    'list-tags',
    '--tls-verify=false',
    '--no-creds',
    `docker://${address}/library/tags`,
  );
  assertSameTags((JSON.parse(text) as { Tags: string[] }).Tags, tags);
});

matrix.works('index', 'an index of images for two architectures is copied with all of them', async () => {
  const manifests: object[] = [];
  for (const architecture of ['amd64', 'arm64']) {
    const files = writeImageFiles({ folder, seed: architecture, sizes: [3000], reference, architecture });
    await copyUp(files.layout, `${address}/library/multi:${architecture}`);
    const size = files.blobs.get(files.digest)?.length;
    const platform = { os: 'linux', architecture };
    manifests.push({ mediaType: types.ociManifest, digest: files.digest, size, platform });
  }
  const index = manifestOf({ schemaVersion: 2, mediaType: types.ociIndex, manifests }, types.ociIndex);
  await registry.pushManifest('library/multi', 'all', index);
  const [all, pulled] = [`docker://${address}/library/multi:all`, `oci:${join(folder, 'multi')}:all`];
  await skopeo('copy', '--all', ...from, all, pulled);
  await skopeo('copy', '--all', ...to, pulled, `docker://${address}/library/multi-again:all`);
  await assertIndexOfTwo(registry, 'library/multi-again', 'all');
});

matrix.works('zstd', 'layers are compressed with zstd on the way, and come back', async () => {
  const files = writeImageFiles({ folder, seed: 'zstd', sizes: [70_000], reference });
  await copyUp(files.layout, `${address}/library/zstd:1`, '--dest-compress-format', 'zstd');
  const { layers = [] } = await manifestAt(registry, 'library/zstd', '1');
  assert.deepEqual(
    layers.map(({ mediaType }) => mediaType),
    [types.zstdLayer],
  );
  const pulled = join(folder, 'zstd-pulled');
  await skopeo('copy', ...from, `docker://${address}/library/zstd:1`, `oci:${pulled}:image`);
  for (const { digest } of layers)
    assert.equal(await digestOfFile(join(pulled, 'blobs', digest.replace(':', '/'))), digest);
});

matrix.works('zstd-chunked', 'layers of zstd:chunked tell where their table of contents is', async () => {
  const files = writeImageFiles({ folder, seed: 'chunked', sizes: [70_000], reference });
  await copyUp(files.layout, `${address}/library/chunked:1`, '--dest-compress-format', 'zstd:chunked');
  const { layers = [] } = await manifestAt(registry, 'library/chunked', '1');
  for (const { mediaType, annotations = {} } of layers) {
    assert.equal(mediaType, types.zstdLayer);
    assert.match(annotations['io.containers.zstd-chunked.manifest-position'] ?? '', /^\d+:\d+:\d+:1$/);
  }
  await skopeo(
    'copy',
    ...from,
    `docker://${address}/library/chunked:1`,
    `oci:${join(folder, 'chunked-back')}:1`,
  );
});

matrix.works('layer', 'a large layer is pushed and pulled', async () => {
  const large = writeLargeImage({ folder, form: 'layout', reference });
  const name = `${address}/library/large:1`;
  await copyUp(large.path, name);
  large.remove();
  const pulled = join(folder, 'large-pulled');
  await skopeo('copy', ...from, `docker://${name}`, `oci:${pulled}:image`);
  const { layers = [] } = await manifestAt(registry, 'library/large', '1');
  assert.equal(layers.length, 1);
  for (const { digest } of layers)
    assert.equal(await digestOfFile(join(pulled, 'blobs', digest.replace(':', '/'))), digest);
  rmSync(pulled, { recursive: true });
});

const big = writeImageFiles({ folder, seed: 'big', sizes: [200, 9_000_000], reference });

function start(...args: string[]): ReturnType<typeof spawnProgram> {
  return spawnProgram('skopeo', ['--insecure-policy', 'copy', ...args], { cwd: folder });
}

matrix.works('kill-push', 'a push that is killed half-way leaves no image, and the next one succeeds', () => {
  const name = 'library/killed:1';
  return killMidway({
    port: server.port,
    body: 'request',
    start: (at) => start(...to, `oci:${big.layout}:image`, `docker://${at}/${name}`),
    between: async () => {
      const { text } = await run('skopeo', ['inspect', '--tls-verify=false', `docker://${address}/${name}`]);
      assert.match(text, /manifest unknown|name unknown|unauthorized/);
    },
    again: async (at) => {
      await copyUp(big.layout, `${at}/${name}`);
      await assertHolds(registry, 'library/killed', '1', big);
    },
  });
});

matrix.works('kill-pull', 'a pull that is killed half-way, and the next one succeeds', async () => {
  await copyUp(big.layout, `${address}/library/big:1`);
  const again = join(folder, 'again');
  const pull = (at: string): string[] => [...from, `docker://${at}/library/big:1`, `oci:${again}:image`];
  await killMidway({
    port: server.port,
    body: 'answer',
    start: (at) => start(...pull(at)),
    again: async (at) => {
      await skopeo('copy', ...pull(at));
      assertLayoutHolds(again, big);
    },
  });
});
