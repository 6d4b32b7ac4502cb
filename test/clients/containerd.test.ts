// containerd's resolver, by `ctr`: version 2, built for the test, and Debian's. The daemon is Debian's; it only keeps
// content. `ctr` signs in with every command, and has none that lists or deletes what is in a registry.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, test } from 'node:test';
import { clientTool, pinnedVersion } from '../harness/client-tool.ts';
import { HttpProxy } from '../harness/http-proxy.ts';
import { manifestOf, types } from '../harness/image.ts';
import { type ImageFiles, writeImageFiles } from '../harness/image-files.ts';
import type { Ended } from '../harness/run-program.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { failed, lastLine, succeeded } from './client-run.ts';
import { Containerd, userFlag } from './containerd-daemon.ts';
import { ClientMatrix } from './matrix/client-matrix.ts';
import { killMidway } from './matrix/kill-midway.ts';
import { writeLargeImage } from './matrix/large-image.ts';
import { assertHolds, assertIndexOfTwo, cameInto, pushFiles } from './matrix/registry-side.ts';
import { assertTellsGuestWhy, guest, maintainer, startPrivateProject } from './private-project.ts';

/** The shortest there is; the server adds 15 s for a request that was on its way. */
const tokenLifeSeconds = 60;
/** Together more than that, each less than what containerd waits for an answer, and the first within the token's life. */
const slow = { layerMs: 57_000, answerMs: 25_000 };
/** More than the buffers of the connections on the way take. */
const largeBytes = 32 * 1024 * 1024;

const { server, address, folder } = await startPrivateProject({
  args: ['--token-life', `${tokenLifeSeconds}`],
});
const ctr = await clientTool('containerd');
const containerd = await Containerd.start();
after(() => containerd[Symbol.asyncDispose]());
const pinned = pinnedVersion('containerd', 'github.com/containerd/containerd/v2');
const matrix = new ClientMatrix('containerd', pinned);
const registry = server.client(maintainer);

/** One of its own for each test: where containerd has pushed a layer before, it mounts it from there. */
async function importImage(
  seed: string,
  reference: string,
  sizes = [200, 30_000, 1, 1_500_000, 3_000_000],
): Promise<ImageFiles> {
  const image = writeImageFiles({ folder, seed, sizes, reference });
  succeeded(await containerd.run(ctr, 'images', 'import', '--local', '--no-unpack', image.ociArchive));
  return image;
}

matrix.works(
  'image',
  'an image of five layers is pushed, removed, pulled, and is the same byte for byte',
  async () => {
    const reference = `${address}/desk/five:1`;
    const image = await importImage('five', reference);
    succeeded(await containerd.run(ctr, 'images', 'push', '--local', ...userFlag(maintainer), reference));
    succeeded(await containerd.run(ctr, 'images', 'rm', '--sync', reference));
    for (const digest of image.blobs.keys()) failed(await containerd.run(ctr, 'content', 'get', digest));
    const pull = ['images', 'pull', '--local', '--snapshotter', 'native', ...userFlag(maintainer), reference];
    succeeded(await containerd.run(ctr, ...pull));
    const kept = succeeded(await containerd.run(ctr, 'content', 'ls', '-q')).stdout.split('\n');
    for (const [digest, bytes] of image.blobs) {
      assert.ok(kept.includes(digest), `${digest} did not come back`);
      const answer = await server.client(maintainer).get(urlOf(image, digest));
      assert.ok(answer.body.equals(bytes), `${digest} is not what was pushed`);
    }
  },
);

function urlOf({ digest: manifest }: ImageFiles, digest: string): string {
  return `/v2/desk/five/${digest === manifest ? 'manifests' : 'blobs'}/${digest}`;
}

matrix.works('login', 'a wrong password pushes nothing', async () => {
  const reference = `${address}/desk/wrong:1`;
  await importImage('wrong', reference);
  const who = { ...maintainer, password: 'wrong' };
  const text = failed(await containerd.run(ctr, 'images', 'push', '--local', ...userFlag(who), reference));
  assert.match(text, /failed to authorize: .*401/);
});

