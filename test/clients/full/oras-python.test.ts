// The `oras` library of Python, in a program as its documentation has it.

import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { clientTool } from '../../harness/client-tool.ts';
import { seededBytes } from '../../harness/image.ts';
import type { Ended } from '../../harness/run-program.ts';
import { CommandLine, failed, lastLine, succeeded } from '../client-run.ts';
import { ClientMatrix } from '../matrix/client-matrix.ts';
import { digestOfFile } from '../matrix/digest-of-file.ts';
import { killMidway } from '../matrix/kill-midway.ts';
import { writeLargeImage } from '../matrix/large-image.ts';
import { assertSameTags, plantTags } from '../matrix/registry-side.ts';
import { layerMiB } from '../matrix/results.ts';
import { maintainer, startPrivateProject } from '../private-project.ts';

const { server, address, folder } = await startPrivateProject();
const python = new CommandLine(await clientTool('oras-py'), folder);
const script = join(import.meta.dirname, 'oras-client.py');
const version = await python.does(null, '-c', 'import oras; print(oras.__version__)');
const matrix = new ClientMatrix('oras-py', version.trim());
const registry = server.client(maintainer);
const reference = `${address}/desk/notes:1`;
const notes = join(folder, 'notes.txt');
writeFileSync(notes, seededBytes('notes', 700_000));

function run(at: string, ...args: string[]): Promise<Ended> {
  const all = [script, at, maintainer.username, ...args];
  return python.run({ who: maintainer, args: all, input: maintainer.password });
}

async function does(...args: string[]): Promise<string> {
  return succeeded(await run(address, ...args)).stdout.trim();
}

matrix.works('image', 'a file is pushed, pulled, and is the same byte for byte', async () => {
  await does('push', reference, notes);
  const pulled = await does('pull', reference, join(folder, 'pulled'));
  assert.equal(basename(pulled), 'notes.txt');
  assert.ok(readFileSync(pulled).equals(readFileSync(notes)));
});

matrix.limit(
  'login',
  'signing in asks nobody, and a token is used for more than it was asked for',
  async () => {
    const login = (input: string): Promise<Ended> => {
      const args = [script, address, maintainer.username, 'login'];
      return python.run({ who: maintainer, args, input });
    };
    succeeded(await login('wrong'));
    succeeded(await login(maintainer.password));
    const text = lastLine(failed(await run(address, 'delete-with-token', `${address}/desk/notes`, '1')));
    assert.match(text, /the token was not asked for this/);
    return text;
  },
);

matrix.works('attach', 'an artifact is attached and is among the referrers', async () => {
  const digest = await does('attach', reference, notes);
  const answer = await registry.get(`/v2/desk/notes/referrers/${digest}`);
  assert.equal((JSON.parse(answer.body.toString()) as { manifests: unknown[] }).manifests.length, 1);
});

matrix.works('tags', 'more than 1,000 tags are listed', async () => {
  const tags = await plantTags(registry, 'desk/tags');
  assertSameTags((await does('tags', `${address}/desk/tags:x`)).split('\n'), tags);
});

matrix.works('layer', 'a large file is pushed in chunks and pulled', async () => {
  const large = writeLargeImage({ folder, form: 'docker', reference });
  const name = `${address}/desk/large:1`;
  const digest = await digestOfFile(large.path);
  await does('push-in-chunks', name, large.path);
  large.remove();
  const pulled = await does('pull', name, join(folder, 'large-pulled'));
  assert.equal(await digestOfFile(pulled), digest, `${layerMiB} MiB`);
  rmSync(pulled);
});

const big = join(folder, 'big.bin');
writeFileSync(big, seededBytes('big', 9_000_000));

/** Its password is on standard input, as in every command. */
function start(at: string, ...args: string[]): ChildProcess {
  const child = python.start(maintainer, script, at, maintainer.username, ...args);
  child.stdin?.end(maintainer.password);
  return child;
}

matrix.works(
  'kill-push',
  'a push that is killed half-way leaves no artifact, and the next one succeeds',
  () =>
    killMidway({
      port: server.port,
      body: 'request',
      start: (at) => start(at, 'push', `${at}/desk/killed:1`, big),
      between: async () => assert.equal((await registry.get('/v2/desk/killed/manifests/1')).status, 404),
      again: async (at) => {
        succeeded(await run(at, 'push', `${at}/desk/killed:1`, big));
      },
    }),
);

matrix.works('kill-pull', 'a pull that is killed half-way, and the next one succeeds', () => {
  const again = join(folder, 'again');
  return killMidway({
    port: server.port,
    body: 'answer',
    start: (at) => start(at, 'pull', `${at}/desk/killed:1`, again),
    again: async (at) => {
      const { stdout } = succeeded(await run(at, 'pull', `${at}/desk/killed:1`, again));
      assert.ok(readFileSync(stdout.trim()).equals(readFileSync(big)));
    },
  });
});

matrix.works('delete', 'what is deleted cannot be pulled', async () => {
  assert.equal(await does('delete', `${address}/desk/notes`, '1'), '1');
  assert.match(failed(await run(address, 'pull', reference, folder)), /Not Found/);
});
