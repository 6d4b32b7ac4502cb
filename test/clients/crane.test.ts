// crane of go-containerregistry. It keeps what it is told at sign-in without asking the registry.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { goTool } from '../harness/go-tool.ts';
import { writeImageFiles } from '../harness/image-files.ts';
import { CommandLine, lastLine } from './client-run.ts';
import { assertTellsGuestWhy, guest, maintainer, startPrivateProject } from './private-project.ts';

const { address, folder } = await startPrivateProject();
const crane = new CommandLine(await goTool('crane'), folder);
const reference = `${address}/desk/five:1`;
const image = writeImageFiles({
  folder,
  seed: 'five',
  sizes: [200, 30_000, 1, 1_500_000, 9_000_000],
  reference,
});

function login(who: typeof guest, password: string): Promise<string> {
  return crane.does(who, 'auth', 'login', address, '--username', who.username, '--password', password);
}

test('a wrong password pushes nothing', async () => {
  await login(maintainer, 'wrong');
  assert.match(await crane.fails(maintainer, 'push', image.layout, reference), /UNAUTHORIZED/);
});

test('an image of five layers is pushed, pulled, and is the same byte for byte', async () => {
  await login(maintainer, maintainer.password);
  await crane.does(maintainer, 'push', image.layout, reference);
  assert.equal((await crane.does(maintainer, 'digest', reference)).trim(), image.digest);
  const pulled = join(folder, 'pulled');
  await crane.does(maintainer, 'pull', '--format', 'oci', reference, pulled);
  for (const [digest, bytes] of image.blobs)
    assert.ok(readFileSync(join(pulled, 'blobs', digest.replace(':', '/'))).equals(bytes), digest);
});

test('a copy into another repository is the same image', async () => {
  await crane.does(maintainer, 'copy', reference, `${address}/desk/copy:1`);
  assert.equal((await crane.does(maintainer, 'digest', `${address}/desk/copy:1`)).trim(), image.digest);
  await crane.does(maintainer, 'validate', '--remote', `${address}/desk/copy:1`);
});

test('tags are listed', async () => {
  await crane.does(maintainer, 'tag', reference, 'two');
  assert.deepEqual((await crane.does(maintainer, 'ls', `${address}/desk/five`)).trim().split('\n'), [
    '1',
    'two',
  ]);
});

test('the repositories that the account may read are listed', async () => {
  const listed = (await crane.does(maintainer, 'catalog', address)).trim().split('\n');
  assert.deepEqual(listed, ['desk/copy', 'desk/five']);
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

test('what is deleted cannot be pulled', async () => {
  await crane.does(maintainer, 'delete', `${address}/desk/five:two`);
  assert.equal((await crane.does(maintainer, 'ls', `${address}/desk/five`)).trim(), '1');
  await crane.does(maintainer, 'delete', `${address}/desk/five@${image.digest}`);
  assert.match(await crane.fails(maintainer, 'digest', reference), /MANIFEST_UNKNOWN|NAME_UNKNOWN/);
});
