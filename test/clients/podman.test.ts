// podman with a storage of its own; it needs root. It lists tags; to delete in a registry, people who use it take
// skopeo.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Account } from '../harness/accounts.ts';
import { HttpProxy } from '../harness/http-proxy.ts';
import { seededBytes, types } from '../harness/image.ts';
import { writeImageFiles } from '../harness/image-files.ts';
import { requireProgram, versionOf } from '../harness/run-program.ts';
import { CommandLine, failed, lastLine, succeeded } from './client-run.ts';
import { ClientMatrix } from './matrix/client-matrix.ts';
import { killMidway } from './matrix/kill-midway.ts';
import { writeLargeImage } from './matrix/large-image.ts';
import { assertIndexOfTwo, assertSameTags, cameInto, manifestAt, plantTags } from './matrix/registry-side.ts';
import { assertTellsGuestWhy, guest, maintainer, startPrivateProject } from './private-project.ts';

requireProgram('podman', 'podman');
const { server, address, folder } = await startPrivateProject();
const matrix = new ClientMatrix('podman', versionOf('podman'));
const registry = server.client(maintainer);
const podman = new CommandLine('podman', folder, [
  `--root=${join(folder, 'root')}`,
  `--runroot=${join(folder, 'run')}`,
  '--storage-driver=vfs',
  '--events-backend=file',
  '--cgroup-manager=cgroupfs',
]);
const reference = `${address}/desk/five:1`;
const image = writeImageFiles({
  folder,
  seed: 'five',
  sizes: [200, 30_000, 1, 1_500_000, 9_000_000],
  reference,
});
const plain = '--tls-verify=false';

function login(who: Account, password: string, at = address): ReturnType<CommandLine['run']> {
  const args = ['login', plain, '--username', who.username, '--password-stdin', at];
  return podman.run({ who, args, input: password });
}

matrix.works('login', 'signing in with the wrong password fails, with the right one it is kept', async () => {
  assert.match(failed(await login(maintainer, 'wrong')), /invalid username\/password/);
  assert.match(succeeded(await login(maintainer, maintainer.password)).text, /Login Succeeded/);
});

matrix.works(
  'image',
  'an image of five layers is pushed, removed, pulled, and is the same byte for byte',
  async () => {
    await podman.does(maintainer, 'load', '--input', image.dockerArchive);
    await podman.does(maintainer, 'push', plain, reference);
    await podman.does(maintainer, 'rmi', reference);
    await podman.fails(maintainer, 'image', 'inspect', reference);
    await podman.does(maintainer, 'pull', plain, reference);
    const id = await podman.does(maintainer, 'image', 'inspect', '--format', '{{.Id}}', reference);
    assert.equal(`sha256:${id.trim()}`, image.configDigest);
    const files = (await podman.does(maintainer, 'image', 'mount', reference)).trim();
    for (const [path, bytes] of image.contents)
      assert.ok(readFileSync(join(files, path)).equals(bytes), `${path} came back changed`);
    await podman.does(maintainer, 'image', 'unmount', reference);
  },
);

test('tags are listed', async () => {
  const listed = await podman.does(maintainer, 'search', plain, '--list-tags', `${address}/desk/five`);
  assert.match(listed, new RegExp(`^${address}/desk/five +1$`, 'm'));
});

async function idOf(name: string): Promise<string> {
  const id = await podman.does(maintainer, 'image', 'inspect', '--format', '{{.Id}}', name);
  return `sha256:${id.trim()}`;
}

matrix.works('mount', 'the same image under the name of another repository sends no layer', async () => {
  await podman.does(maintainer, 'push', plain, reference, `${address}/desk/mounted:1`);
  // The configuration is not mounted by it.
  assert.deepEqual(await cameInto(server, 'desk/mounted'), { mounted: 5, uploaded: 1 });
});

matrix.works('tags', 'more than 1,000 tags are listed', async () => {
  const tags = await plantTags(registry, 'desk/tags');
  const all = ['search', plain, '--list-tags', '--limit', '20000'];
  const [, ...lines] = (await podman.does(maintainer, ...all, `${address}/desk/tags`)).trim().split('\n');
  assertSameTags(
    lines.map((line) => line.split(/ +/)[1] ?? ''),
    tags,
  );
});

