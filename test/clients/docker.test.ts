// The docker command line with a dockerd of its own. Docker has no command that lists or deletes what is in a
// registry. The daemon is the client: what is killed is the command, whose request the daemon then gives up.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { writeImageFiles } from '../harness/image-files.ts';
import { failed, lastLine, succeeded } from './client-run.ts';
import { Docker } from './docker-daemon.ts';
import { ClientMatrix } from './matrix/client-matrix.ts';
import { killMidway } from './matrix/kill-midway.ts';
import { writeLargeImage } from './matrix/large-image.ts';
import { assertIndexOfTwo, cameInto, manifestAt, pushFiles } from './matrix/registry-side.ts';
import { assertTellsGuestWhy, guest, maintainer, startPrivateProject } from './private-project.ts';

const { server, address, folder } = await startPrivateProject();
const docker = await Docker.start();
after(() => docker[Symbol.asyncDispose]());
const versions = ['version', '--format', '{{.Client.Version}}, dockerd {{.Server.Version}}'];
const matrix = new ClientMatrix('docker', succeeded(await docker.run(null, ...versions)).stdout.trim());
const registry = server.client(maintainer);
const reference = `${address}/desk/five:1`;
const image = writeImageFiles({
  folder,
  seed: 'five',
  sizes: [200, 30_000, 1, 1_500_000, 9_000_000],
  reference,
});

async function loadImage(): Promise<void> {
  succeeded(await docker.run(maintainer, 'load', '--input', image.dockerArchive));
}

async function idOf(name: string): Promise<string> {
  return succeeded(
    await docker.run(maintainer, 'image', 'inspect', '--format', '{{.Id}}', name),
  ).stdout.trim();
}

matrix.works('login', 'signing in with the wrong password fails, with the right one it is kept', async () => {
  const wrong = failed(await docker.login({ ...maintainer, password: 'wrong' }, address));
  assert.match(wrong, /unauthorized|incorrect username or password/i);
  assert.match(succeeded(await docker.login(maintainer, address)).text, /Login Succeeded/);
});

matrix.works(
  'image',
  'an image of five layers is pushed, removed, pulled, and is the same byte for byte',
  async () => {
    await loadImage();
    assert.equal(await idOf(reference), image.configDigest);
    const pushed = succeeded(await docker.run(maintainer, 'push', reference)).stdout;
    const digest = /digest: (sha256:[0-9a-f]{64})/.exec(pushed)?.[1];
    succeeded(await docker.run(maintainer, 'rmi', reference));
    failed(await docker.run(maintainer, 'image', 'inspect', reference));
    const pulled = succeeded(await docker.run(maintainer, 'pull', reference)).stdout;
    assert.equal(/Digest: (sha256:[0-9a-f]{64})/.exec(pulled)?.[1], digest);
    assert.equal(await idOf(reference), image.configDigest);
    const container = succeeded(await docker.run(maintainer, 'create', reference)).stdout.trim();
    for (const [path, bytes] of image.contents) {
      succeeded(await docker.run(maintainer, 'cp', `${container}:/${path}`, join(folder, path)));
      assert.ok(readFileSync(join(folder, path)).equals(bytes), `${path} came back changed`);
    }
    succeeded(await docker.run(maintainer, 'rm', container));
    assert.ok(
      server.log.some(({ route }) => route === '/service/token'),
      'docker asked for no token',
    );
  },
);

test('what was pushed is there under its digest', async () => {
  const listed = succeeded(
    await docker.run(maintainer, 'image', 'inspect', '--format', '{{index .RepoDigests 0}}', reference),
  );
  succeeded(await docker.run(maintainer, 'pull', listed.stdout.trim()));
  assert.deepEqual(await server.client(maintainer).tags('desk/five'), ['1']);
});

matrix.works('mount', 'the same image under the name of another repository sends no layer', async () => {
  const other = `${address}/desk/mounted:1`;
  succeeded(await docker.run(maintainer, 'tag', reference, other));
  assert.match(succeeded(await docker.run(maintainer, 'push', other)).stdout, /Mounted from desk\/five/);
  // The configuration is not mounted by it.
  assert.deepEqual(await cameInto(server, 'desk/mounted'), { mounted: 5, uploaded: 1 });
});

