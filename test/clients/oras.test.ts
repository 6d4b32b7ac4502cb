// oras, with images and with artifacts of its own.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Account } from '../harness/accounts.ts';
import { clientTool, pinnedVersion } from '../harness/client-tool.ts';
import { seededBytes } from '../harness/image.ts';
import { writeImageFiles } from '../harness/image-files.ts';
import { CommandLine, failed, lastLine, succeeded } from './client-run.ts';
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
const oras = new CommandLine(await clientTool('oras'), folder);
const matrix = new ClientMatrix('oras', pinnedVersion('oras', 'oras.land/oras'));
const registry = server.client(maintainer);
const reference = `${address}/desk/five:1`;
const image = writeImageFiles({
  folder,
  seed: 'five',
  sizes: [200, 30_000, 1, 1_500_000, 9_000_000],
  reference,
});
const plain = '--plain-http';
const copyUp = ['cp', '--from-oci-layout', '--to-plain-http', `${image.layout}:image`];
const copyDown = ['cp', '--from-plain-http', '--to-oci-layout'];
const copyOver = ['cp', '--from-plain-http', '--to-plain-http'];

function login(who: Account, password: string, at = address): ReturnType<CommandLine['run']> {
  const args = ['login', plain, '--username', who.username, '--password-stdin', at];
  return oras.run({ who, args, input: password });
}

matrix.works('login', 'signing in with the wrong password fails, with the right one it is kept', async () => {
  assert.match(failed(await login(maintainer, 'wrong')), /unauthorized/);
  assert.match(succeeded(await login(maintainer, maintainer.password)).text, /Login Succeeded/);
});

matrix.works(
  'image',
  'an image of five layers is pushed, pulled, and is the same byte for byte',
  async () => {
    await oras.does(maintainer, ...copyUp, reference);
    const pulled = join(folder, 'pulled');
    await oras.does(maintainer, ...copyDown, reference, `${pulled}:image`);
    assertLayoutHolds(pulled, image);
  },
);

matrix.works('mount', 'a copy into another repository is the same image, and no layer is sent', async () => {
  await oras.does(maintainer, ...copyOver, reference, `${address}/desk/copy:1`);
  await assertHolds(registry, 'desk/copy', '1', image);
  assert.deepEqual(await cameInto(server, 'desk/copy'), { mounted: image.blobs.size - 1, uploaded: 0 });
});

matrix.works(
  'attach',
  'an artifact of files is pushed and pulled, with another one attached to it',
  async () => {
    const notes = seededBytes('notes', 70_000);
    const [from, to] = [join(folder, maintainer.username), join(folder, 'artifact')];
    mkdirSync(from, { recursive: true });
    writeFileSync(join(from, 'notes.txt'), notes);
    const artifact = `${address}/desk/notes:1`;
    await oras.does(
      maintainer,
      'push',
      plain,
      artifact,
      '--artifact-type',
      'text/x-notes',
      'notes.txt:text/plain',
    );
    await oras.does(maintainer, 'pull', plain, '--output', to, artifact);
    assert.ok(readFileSync(join(to, 'notes.txt')).equals(notes));
    await oras.does(
      maintainer,
      'attach',
      plain,
      '--artifact-type',
      'text/x-review',
      artifact,
      'notes.txt:text/plain',
    );
    assert.match(await oras.does(maintainer, 'discover', plain, artifact), /text\/x-review/);
  },
);

matrix.works('copy-referrers', 'a recursive copy brings along what is attached', async () => {
  const copied = `${address}/desk/notes-copy:1`;
  await oras.does(maintainer, ...copyOver, '--recursive', `${address}/desk/notes:1`, copied);
  assert.match(await oras.does(maintainer, 'discover', plain, copied), /text\/x-review/);
});

test('tags are listed', async () => {
  await oras.does(maintainer, 'tag', plain, reference, 'two');
  assert.deepEqual(
    (await oras.does(maintainer, 'repo', 'tags', plain, `${address}/desk/five`)).trim().split('\n'),
    ['1', 'two'],
  );
});

test('the repositories that the account may read are listed', async () => {
  const listed = (await oras.does(maintainer, 'repo', 'ls', plain, address)).trim().split('\n');
  assert.deepEqual(listed, ['desk/copy', 'desk/five', 'desk/notes', 'desk/notes-copy']);
});