matrix.works('index', 'images for two architectures become one index, which is pulled', async () => {
  await podman.does(maintainer, 'manifest', 'create', 'multi');
  for (const architecture of ['amd64', 'arm64']) {
    const name = `${address}/desk/multi:${architecture}`;
    const files = writeImageFiles({
      folder,
      seed: architecture,
      sizes: [3000],
      reference: name,
      architecture,
    });
    await podman.does(maintainer, 'load', '--input', files.dockerArchive);
    await podman.does(maintainer, 'manifest', 'add', 'multi', `containers-storage:${name}`);
  }
  const all = `${address}/desk/multi:all`;
  await podman.does(maintainer, 'manifest', 'push', plain, '--all', 'multi', `docker://${all}`);
  await assertIndexOfTwo(registry, 'desk/multi', 'all');
  const { configDigest } = writeImageFiles({
    folder,
    seed: 'arm64',
    sizes: [3000],
    reference,
    architecture: 'arm64',
  });
  await podman.does(maintainer, 'pull', plain, '--arch', 'arm64', all);
  assert.equal(await idOf(all), configDigest);
});

/** Pushed in this compression, removed and pulled again. */
async function assertCompressed(seed: string, compression: string): Promise<Record<string, string>[]> {
  const name = `${address}/desk/${seed}:1`;
  const files = writeImageFiles({ folder, seed, sizes: [70_000], reference: name });
  await podman.does(maintainer, 'load', '--input', files.dockerArchive);
  await podman.does(maintainer, 'push', plain, '--format', 'oci', '--compression-format', compression, name);
  const { layers = [] } = await manifestAt(registry, `desk/${seed}`, '1');
  for (const { mediaType } of layers) assert.equal(mediaType, types.zstdLayer);
  await podman.does(maintainer, 'rmi', name);
  await podman.does(maintainer, 'pull', plain, name);
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

/** A podman that fetches what it lacks of layers in zstd:chunked; the storage that can do so mounts. */
function lazyPodman(): CommandLine {
  const config = join(folder, 'storage.conf');
  const [graph, run] = [join(folder, 'lazy-root'), join(folder, 'lazy-run')];
  const lines = ['[storage]', 'driver = "overlay"', `graphroot = "${graph}"`, `runroot = "${run}"`];
  const options =
    '[storage.options]\npull_options = {enable_partial_images = "true", use_hard_links = "false"}\n';
  writeFileSync(config, `${lines.join('\n')}\n${options}`);
  const always = [
    '--mount',
    'podman',
    '--events-backend=file',
    '--cgroup-manager=cgroupfs',
    '--log-level=debug',
  ];
  return new CommandLine('unshare', folder, always, { CONTAINERS_STORAGE_CONF: config });
}

/** Many files in one layer, every tenth of them different in each version. */
function filesOf(version: string): ReadonlyMap<string, Buffer> {
  const names = Array.from({ length: 120 }, (_, at) => `file-${at}`);
  return new Map(
    names.map((name, at) => [name, seededBytes(`${at % 10 === 0 ? version : 'same'}/${name}`, 20_000)]),
  );
}

matrix.works(
  'lazy',
  'of the next version only the ranges that differ are fetched, many in one request',
  async (t) => {
    const lazy = lazyPodman();
    const asked: string[] = [];
    let came = 0;
    await using proxy = await HttpProxy.start({
      ports: [server.port],
      answerMs: ({ headers: { range } }) => {
        if (range !== undefined) asked.push(range);
        return 0;
      },
      async *through(body, of) {
        for await (const piece of body) {
          if (of === 'answer') came += piece.length;
          yield piece;
        }
      },
    });
    const near = `127.0.0.1:${proxy.port}`;
    const signIn = ['login', plain, '--username', maintainer.username, '--password-stdin', near];
    succeeded(await lazy.run({ who: maintainer, args: signIn, input: maintainer.password }));
    /** Returns how many ranges the largest request asked for, and how many bytes came. */
    const moved = async (version: string): Promise<{ ranges: number; bytes: number }> => {
      const name = `${address}/desk/lazy:${version}`;
      const files = filesOf(version);
      const image = writeImageFiles({ folder, seed: `lazy-${version}`, files: [files], reference: name });
      await podman.does(maintainer, 'load', '--input', image.dockerArchive);
      await podman.does(maintainer, 'push', plain, '--format=oci', '--compression-format=zstd:chunked', name);
      asked.length = 0;
      came = 0;
      const there = `${near}/desk/lazy:${version}`;
      const { text } = succeeded(await lazy.run({ who: maintainer, args: ['pull', plain, there] }));
      assert.match(text, /Retrieved partial blob/);
      const inspect = ['image', 'inspect', '--format', '{{.GraphDriver.Data.UpperDir}}', there];
      const layer = (await lazy.does(maintainer, ...inspect)).trim();
      for (const [path, bytes] of files)
        assert.ok(readFileSync(join(layer, path)).equals(bytes), `${path} came back changed`);
      return { ranges: Math.max(...asked.map((range) => range.split(',').length)), bytes: came };
    };
    const [first, second] = [await moved('1'), await moved('2')];
    assert.ok(first.ranges > 60, `${first.ranges} ranges`);
    assert.ok(second.ranges >= 6 && second.ranges < 20, `${second.ranges} ranges`);
    assert.ok(second.bytes < first.bytes / 5, `${second.bytes} bytes after ${first.bytes}`);
    t.diagnostic(`${JSON.stringify(first)}, then ${JSON.stringify(second)}`);
  },
);

matrix.works('layer', 'a large layer is pushed, removed and pulled', async () => {
  const name = `${address}/desk/large:1`;
  const large = writeLargeImage({ folder, form: 'docker', reference: name });
  await podman.does(maintainer, 'load', '--input', large.path);
  large.remove();
  await podman.does(maintainer, 'push', plain, name);
  await podman.does(maintainer, 'rmi', name);
  await podman.does(maintainer, 'pull', plain, name);
  assert.equal(await idOf(name), large.configDigest);
  await podman.does(maintainer, 'rmi', name);
});

matrix.works('kill-push', 'a push that is killed half-way leaves no image, and the next one succeeds', () => {
  const big = writeImageFiles({ folder, seed: 'big', sizes: [9_000_000], reference: 'localhost/big:1' });
  const push = (at: string): string[] => ['push', plain, 'localhost/big:1', `${at}/desk/killed:1`];
  return killMidway({
    port: server.port,
    body: 'request',
    before: async (at) => {
      succeeded(await login(maintainer, maintainer.password, at));
      await podman.does(maintainer, 'load', '--input', big.dockerArchive);
    },
    start: (at) => podman.start(maintainer, ...push(at)),
    between: async () => assert.equal((await registry.get('/v2/desk/killed/manifests/1')).status, 404),
    again: async (at) => {
      await podman.does(maintainer, ...push(at));
      await podman.does(maintainer, 'rmi', 'localhost/big:1');
    },
  });
});

matrix.works('kill-pull', 'a pull that is killed half-way, and the next one succeeds', () =>
  killMidway({
    port: server.port,
    body: 'answer',
    before: (at) => login(maintainer, maintainer.password, at),
    start: (at) => podman.start(maintainer, 'pull', plain, `${at}/desk/killed:1`),
    again: (at) => podman.does(maintainer, 'pull', plain, `${at}/desk/killed:1`),
  }),
);

test('a guest pulls, and is told in a sentence why pushing is refused', async (t) => {
  succeeded(await login(guest, guest.password));
  await podman.does(guest, 'pull', plain, reference);
  const text = await podman.fails(guest, 'push', plain, reference, `${address}/desk/other:1`);
  t.diagnostic(lastLine(text));
  assertTellsGuestWhy(text);
});

test('who has not signed in, or has signed out, cannot pull', async () => {
  await podman.does(guest, 'logout', address);
  for (const who of [null, guest])
    assert.match(await podman.fails(who, 'pull', plain, reference), /unauthorized|authentication required/i);
});
