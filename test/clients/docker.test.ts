// The docker command line with a dockerd of its own. Docker has no command that lists or deletes what is in a
// registry.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { writeImageFiles } from '../harness/image-files.ts';
import { failed, lastLine, succeeded } from './client-run.ts';
import { Docker } from './docker-daemon.ts';
import { assertTellsGuestWhy, guest, maintainer, startPrivateProject } from './private-project.ts';

const { server, address, folder } = await startPrivateProject();
const docker = await Docker.start();
after(() => docker[Symbol.asyncDispose]());
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

test('signing in with the wrong password fails, with the right one it is kept', async () => {
  const wrong = failed(await docker.login({ ...maintainer, password: 'wrong' }, address));
  assert.match(wrong, /unauthorized|incorrect username or password/i);
  assert.match(succeeded(await docker.login(maintainer, address)).text, /Login Succeeded/);
});

test('an image of five layers is pushed, removed, pulled, and is the same byte for byte', async () => {
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
});

test('what was pushed is there under its digest', async () => {
  const listed = succeeded(
    await docker.run(maintainer, 'image', 'inspect', '--format', '{{index .RepoDigests 0}}', reference),
  );
  succeeded(await docker.run(maintainer, 'pull', listed.stdout.trim()));
  assert.deepEqual(await server.client(maintainer).tags('desk/five'), ['1']);
});

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