matrix.works('tags', 'more than 1,000 tags are listed', async () => {
  const tags = await plantTags(registry, 'desk/tags');
  const listed = await oras.does(maintainer, 'repo', 'tags', plain, `${address}/desk/tags`);
  assertSameTags(listed.trim().split('\n'), tags);
});

matrix.works('index', 'images for two architectures become one index and come back', async () => {
  for (const architecture of ['amd64', 'arm64']) {
    const files = writeImageFiles({ folder, seed: architecture, sizes: [3000], reference, architecture });
    const target = `${address}/desk/multi:${architecture}`;
    await oras.does(
      maintainer,
      'cp',
      '--from-oci-layout',
      '--to-plain-http',
      `${files.layout}:image`,
      target,
    );
  }
  const all = `${address}/desk/multi:all`;
  await oras.does(maintainer, 'manifest', 'index', 'create', plain, all, 'amd64', 'arm64');
  await assertIndexOfTwo(registry, 'desk/multi', 'all');
  await oras.does(maintainer, ...copyDown, all, `${join(folder, 'multi-pulled')}:all`);
});

matrix.works('zstd', 'layers of zstd are pushed and pulled', async () => {
  const files = writeImageFiles({ folder, seed: 'zstd', sizes: [70_000], reference, compression: 'zstd' });
  const [name, pulled] = [`${address}/desk/zstd:1`, join(folder, 'zstd-pulled')];
  await oras.does(maintainer, 'cp', '--from-oci-layout', '--to-plain-http', `${files.layout}:image`, name);
  await oras.does(maintainer, ...copyDown, name, `${pulled}:image`);
  assertLayoutHolds(pulled, files);
});

matrix.works('layer', 'a large layer is pushed and pulled', async () => {
  const large = writeLargeImage({ folder, form: 'layout', reference });
  const [name, pulled] = [`${address}/desk/large:1`, join(folder, 'large-pulled')];
  await oras.does(maintainer, 'cp', '--from-oci-layout', '--to-plain-http', `${large.path}:image`, name);
  large.remove();
  await oras.does(maintainer, ...copyDown, name, `${pulled}:image`);
  const layer = join(pulled, 'blobs', large.layerDigest.replace(':', '/'));
  assert.equal(await digestOfFile(layer), large.layerDigest);
  rmSync(pulled, { recursive: true });
});

matrix.works('kill-push', 'a push that is killed half-way leaves no image, and the next one succeeds', () =>
  killMidway({
    port: server.port,
    body: 'request',
    before: (at) => login(maintainer, maintainer.password, at),
    start: (at) => oras.start(maintainer, ...copyUp, `${at}/desk/killed:1`),
    between: () => oras.fails(maintainer, 'manifest', 'fetch', plain, `${address}/desk/killed:1`),
    again: async (at) => {
      await oras.does(maintainer, ...copyUp, `${at}/desk/killed:1`);
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
    start: (at) => oras.start(maintainer, ...copyDown, `${at}/desk/five:1`, `${again}:image`),
    again: async (at) => {
      await oras.does(maintainer, ...copyDown, `${at}/desk/five:1`, `${again}:image`);
      assertLayoutHolds(again, image);
    },
  });
});

test('a guest pulls, and is told in a sentence why pushing is refused', async (t) => {
  succeeded(await login(guest, guest.password));
  await oras.does(guest, 'manifest', 'fetch', plain, reference);
  const text = await oras.fails(guest, ...copyUp, `${address}/desk/other:1`);
  t.diagnostic(lastLine(text));
  assertTellsGuestWhy(text);
});

test('who has not signed in cannot pull', async () => {
  assert.match(
    await oras.fails(null, 'manifest', 'fetch', plain, reference),
    /401|unauthorized|basic credential/i,
  );
});

matrix.works('delete', 'what is deleted cannot be pulled', async () => {
  await oras.does(maintainer, 'manifest', 'delete', plain, '--force', `${address}/desk/five@${image.digest}`);
  assert.match(await oras.fails(maintainer, 'manifest', 'fetch', plain, reference), /not found/);
});
