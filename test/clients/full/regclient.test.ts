// regctl of regclient, with images and with artifacts of its own.

import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from '../../harness/accounts.ts';
import { clientTool, pinnedVersion } from '../../harness/client-tool.ts';
import { seededBytes, types } from '../../harness/image.ts';
import { writeImageFiles } from '../../harness/image-files.ts';
import { CommandLine, failed, succeeded } from '../client-run.ts';
import { assertLayoutHolds } from '../matrix/assert-layout-holds.ts';
import { ClientMatrix } from '../matrix/client-matrix.ts';
import { digestOfFile } from '../matrix/digest-of-file.ts';
import { killMidway } from '../matrix/kill-midway.ts';
import { writeLargeImage } from '../matrix/large-image.ts';
import {
  assertHolds,
  assertIndexOfTwo,
  assertSameTags,
  cameInto,
  manifestAt,
  plantTags,
} from '../matrix/registry-side.ts';
import { maintainer, startPrivateProject } from '../private-project.ts';

const { server, address, folder } = await startPrivateProject();
const regctl = new CommandLine(await clientTool('regclient'), folder);
const matrix = new ClientMatrix('regclient', pinnedVersion('regclient', 'github.com/regclient/regclient'));
const registry = server.client(maintainer);
const reference = `${address}/desk/five:1`;
const sizes = [200, 30_000, 1, 1_500_000, 9_000_000];
const image = writeImageFiles({ folder, seed: 'five', sizes, reference });

async function login(who: Account, password: string, at = address): ReturnType<CommandLine['run']> {
  await regctl.does(who, 'registry', 'set', '--skip-check', '--tls', 'disabled', at);
  const args = ['registry', 'login', at, '--user', who.username, '--pass-stdin'];
  return regctl.run({ who, args, input: password });
}

function copy(from: string, to: string, ...more: string[]): Promise<string> {
  return regctl.does(maintainer, 'image', 'copy', ...more, from, to);
}

matrix.works('login', 'signing in with the wrong password fails, with the right one it is kept', async () => {
  assert.match(failed(await login(maintainer, 'wrong')), /unauthorized/i);
  succeeded(await login(maintainer, maintainer.password));
});

matrix.works(
  'image',
  'an image of five layers is pushed, pulled, and is the same byte for byte',
  async () => {
    await copy(`ocidir://${image.layout}:image`, reference);
    const pulled = join(folder, 'pulled');
    await copy(reference, `ocidir://${pulled}:image`);
    assertLayoutHolds(pulled, image);
  },
);

matrix.works('mount', 'a copy into another repository is the same image, and no layer is sent', async () => {
  await copy(reference, `${address}/desk/copy:1`);
  await assertHolds(registry, 'desk/copy', '1', image);
  assert.deepEqual(await cameInto(server, 'desk/copy'), { mounted: image.blobs.size - 1, uploaded: 0 });
});

matrix.works('tags', 'more than 1,000 tags are listed', async () => {
  const tags = await plantTags(registry, 'desk/tags');
  const listed = await regctl.does(maintainer, 'tag', 'ls', `${address}/desk/tags`);
  assertSameTags(listed.trim().split('\n'), tags);
});

matrix.works('index', 'images for two architectures become one index and come back', async () => {
  for (const architecture of ['amd64', 'arm64']) {
    const files = writeImageFiles({ folder, seed: architecture, sizes: [3000], reference, architecture });
    await copy(`ocidir://${files.layout}:image`, `${address}/desk/multi:${architecture}`);
  }
  const [one, two] = [`${address}/desk/multi:amd64`, `${address}/desk/multi:arm64`];
  const all = `${address}/desk/multi:all`;
  await regctl.does(maintainer, 'index', 'create', all, '--ref', one, '--ref', two);
  await assertIndexOfTwo(registry, 'desk/multi', 'all');
  await copy(all, `ocidir://${join(folder, 'multi')}:all`);
});