matrix.works('index', 'images for two architectures become one index, which is pulled', async () => {
  const parts: string[] = [];
  for (const architecture of ['amd64', 'arm64']) {
    const name = `${address}/desk/multi:${architecture}`;
    const files = writeImageFiles({
      folder,
      seed: architecture,
      sizes: [3000],
      reference: name,
      architecture,
    });
    succeeded(await docker.run(maintainer, 'load', '--input', files.dockerArchive));
    succeeded(await docker.run(maintainer, 'push', name));
    parts.push(name);
  }
  const all = `${address}/desk/multi:all`;
  succeeded(await docker.run(maintainer, 'manifest', 'create', '--insecure', all, ...parts));
  succeeded(await docker.run(maintainer, 'manifest', 'push', '--insecure', all));
  await assertIndexOfTwo(registry, 'desk/multi', 'all');
  const { configDigest } = writeImageFiles({
    folder,
    seed: 'arm64',
    sizes: [3000],
    reference,
    architecture: 'arm64',
  });
  succeeded(await docker.run(maintainer, 'pull', '--platform', 'linux/arm64', all));
  assert.equal(await idOf(all), configDigest);
});

matrix.limit('zstd', 'layers of zstd are refused by the daemon', async () => {
  const files = writeImageFiles({ folder, seed: 'zstd', sizes: [70_000], reference, compression: 'zstd' });
  await pushFiles(registry, 'desk/zstd', '1', files);
  return lastLine(failed(await docker.run(maintainer, 'pull', `${address}/desk/zstd:1`)));
});

matrix.works('layer', 'a large layer is pushed, removed and pulled', async () => {
  const name = `${address}/desk/large:1`;
  const large = writeLargeImage({ folder, form: 'docker', reference: name });
  succeeded(await docker.run(maintainer, 'load', '--input', large.path));
  large.remove();
  succeeded(await docker.run(maintainer, 'push', name));
  succeeded(await docker.run(maintainer, 'rmi', name));
  succeeded(await docker.run(maintainer, 'pull', name));
  assert.equal(await idOf(name), large.configDigest);
  succeeded(await docker.run(maintainer, 'rmi', name));
});

const big = writeImageFiles({ folder, seed: 'big', sizes: [9_000_000], reference });

matrix.works('kill-push', 'a push that is killed half-way leaves no image, and the next one succeeds', () =>
  killMidway({
    port: server.port,
    body: 'request',
    before: async (at) => {
      succeeded(await docker.login(maintainer, at));
      const named = writeImageFiles({
        folder,
        seed: 'big',
        sizes: [9_000_000],
        reference: `${at}/desk/killed:1`,
      });
      succeeded(await docker.run(maintainer, 'load', '--input', named.dockerArchive));
    },
    start: (at) => docker.start(maintainer, 'push', `${at}/desk/killed:1`),
    between: async () => assert.equal((await registry.get('/v2/desk/killed/manifests/1')).status, 404),
    again: async (at) => {
      succeeded(await docker.run(maintainer, 'push', `${at}/desk/killed:1`));
      await manifestAt(registry, 'desk/killed', '1');
      succeeded(await docker.run(maintainer, 'rmi', `${at}/desk/killed:1`));
    },
  }),
);

matrix.works('kill-pull', 'a pull that is killed half-way, and the next one succeeds', () =>
  killMidway({
    port: server.port,
    body: 'answer',
    before: (at) => docker.login(maintainer, at),
    start: (at) => docker.start(maintainer, 'pull', `${at}/desk/killed:1`),
    again: async (at) => {
      succeeded(await docker.run(maintainer, 'pull', `${at}/desk/killed:1`));
      assert.equal(await idOf(`${at}/desk/killed:1`), big.configDigest);
    },
  }),
);

test('a guest pulls, and is told in a sentence why pushing is refused', async (t) => {
  succeeded(await docker.login(guest, address));
  succeeded(await docker.run(guest, 'pull', reference));
  const other = `${address}/desk/other:1`;
  succeeded(await docker.run(guest, 'tag', reference, other));
  const text = failed(await docker.run(guest, 'push', other));
  t.diagnostic(lastLine(text));
  assert.match(text, /denied: /);
  assertTellsGuestWhy(text);
});

test('who has not signed in can neither push nor pull', async () => {
  for (const verb of ['pull', 'push'])
    assert.match(failed(await docker.run(null, verb, reference)), /unauthorized|denied|no basic auth/i);
});

test('after signing out nothing can be pulled any more', async () => {
  succeeded(await docker.run(maintainer, 'logout', address));
  failed(await docker.run(maintainer, 'pull', reference));
});
