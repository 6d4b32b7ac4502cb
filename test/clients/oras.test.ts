// oras, with images and with artifacts of its own.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Account } from '../harness/accounts.ts';
import { goTool } from '../harness/go-tool.ts';
import { seededBytes } from '../harness/image.ts';
import { writeImageFiles } from '../harness/image-files.ts';
import { CommandLine, failed, lastLine, succeeded } from './client-run.ts';
import { assertTellsGuestWhy, guest, maintainer, startPrivateProject } from './private-project.ts';

const { address, folder } = await startPrivateProject();
const oras = new CommandLine(await goTool('oras'), folder);
const reference = `${address}/desk/five:1`;
const image = writeImageFiles({
  folder,
  seed: 'five',
  sizes: [200, 30_000, 1, 1_500_000, 9_000_000],
  reference,
});
const plain = '--plain-http';
const copyUp = ['cp', '--from-oci-layout', '--to-plain-http', `${image.layout}:image`];

function login(who: Account, password: string): ReturnType<CommandLine['run']> {
  const args = ['login', plain, '--username', who.username, '--password-stdin', address];
  return oras.run({ who, args, input: password });
}

test('signing in with the wrong password fails, with the right one it is kept', async () => {
  assert.match(failed(await login(maintainer, 'wrong')), /unauthorized/);
  assert.match(succeeded(await login(maintainer, maintainer.password)).text, /Login Succeeded/);
});

test('an image of five layers is pushed, pulled, and is the same byte for byte', async () => {
  await oras.does(maintainer, ...copyUp, reference);
  const pulled = join(folder, 'pulled');
  await oras.does(maintainer, 'cp', '--from-plain-http', '--to-oci-layout', reference, `${pulled}:image`);
  for (const [digest, bytes] of image.blobs)
    assert.ok(readFileSync(join(pulled, 'blobs', digest.replace(':', '/'))).equals(bytes), digest);
});

test('an artifact of files is pushed and pulled, with another one attached to it', async () => {
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
  assert.deepEqual(listed, ['desk/five', 'desk/notes']);
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

test('what is deleted cannot be pulled', async () => {
  await oras.does(maintainer, 'manifest', 'delete', plain, '--force', `${address}/desk/five@${image.digest}`);
  assert.match(await oras.fails(maintainer, 'manifest', 'fetch', plain, reference), /not found/);
});
