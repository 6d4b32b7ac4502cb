// What people read when a tag is not theirs to move: a protected one (403), and one that a rule keeps (412).

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { clientTool } from '../harness/client-tool.ts';
import { writeImageFiles } from '../harness/image-files.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { sendJson } from '../harness/rest.ts';
import { requireProgram, runProgram } from '../harness/run-program.ts';
import { CommandLine, failed, lastLine, succeeded } from './client-run.ts';
import { Containerd, userFlag } from './containerd-daemon.ts';
import { Docker } from './docker-daemon.ts';
import { maintainer, startPrivateProject } from './private-project.ts';

requireProgram('skopeo', 'skopeo');
const { server, address, folder } = await startPrivateProject();
const docker = await Docker.start();
after(() => docker[Symbol.asyncDispose]());
const crane = new CommandLine(await clientTool('crane'), folder);
const admin = server.client();
const image = writeImageFiles({
  folder,
  seed: 'first',
  sizes: [200, 30_000],
  reference: `${address}/desk/app:v1`,
});
const other = writeImageFiles({
  folder,
  seed: 'other',
  sizes: [200, 30_000],
  reference: `${address}/desk/app:mine`,
});

const signIn = ['auth', 'login', address, '-u', maintainer.username, '-p', maintainer.password];
await crane.does(maintainer, ...signIn);
for (const tag of ['v1', 'r1'])
  await crane.does(maintainer, 'push', image.layout, `${address}/desk/app:${tag}`);
const protection = { tags: 'v*', allowed: ['admin'] };
expectStatus(await sendJson(admin, 'POST', '/api/berth/v1/projects/desk/protected-tags', protection), 201);
const rule = {
  tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: 'r*' }],
  scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }] },
};
expectStatus(await sendJson(admin, 'POST', '/api/v2.0/projects/desk/immutabletagrules', rule), 201);

const protectedText =
  /the tag desk\/app:v\d is protected: only admin may create, move or delete tags v\* in desk\/\*\* \(rule \d+\)/;
const immutableText =
  /Failed to process request due to 'app:r1' configured as immutable\. Push another tag, or have immutable rule \d+/;

test('docker push prints both sentences', async (t) => {
  succeeded(await docker.login(maintainer, address));
  succeeded(await docker.run(maintainer, 'load', '--input', other.dockerArchive));
  for (const [tag, text] of [
    ['v1', protectedText],
    ['v2', protectedText],
    ['r1', immutableText],
  ] as const) {
    const name = `${address}/desk/app:${tag}`;
    succeeded(await docker.run(maintainer, 'tag', `${address}/desk/app:mine`, name));
    const said = failed(await docker.run(maintainer, 'push', name));
    t.diagnostic(lastLine(said));
    assert.match(said, text);
  }
});

test('crane push, tag and delete print both sentences, and what to do', async (t) => {
  for (const [text, ...args] of [
    [protectedText, 'push', other.layout, `${address}/desk/app:v1`],
    [protectedText, 'tag', `${address}/desk/app:v1`, 'v2'],
    [protectedText, 'delete', `${address}/desk/app@${image.digest}`],
    [immutableText, 'push', other.layout, `${address}/desk/app:r1`],
  ] as const) {
    const said = await crane.fails(maintainer, ...args);
    t.diagnostic(lastLine(said));
    assert.match(said, text);
  }
});

test('skopeo copy and delete print the sentence', async (t) => {
  const credentials = `${maintainer.username}:${maintainer.password}`;
  const at = `docker://${address}/desk/app:v1`;
  for (const args of [
    ['copy', '--dest-tls-verify=false', '--dest-creds', credentials, `oci:${other.layout}:image`, at],
    ['delete', '--tls-verify=false', '--creds', credentials, at],
  ]) {
    const ended = await runProgram('skopeo', ['--insecure-policy', ...args], {
      cwd: folder,
      limitMs: 120_000,
    });
    const said = failed(ended);
    t.diagnostic(lastLine(said));
    assert.match(said, protectedText);
  }
});

test('containerd prints both sentences', async (t) => {
  const ctr = await clientTool('containerd');
  await using containerd = await Containerd.start();
  for (const [tag, text] of [
    ['v3', protectedText],
    ['r1', immutableText],
  ] as const) {
    const reference = `${address}/desk/app:${tag}`;
    const { ociArchive } = writeImageFiles({ folder, seed: `containerd ${tag}`, sizes: [200], reference });
    succeeded(await containerd.run(ctr, 'images', 'import', '--local', '--no-unpack', ociArchive));
    const said = failed(
      await containerd.run(ctr, 'images', 'push', '--local', ...userFlag(maintainer), reference),
    );
    t.diagnostic(lastLine(said));
    assert.match(said, text);
  }
});
