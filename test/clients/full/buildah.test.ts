// buildah with a storage of its own; it needs root. It has no command that lists tags or deletes in a registry.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Account } from '../../harness/accounts.ts';
import { types } from '../../harness/image.ts';
import { writeImageFiles } from '../../harness/image-files.ts';
import { requireProgram, versionOf } from '../../harness/run-program.ts';
import { CommandLine, failed, succeeded } from '../client-run.ts';
import { ClientMatrix } from '../matrix/client-matrix.ts';
import { killMidway } from '../matrix/kill-midway.ts';
import { writeLargeImage } from '../matrix/large-image.ts';
import { assertIndexOfTwo, cameInto, manifestAt } from '../matrix/registry-side.ts';
import { maintainer, startPrivateProject } from '../private-project.ts';

requireProgram('buildah', 'buildah');
const { server, address, folder } = await startPrivateProject();
const storage = [
  `--root=${join(folder, 'root')}`,
  `--runroot=${join(folder, 'run')}`,
  '--storage-driver=vfs',
];
const buildah = new CommandLine('buildah', folder, storage);
const matrix = new ClientMatrix('buildah', versionOf('buildah'));
const registry = server.client(maintainer);
const plain = '--tls-verify=false';
const reference = `${address}/desk/five:1`;
const sizes = [200, 30_000, 1, 1_500_000, 9_000_000];
const image = writeImageFiles({ folder, seed: 'five', sizes, reference });

function login(who: Account, password: string, at = address): ReturnType<CommandLine['run']> {
  const args = ['login', plain, '--username', who.username, '--password-stdin', at];
  return buildah.run({ who, args, input: password });
}

async function idOf(name: string): Promise<string> {
  // A line for every name of the image.
  const ids = await buildah.does(maintainer, 'images', '--no-trunc', '--format', '{{.ID}}', name);
  return ids.split('\n')[0] ?? '';
}

matrix.works('login', 'signing in with the wrong password fails, with the right one it is kept', async () => {
  assert.match(failed(await login(maintainer, 'wrong')), /invalid username\/password/);
  assert.match(succeeded(await login(maintainer, maintainer.password)).text, /Login Succeeded/);
});

matrix.works('image', 'an image of five layers is pushed, removed, pulled, and is the same', async () => {
  await buildah.does(maintainer, 'pull', `docker-archive:${image.dockerArchive}`);
  await buildah.does(maintainer, 'push', plain, reference);
  await buildah.does(maintainer, 'rmi', reference);
  await buildah.does(maintainer, 'pull', plain, reference);
  assert.equal(await idOf(reference), image.configDigest);
});

matrix.works('mount', 'the same image under the name of another repository sends no layer', async () => {
  await buildah.does(maintainer, 'push', plain, reference, `docker://${address}/desk/mounted:1`);
  // The configuration is not mounted by it.
  assert.deepEqual(await cameInto(server, 'desk/mounted'), { mounted: 5, uploaded: 1 });
});

matrix.works('index', 'images for two architectures become one index, which is pulled', async () => {
  await buildah.does(maintainer, 'manifest', 'create', 'multi');
  let arm = '';
  for (const architecture of ['amd64', 'arm64']) {
    const name = `${address}/desk/multi:${architecture}`;
    const files = writeImageFiles({
      folder,
      seed: architecture,
      sizes: [3000],
      reference: name,
      architecture,
    });
    await buildah.does(maintainer, 'pull', `docker-archive:${files.dockerArchive}`);
    await buildah.does(maintainer, 'manifest', 'add', 'multi', `containers-storage:${name}`);
    arm = files.configDigest;
  }
  const all = `${address}/desk/multi:all`;
  await buildah.does(maintainer, 'manifest', 'push', plain, '--all', 'multi', `docker://${all}`);
  await assertIndexOfTwo(registry, 'desk/multi', 'all');
  await buildah.does(maintainer, 'pull', plain, '--arch', 'arm64', all);
  assert.equal(await idOf(all), arm);
});

/** Pushed in this compression, removed and pulled again. Returns what the layers say of themselves. */
async function assertCompressed(seed: string, compression: string): Promise<Record<string, string>[]> {
  const name = `${address}/desk/${seed}:1`;
  const files = writeImageFiles({ folder, seed, sizes: [70_000], reference: name });
  await buildah.does(maintainer, 'pull', `docker-archive:${files.dockerArchive}`);
  await buildah.does(maintainer, 'push', plain, '--format=oci', `--compression-format=${compression}`, name);
  const { layers = [] } = await manifestAt(registry, `desk/${seed}`, '1');
  for (const { mediaType } of layers) assert.equal(mediaType, types.zstdLayer);
  await buildah.does(maintainer, 'rmi', name);
  await buildah.does(maintainer, 'pull', plain, name);
  assert.equal(await idOf(name), files.configDigest);
  return layers.map(({ annotations = {} }) => annotations);
}

matrix.works('zstd', 'layers are compressed with zstd for the push, and come back', async () => {
  await assertCompressed('zstd', 'zstd');
});

matrix.works('zstd-chunked', 'layers of zstd:chunked tell where their table of contents is', async () => {
  for (const annotations of await assertCompressed('chunked', 'zstd:chunked'))
    assert.match(annotations['io.containers.zstd-chunked.manifest-position'] ?? '', /^\d+:\d+:\d+:1$/);
});

matrix.works('layer', 'a large layer is pushed, removed and pulled', async () => {
  const name = `${address}/desk/large:1`;
  const large = writeLargeImage({ folder, form: 'docker', reference: name });
  await buildah.does(maintainer, 'pull', `docker-archive:${large.path}`);
  large.remove();
  await buildah.does(maintainer, 'push', plain, name);
  await buildah.does(maintainer, 'rmi', name);
  await buildah.does(maintainer, 'pull', plain, name);
  assert.equal(await idOf(name), large.configDigest);
  await buildah.does(maintainer, 'rmi', name);
});

const big = writeImageFiles({ folder, seed: 'big', sizes: [9_000_000], reference: 'localhost/big:1' });

matrix.works('kill-push', 'a push that is killed half-way leaves no image, and the next one succeeds', () => {
  const push = (at: string): string[] => ['push', plain, 'localhost/big:1', `docker://${at}/desk/killed:1`];
  return killMidway({
    port: server.port,
    body: 'request',
    before: async (at) => {
      succeeded(await login(maintainer, maintainer.password, at));
      await buildah.does(maintainer, 'pull', `docker-archive:${big.dockerArchive}`);
    },
    start: (at) => buildah.start(maintainer, ...push(at)),
    between: async () => assert.equal((await registry.get('/v2/desk/killed/manifests/1')).status, 404),
    again: async (at) => {
      await buildah.does(maintainer, ...push(at));
      await buildah.does(maintainer, 'rmi', 'localhost/big:1');
    },
  });
});

matrix.works('kill-pull', 'a pull that is killed half-way, and the next one succeeds', () =>
  killMidway({
    port: server.port,
    body: 'answer',
    before: (at) => login(maintainer, maintainer.password, at),
    start: (at) => buildah.start(maintainer, 'pull', plain, `${at}/desk/killed:1`),
    again: async (at) => {
      await buildah.does(maintainer, 'pull', plain, `${at}/desk/killed:1`);
      assert.equal(await idOf(`${at}/desk/killed:1`), big.configDigest);
    },
  }),
);