const pull = (...more: string[]): string[] => [
  'images',
  'pull',
  '--local',
  '--snapshotter',
  'native',
  ...more,
];
const push = (...more: string[]): string[] => ['images', 'push', '--local', ...userFlag(maintainer), ...more];

matrix.works('mount', 'an image that was pulled sends no layer to another repository', async () => {
  const other = `${address}/desk/mounted:1`;
  succeeded(await containerd.run(ctr, 'images', 'tag', '--local', `${address}/desk/five:1`, other));
  succeeded(await containerd.run(ctr, ...push(other)));
  const { mounted, uploaded } = await cameInto(server, 'desk/mounted');
  assert.ok(mounted >= 5, `${mounted} mounted`);
  assert.equal(uploaded, 0);
});

matrix.works('index', 'an index of images for two architectures is pulled and pushed with both', async () => {
  const manifests: object[] = [];
  for (const architecture of ['amd64', 'arm64']) {
    const files = writeImageFiles({
      folder,
      seed: architecture,
      sizes: [3000],
      reference: 'x',
      architecture,
    });
    await pushFiles(registry, 'desk/multi', architecture, files);
    const size = files.blobs.get(files.digest)?.length;
    const platform = { os: 'linux', architecture };
    manifests.push({ mediaType: types.ociManifest, digest: files.digest, size, platform });
  }
  const index = manifestOf({ schemaVersion: 2, mediaType: types.ociIndex, manifests }, types.ociIndex);
  await registry.pushManifest('desk/multi', 'all', index);
  const [all, again] = [`${address}/desk/multi:all`, `${address}/desk/multi-again:all`];
  succeeded(await containerd.run(ctr, ...pull('--all-platforms', ...userFlag(maintainer), all)));
  succeeded(await containerd.run(ctr, 'images', 'tag', '--local', all, again));
  succeeded(await containerd.run(ctr, ...push(again)));
  await assertIndexOfTwo(registry, 'desk/multi-again', 'all');
});

matrix.works('zstd', 'layers of zstd are pushed and pulled', async () => {
  const name = `${address}/desk/zstd:1`;
  const image = writeImageFiles({
    folder,
    seed: 'zstd',
    sizes: [70_000],
    reference: name,
    compression: 'zstd',
  });
  succeeded(await containerd.run(ctr, 'images', 'import', '--local', '--no-unpack', image.ociArchive));
  succeeded(await containerd.run(ctr, ...push(name)));
  await assertHolds(registry, 'desk/zstd', '1', image);
  succeeded(await containerd.run(ctr, 'images', 'rm', '--sync', name));
  succeeded(await containerd.run(ctr, ...pull(...userFlag(maintainer), name)));
});

matrix.works('layer', 'a large layer is pushed, removed and pulled', async () => {
  const name = `${address}/desk/large:1`;
  const large = writeLargeImage({ folder, form: 'docker', reference: name });
  succeeded(await containerd.run(ctr, 'images', 'import', '--local', '--no-unpack', large.path));
  large.remove();
  succeeded(await containerd.run(ctr, ...push(name)));
  succeeded(await containerd.run(ctr, 'images', 'rm', '--sync', name));
  // Without unpacking: containerd has checked the digest of what it keeps.
  succeeded(await containerd.run(ctr, 'content', 'fetch', ...userFlag(maintainer), name));
  const kept = succeeded(await containerd.run(ctr, 'content', 'ls', '-q')).stdout.split('\n');
  assert.ok(kept.includes(large.layerDigest));
  succeeded(await containerd.run(ctr, 'images', 'rm', '--sync', name));
});

