// A robot account as build machines use it: by skopeo, which asks for a token each time, and by crane.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { clientTool } from '../harness/client-tool.ts';
import { writeImageFiles } from '../harness/image-files.ts';
import { jsonOf, sendJson } from '../harness/rest.ts';
import { type Ended, requireProgram, runProgram } from '../harness/run-program.ts';
import { assertLayoutHolds } from './matrix/assert-layout-holds.ts';
import { startPrivateProject } from './private-project.ts';

requireProgram('skopeo', 'skopeo');
const { server, address, folder } = await startPrivateProject();
const admin = server.client();
const crane = await clientTool('crane');
const robots = '/api/v2.0/robots';

interface Robot {
  readonly id: number;
  readonly name: string;
  readonly secret: string;
}

async function make(name: string, actions: readonly string[], repositories?: string[]): Promise<Robot> {
  const access = actions.map((action) => ({ resource: 'repository', action }));
  const permissions = [{ kind: 'project', namespace: 'desk', access, repositories }];
  const body = { name, level: 'project', duration: 30, permissions };
  return jsonOf<Robot>(await sendJson(admin, 'POST', robots, body), 201);
}

function run(program: string, ...args: string[]): Promise<Ended> {
  return runProgram(program, args, { cwd: folder, env: { DOCKER_CONFIG: folder }, limitMs: 120_000 });
}

const skopeo = (...args: string[]): Promise<Ended> => run('skopeo', '--insecure-policy', ...args);
const at = (repository: string): string => `docker://${address}/desk/${repository}:1`;

const image = writeImageFiles({
  folder,
  seed: 'robots',
  sizes: [200, 30_000, 500_000],
  reference: `${address}/desk/app:1`,
});

function push(robot: Robot, repository: string): Promise<Ended> {
  return skopeo(
    'copy',
    '--dest-tls-verify=false',
    '--dest-creds',
    `${robot.name}:${robot.secret}`,
    `oci:${image.layout}:image`,
    at(repository),
  );
}

test('skopeo: a robot pushes and pulls an image, and another one that may only pull is told what it lacks', async () => {
  const builder = await make('builder', ['push', 'pull']);
  const reader = await make('reader', ['pull']);
  const pushed = await push(builder, 'app');
  assert.equal(pushed.code, 0, pushed.text);
  const pulled = join(folder, 'pulled');
  const creds = ['--src-tls-verify=false', '--src-creds', `${reader.name}:${reader.secret}`];
  const { code, text } = await skopeo('copy', ...creds, at('app'), `oci:${pulled}:image`);
  assert.equal(code, 0, text);
  assertLayoutHolds(pulled, image);
  const refused = await push(reader, 'other');
  assert.notEqual(refused.code, 0);
  assert.match(refused.text, /robot\$desk\+reader may not push desk\/other: repository:push is not among/);
});

test('crane: a robot signs in and pushes; with its secret changed it is refused', async () => {
  const robot = await make('crane', ['push']);
  const login = await run(crane, 'auth', 'login', address, '-u', robot.name, '-p', robot.secret);
  assert.equal(login.code, 0, login.text);
  const pushed = await run(crane, 'push', image.layout, `${address}/desk/by-crane:1`);
  assert.equal(pushed.code, 0, pushed.text);
  // Pushing brings pulling.
  const { text } = await run(crane, 'digest', `${address}/desk/by-crane:1`);
  assert.equal(text.trim(), image.digest);
  const headers = { 'Content-Type': 'application/json' };
  jsonOf(await admin.call('PATCH', `${robots}/${robot.id}`, { headers, body: '{}' }));
  const refused = await run(crane, 'digest', `${address}/desk/by-crane:1`);
  assert.notEqual(refused.code, 0);
});

test('skopeo: a robot that is limited to some repositories pushes there and nowhere else', async () => {
  const robot = await make('limited', ['push', 'pull'], ['backend/**']);
  const inside = await push(robot, 'backend/api');
  assert.equal(inside.code, 0, inside.text);
  const outside = await push(robot, 'frontend/api');
  assert.notEqual(outside.code, 0);
  assert.match(outside.text, /there is no repository desk\/frontend\/api, or you have no access to it/);
});
