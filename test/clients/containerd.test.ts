// containerd's resolver, by `ctr`: version 2, built for the test, and Debian's. The daemon is Debian's; it only keeps
// content. `ctr` signs in with every command, and has none that lists or deletes what is in a registry.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, test } from 'node:test';
import { goTool } from '../harness/go-tool.ts';
import { HttpProxy } from '../harness/http-proxy.ts';
import { type ImageFiles, writeImageFiles } from '../harness/image-files.ts';
import type { Ended } from '../harness/run-program.ts';
import type { LogLine } from '../harness/start-server.ts';
import { failed, lastLine, succeeded } from './client-run.ts';
import { Containerd, userFlag } from './containerd-daemon.ts';
import { assertTellsGuestWhy, guest, maintainer, startPrivateProject } from './private-project.ts';

/** The shortest there is. */
const tokenLifeSeconds = 60;
/** Longer than that and the seconds that the server adds for clocks which differ. */
const heldMs = (tokenLifeSeconds + 25) * 1000;
/** More than the buffers of the connections on the way take. */
const largeBytes = 32 * 1024 * 1024;

const { server, address, folder } = await startPrivateProject({
  args: ['--token-life', `${tokenLifeSeconds}`],
});
const ctr = await goTool('ctr');
const containerd = await Containerd.start();
after(() => containerd[Symbol.asyncDispose]());

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

test('an image of five layers is pushed, removed, pulled, and is the same byte for byte', async () => {
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
});

function urlOf({ digest: manifest }: ImageFiles, digest: string): string {
  return `/v2/desk/five/${digest === manifest ? 'manifests' : 'blobs'}/${digest}`;
}

test('a wrong password pushes nothing', async () => {
  const reference = `${address}/desk/wrong:1`;
  await importImage('wrong', reference);
  const who = { ...maintainer, password: 'wrong' };
  const text = failed(await containerd.run(ctr, 'images', 'push', '--local', ...userFlag(who), reference));
  assert.match(text, /failed to authorize: .*401/);
});

test('a guest is told in a sentence why pushing is refused', async (t) => {
  const reference = `${address}/desk/other:1`;
  await importImage('other', reference);
  const text = failed(await containerd.run(ctr, 'images', 'push', '--local', ...userFlag(guest), reference));
  t.diagnostic(lastLine(text));
  assertTellsGuestWhy(text);
});

const debianVersion = /\d+\.\d+\.\d+/.exec(spawnSync('ctr', ['--version']).stdout.toString())?.[0] ?? '';

/** Through something slow: the large layers of a push take longer than the token that began it may be used. */
async function pushSlowly(program: string, seed: string, local: readonly string[]): Promise<Ended> {
  await using proxy = await HttpProxy.start({
    ports: [server.port],
    bodyMs: ({ headers }) => (Number(headers['content-length'] ?? 0) >= largeBytes ? heldMs : 0),
  });
  const reference = `127.0.0.1:${proxy.port}/desk/${seed}:1`;
  await importImage(seed, reference, [200, largeBytes]);
  return await containerd.run(program, 'images', 'push', ...local, ...userFlag(maintainer), reference);
}

function linesOf(repository: string, method: string): LogLine[] {
  return server.log.filter(
    (line) => line['method'] === method && `${String(line['path'])}`.includes(repository),
  );
}

test('a push that outlasts its token', { concurrency: 2 }, async (t) => {
  await Promise.allSettled([
    t.test('containerd 2 fetches a new one and goes on', async () => {
      succeeded(await pushSlowly(ctr, 'long', ['--local']));
      assert.deepEqual(await server.client(maintainer).tags('desk/long'), ['1']);
      const [manifest] = linesOf('/v2/desk/long/manifests/', 'PUT');
      const blobs = linesOf('/v2/desk/long/blobs/', 'PUT');
      assert.ok(manifest !== undefined && blobs.length > 0);
    }),
    t.test(
      "Debian's containerd keeps the old one and fails",
      { skip: debianVersion.startsWith('1.6.') ? false : `containerd ${debianVersion} is not Debian 12's` },
      async (inner) => {
        const text = failed(await pushSlowly('ctr', 'stale', []));
        inner.diagnostic(`containerd ${debianVersion}: ${lastLine(text)}`);
        assert.deepEqual(
          linesOf('/v2/desk/stale/manifests/', 'PUT').filter(({ status }) => status === 201),
          [],
        );
      },
    ),
  ]);

  (await import('node:fs')).writeFileSync('/tmp/wtc/dump.json', JSON.stringify(server.log));
});