matrix.works('kill-push', 'a push that is killed half-way leaves no image, and the next one succeeds', () =>
  killMidway({
    port: server.port,
    body: 'request',
    before: (at) => importImage('killed', `${at}/desk/killed:1`, [200, 9_000_000]),
    start: (at) => containerd.start(ctr, ...push(`${at}/desk/killed:1`)),
    between: async () => assert.equal((await registry.get('/v2/desk/killed/manifests/1')).status, 404),
    again: async (at) => {
      succeeded(await containerd.run(ctr, ...push(`${at}/desk/killed:1`)));
      succeeded(await containerd.run(ctr, 'images', 'rm', '--sync', `${at}/desk/killed:1`));
    },
  }),
);

matrix.works('kill-pull', 'a pull that is killed half-way, and the next one succeeds', () =>
  killMidway({
    port: server.port,
    body: 'answer',
    start: (at) => containerd.start(ctr, ...pull(...userFlag(maintainer), `${at}/desk/killed:1`)),
    again: async (at) => {
      succeeded(await containerd.run(ctr, ...pull(...userFlag(maintainer), `${at}/desk/killed:1`)));
    },
  }),
);

test('a guest is told in a sentence why pushing is refused', async (t) => {
  const reference = `${address}/desk/other:1`;
  await importImage('other', reference);
  const text = failed(await containerd.run(ctr, 'images', 'push', '--local', ...userFlag(guest), reference));
  t.diagnostic(lastLine(text));
  assertTellsGuestWhy(text);
});

const debianVersion = /\d+\.\d+\.\d+/.exec(spawnSync('ctr', ['--version']).stdout.toString())?.[0] ?? '';

/** Over a slow line: between the question whether the manifest is there and its push, the token comes to its end. */
async function pushSlowly(program: string, seed: string, ...local: readonly string[]): Promise<Ended> {
  await using proxy = await HttpProxy.start({
    ports: [server.port],
    bodyMs: ({ headers }) => (Number(headers['content-length'] ?? 0) >= largeBytes ? slow.layerMs : 0),
    answerMs: ({ method, url }) => (method === 'HEAD' && url?.includes('/manifests/') ? slow.answerMs : 0),
  });
  const reference = `127.0.0.1:${proxy.port}/desk/${seed}:1`;
  await importImage(seed, reference, [200, largeBytes]);
  return await containerd.run(program, 'images', 'push', ...local, ...userFlag(maintainer), reference);
}

/** The requests of a push that came after its question whether the manifest is there, in the log's words. */
function endOf(repository: string): string[] {
  const asked = server.log.findIndex(
    (line) =>
      line['method'] === 'HEAD' && line['route'] === manifestRoute && line['repository'] === repository,
  );
  return server.log
    .slice(asked + 1)
    .filter((line) => line['repository'] === repository || line['route'] === '/service/token')
    .map(({ method, route, status }) => `${String(method)} ${String(route)} ${String(status)}`);
}

const manifestRoute = '/v2/<name>/manifests/<reference>';

test('a push that outlasts its token', { concurrency: 2 }, async (t) => {
  await Promise.all([
    t.test('containerd 2 fetches a new one and goes on', async () => {
      succeeded(await pushSlowly(ctr, 'long', '--local'));
      const pushed = `PUT ${manifestRoute} 201`;
      const end = await waitUntil('the push in the log', () => {
        const lines = endOf('desk/long');
        return lines.includes(pushed) && lines;
      });
      assert.deepEqual(end.slice(end.indexOf(pushed) - 1), ['POST /service/token 200', pushed]);
      assert.deepEqual(await server.client(maintainer).tags('desk/long'), ['1']);
    }),
    t.test(
      "Debian's containerd goes on with the old one and is refused",
      { skip: debianVersion.startsWith('1.6.') ? false : `containerd ${debianVersion} is not Debian 12's` },
      async (inner) => {
        const text = failed(await pushSlowly('ctr', 'stale'));
        inner.diagnostic(`containerd ${debianVersion}: ${lastLine(text)}`);
        assert.match(text, /server message: invalid_token: authorization failed/);
        const refused = { method: 'PUT', route: manifestRoute, status: 401 };
        await server.logged((line) => Object.entries(refused).every(([key, value]) => line[key] === value));
      },
    ),
  ]);
});