matrix.works('attach', 'an artifact is attached to an image and found there', async () => {
  const file = join(folder, 'review.txt');
  writeFileSync(file, seededBytes('review', 70_000));
  const put = ['artifact', 'put', '--subject', reference, '--artifact-type', 'text/x-review'];
  await regctl.does(maintainer, ...put, '--file', file, '--file-media-type', 'text/plain');
  assert.match(await regctl.does(maintainer, 'artifact', 'list', reference), /text\/x-review/);
});

matrix.works('copy-referrers', 'a copy with referrers brings along what is attached', async () => {
  const copied = `${address}/desk/with-review:1`;
  await copy(reference, copied, '--referrers');
  assert.match(await regctl.does(maintainer, 'artifact', 'list', copied), /text\/x-review/);
});

matrix.works('zstd', 'layers are compressed again with zstd inside the registry, and come back', async () => {
  const name = `${address}/desk/five:zstd`;
  await regctl.does(maintainer, 'image', 'mod', '--layer-compress', 'zstd', '--create', name, reference);
  const { layers = [] } = await manifestAt(registry, 'desk/five', 'zstd');
  const pulled = join(folder, 'zstd-pulled');
  await copy(name, `ocidir://${pulled}:image`);
  assert.equal(layers.length, sizes.length);
  for (const { mediaType, digest } of layers) {
    assert.equal(mediaType, types.zstdLayer);
    assert.equal(await digestOfFile(join(pulled, 'blobs', digest.replace(':', '/'))), digest);
  }
});

matrix.works('layer', 'a large layer is pushed and pulled', async () => {
  const large = writeLargeImage({ folder, form: 'layout', reference });
  const [name, pulled] = [`${address}/desk/large:1`, join(folder, 'large-pulled')];
  await copy(`ocidir://${large.path}:image`, name);
  large.remove();
  await copy(name, `ocidir://${pulled}:image`);
  const layer = join(pulled, 'blobs', large.layerDigest.replace(':', '/'));
  assert.equal(await digestOfFile(layer), large.layerDigest);
  rmSync(pulled, { recursive: true });
});

matrix.works('kill-push', 'a push that is killed half-way leaves no image, and the next one succeeds', () =>
  killMidway({
    port: server.port,
    body: 'request',
    before: (at) => login(maintainer, maintainer.password, at),
    start: (at) =>
      regctl.start(maintainer, 'image', 'copy', `ocidir://${image.layout}:image`, `${at}/desk/killed:1`),
    between: async () => assert.equal((await registry.get('/v2/desk/killed/manifests/1')).status, 404),
    again: async (at) => {
      await copy(`ocidir://${image.layout}:image`, `${at}/desk/killed:1`);
      await assertHolds(registry, 'desk/killed', '1', image);
    },
  }),
);

matrix.works('kill-pull', 'a pull that is killed half-way, and the next one succeeds', () => {
  const again = join(folder, 'again');
  return killMidway({
    port: server.port,
    body: 'answer',
    before: (at) => login(maintainer, maintainer.password, at),
    start: (at) => regctl.start(maintainer, 'image', 'copy', `${at}/desk/five:1`, `ocidir://${again}:image`),
    again: async (at) => {
      await copy(`${at}/desk/five:1`, `ocidir://${again}:image`);
      assertLayoutHolds(again, image);
    },
  });
});

matrix.works('delete', 'a deleted tag leaves the image, a deleted image is gone', async () => {
  await regctl.does(maintainer, 'tag', 'rm', `${address}/desk/five:zstd`);
  assert.equal((await regctl.does(maintainer, 'tag', 'ls', `${address}/desk/five`)).trim(), '1');
  await regctl.does(maintainer, 'manifest', 'delete', `${address}/desk/five@${image.digest}`);
  assert.match(await regctl.fails(maintainer, 'manifest', 'get', reference), /not found/);
});
