// crane of go-containerregistry. It keeps what it is told at sign-in without asking the registry.

import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { clientTool, pinnedVersion } from '../harness/client-tool.ts';
import { writeImageFiles } from '../harness/image-files.ts';
import { CommandLine, lastLine } from './client-run.ts';
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
  plantTags,
} from './matrix/registry-side.ts';
import { assertTellsGuestWhy, guest, maintainer, startPrivateProject } from './private-project.ts';

const { server, address, folder } = await startPrivateProject();
const crane = new CommandLine(await clientTool('crane'), folder);
const matrix = new ClientMatrix('crane', pinnedVersion('crane', 'github.com/google/go-containerregistry'));
const registry = server.client(maintainer);
const reference = `${address}/desk/five:1`;
const sizes = [200, 30_000, 1, 1_500_000, 9_000_000];
const image = writeImageFiles({ folder, seed: 'five', sizes, reference });

function login(who: typeof guest, secret: string, at = address): Promise<string> {
  return crane.does(who, 'auth', 'login', at, '--username', who.username, '--password', secret);
}

matrix.limit('login', 'a wrong password pushes nothing', async () => {
  await login(maintainer, 'wrong');
  const text = await crane.fails(maintainer, 'push', image.layout, reference);
  assert.match(text, /UNAUTHORIZED/);
  await login(maintainer, maintainer.password);
  return lastLine(text);
});

matrix.works(
  'image',
  'an image of five layers is pushed, pulled, and is the same byte for byte',
  async () => {
    await crane.does(maintainer, 'push', image.layout, reference);
    assert.equal((await crane.does(maintainer, 'digest', reference)).trim(), image.digest);
    const pulled = join(folder, 'pulled');
    await crane.does(maintainer, 'pull', '--format', 'oci', reference, pulled);
    assertLayoutHolds(pulled, image);
  },
);

matrix.works('mount', 'a copy into another repository is the same image, and no layer is sent', async () => {
  await crane.does(maintainer, 'copy', reference, `${address}/desk/copy:1`);
  assert.equal((await crane.does(maintainer, 'digest', `${address}/desk/copy:1`)).trim(), image.digest);
  await crane.does(maintainer, 'validate', '--remote', `${address}/desk/copy:1`);
  assert.deepEqual(await cameInto(server, 'desk/copy'), { mounted: image.blobs.size - 1, uploaded: 0 });
});

test('tags are listed', async () => {
  await crane.does(maintainer, 'tag', reference, 'two');
  const listed = await crane.does(maintainer, 'ls', `${address}/desk/five`);
  assert.deepEqual(listed.trim().split('\n'), ['1', 'two']);
});

test('the repositories that the account may read are listed', async () => {
  const listed = (await crane.does(maintainer, 'catalog', address)).trim().split('\n');
  assert.deepEqual(listed, ['desk/copy', 'desk/five']);
});

matrix.works('tags', 'more than 1,000 tags are listed', async () => {
  const tags = await plantTags(registry, 'desk/tags');
  assertSameTags((await crane.does(maintainer, 'ls', `${address}/desk/tags`)).trim().split('\n'), tags);
});

matrix.works('index', 'images for two architectures become one index and come back', async () => {
  for (const architecture of ['amd64', 'arm64']) {
    const files = writeImageFiles({ folder, seed: architecture, sizes: [3000], reference, architecture });
    await crane.does(maintainer, 'push', files.layout, `${address}/desk/multi:${architecture}`);
  }
  const [one, two] = [`${address}/desk/multi:amd64`, `${address}/desk/multi:arm64`];
  await crane.does(maintainer, 'index', 'append', '-m', one, '-m', two, '-t', `${address}/desk/multi:all`);
  await assertIndexOfTwo(registry, 'desk/multi', 'all');
  const all = `${address}/desk/multi:all`;
  const there = (await crane.does(maintainer, 'digest', '--platform', 'linux/arm64', all)).trim();
  assert.equal(there, (await crane.does(maintainer, 'digest', two)).trim());
});

matrix.works('zstd', 'layers of zstd are pushed and pulled', async () => {
  const files = writeImageFiles({ folder, seed: 'zstd', sizes: [70_000], reference, compression: 'zstd' });
  await crane.does(maintainer, 'push', files.layout, `${address}/desk/zstd:1`);
  await assertHolds(registry, 'desk/zstd', '1', files);
  await crane.does(
    maintainer,
    'pull',
    '--format',
    'oci',
    `${address}/desk/zstd:1`,
    join(folder, 'zstd-pulled'),
  );
  assertLayoutHolds(join(folder, 'zstd-pulled'), files);
});

matrix.works('layer', 'a large layer is pushed and pulled', async () => {
  const large = writeLargeImage({ folder, form: 'layout', reference });
  const name = `${address}/desk/large:1`;
  await crane.does(maintainer, 'push', large.path, name);
  large.remove();
  const pulled = join(folder, 'large-pulled');
  await crane.does(maintainer, 'pull', '--format', 'oci', name, pulled);
  const layer = join(pulled, 'blobs', large.layerDigest.replace(':', '/'));
  assert.equal(await digestOfFile(layer), large.layerDigest);
  rmSync(pulled, { recursive: true });
});

matrix.works('kill-push', 'a push that is killed half-way leaves no image, and the next one succeeds', () =>
  killMidway({
    port: server.port,
    body: 'request',
    before: (at) => login(maintainer, maintainer.password, at),
    start: (at) => crane.start(maintainer, 'push', image.layout, `${at}/desk/killed:1`),
    between: () => crane.fails(maintainer, 'digest', `${address}/desk/killed:1`),
    again: async (at) => {
      await crane.does(maintainer, 'push', image.layout, `${at}/desk/killed:1`);
      await assertHolds(registry, 'desk/killed', '1', image);
    },
  }),
);

matrix.works('kill-pull', 'a pull that is killed half-way, and the next one succeeds', () => {
  const pull = (at: string): string[] => [
    'pull',
    '--format',
    'oci',
    `${at}/desk/five:1`,
    join(folder, 'again'),
  ];
  return killMidway({
    port: server.port,
    body: 'answer',
    before: (at) => login(maintainer, maintainer.password, at),
    start: (at) => crane.start(maintainer, ...pull(at)),
    again: async (at) => {
      await crane.does(maintainer, ...pull(at));
      assertLayoutHolds(join(folder, 'again'), image);
    },
  });
});

test('a guest pulls, and is told in a sentence why pushing is refused', async (t) => {
  await login(guest, guest.password);
  await crane.does(guest, 'pull', reference, join(folder, 'guest.tar'));
  const text = await crane.fails(guest, 'push', image.layout, `${address}/desk/other:1`);
  t.diagnostic(lastLine(text));
  assert.match(text, /DENIED: /);
  assertTellsGuestWhy(text);
});

test('who has not signed in cannot pull', async () => {
  assert.match(await crane.fails(null, 'digest', reference), /401|UNAUTHORIZED/);
});

matrix.works('delete', 'what is deleted cannot be pulled', async () => {
  await crane.does(maintainer, 'delete', `${address}/desk/five:two`);
  assert.equal((await crane.does(maintainer, 'ls', `${address}/desk/five`)).trim(), '1');
  await crane.does(maintainer, 'delete', `${address}/desk/five@${image.digest}`);
  assert.match(await crane.fails(maintainer, 'digest', reference), /MANIFEST_UNKNOWN|NAME_UNKNOWN/);
});
