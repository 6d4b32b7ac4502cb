// podman with a storage of its own; it needs root. It lists tags; to delete in a registry, people who use it take
// skopeo.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Account } from '../harness/accounts.ts';
import { writeImageFiles } from '../harness/image-files.ts';
import { requireProgram } from '../harness/run-program.ts';
import { CommandLine, failed, lastLine, succeeded } from './client-run.ts';
import { assertTellsGuestWhy, guest, maintainer, startPrivateProject } from './private-project.ts';

requireProgram('podman', 'podman');
const { address, folder } = await startPrivateProject();
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

function login(who: Account, password: string): ReturnType<CommandLine['run']> {
  const args = ['login', plain, '--username', who.username, '--password-stdin', address];
  return podman.run({ who, args, input: password });
}

test('signing in with the wrong password fails, with the right one it is kept', async () => {
  assert.match(failed(await login(maintainer, 'wrong')), /invalid username\/password/);
  assert.match(succeeded(await login(maintainer, maintainer.password)).text, /Login Succeeded/);
});

test('an image of five layers is pushed, removed, pulled, and is the same byte for byte', async () => {
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
});

test('tags are listed', async () => {
  const listed = await podman.does(maintainer, 'search', plain, '--list-tags', `${address}/desk/five`);
  assert.match(listed, new RegExp(`^${address}/desk/five +1$`, 'm'));
});

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
