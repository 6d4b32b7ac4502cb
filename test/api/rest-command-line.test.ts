// The commands that speak Harbor's REST API: over the admin socket, over HTTP with a password, and by a context.

import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { addUsers, createProject, grantRole } from '../harness/accounts.ts';
import { berth, type Outcome } from '../harness/berth-command.ts';
import { digestOf, imageOf } from '../harness/image.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
await createProject(server, 'team');
await createProject(server, 'secret');
await addUsers(server, ['dev']);
await grantRole(server, { username: 'dev', role: 'developer', place: 'team' });
const home = temporaryFolder();
const env = { XDG_CONFIG_HOME: home };
const here = (...args: string[]): Promise<Outcome> => berth([...args, '--data', server.data], { env });
const dev = (...args: string[]): Promise<Outcome> =>
  berth([...args, '--server', `http://127.0.0.1:${server.port}`, '--user', 'dev', '--password-stdin'], {
    env,
    input: `${password}\n`,
  });

async function jsonOf<T>(outcome: Promise<Outcome>): Promise<T> {
  const { code, stdout, stderr } = await outcome;
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as T;
}

function expectRefused({ code, stdout, stderr }: Outcome, expected: number): void {
  assert.equal(code, expected, stderr);
  assert.equal(stdout, '');
  assert.match(stderr, /^berth: [^\n]+\n$/, 'one sentence');
}

test('berth api asks as the administrator over the socket, and as who signs in over HTTP', async () => {
  const admin = await jsonOf<{ username: string }>(here('api', 'GET', 'users/current'));
  assert.equal(admin.username, 'admin');
  const user = await jsonOf<{ username: string }>(dev('api', 'GET', '/api/v2.0/users/current'));
  assert.equal(user.username, 'dev');
});

test('a refusal is one sentence, and the exit code says its kind', async () => {
  expectRefused(await dev('api', 'GET', 'configurations'), 5);
  expectRefused(await dev('api', 'GET', 'projects/secret'), 5);
  expectRefused(await here('api', 'GET', 'projects/nothing-there'), 6);
  expectRefused(await here('api', 'BREW', 'projects'), 2);
  expectRefused(await here('robot', 'list', '-o', 'picture'), 2);
  expectRefused(await dev('robot', 'create', 'r', '-p', 'team', '--permission', 'repository:pull'), 5);
  const wrong = ['--server', `http://127.0.0.1:${server.port}`, '--user', 'dev', '--password-stdin'];
  expectRefused(await berth(['login', ...wrong], { env, input: 'not-this-one\n' }), 4);
  const gone = ['whoami', '--server', 'http://127.0.0.1:1', '--user', 'dev', '--password-stdin'];
  expectRefused(await berth(gone, { env, input: 'any\n' }), 9);
});

test('login keeps a context for its owner only, by which later commands ask, and logout forgets it', async () => {
  const kept = await dev('login', '--name', 'work');
  assert.equal(kept.code, 0, kept.stderr);
  const file = join(home, 'berth', 'contexts.json');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const who = await berth(['whoami', '-o', 'name'], { env });
  assert.equal(who.stdout, 'dev\n', who.stderr);
  assert.equal((await here('whoami', '-o', 'name')).stdout, 'admin\n', 'a data folder that is named wins');
  assert.match((await berth(['context', 'list'], { env })).stdout, /^\*\twork\t/m);
  assert.equal((await berth(['logout'], { env })).code, 0);
  assert.doesNotMatch(readFileSync(file, 'utf8'), new RegExp(password));
  expectRefused(await berth(['context', 'use', 'work'], { env }), 6);
});

test('a robot is created, seen, changed, given another secret and deleted', async () => {
  const right = ['--permission', 'repository:pull', '--permission', 'repository:push'];
  const made = await jsonOf<{ name: string; secret: string; id: number }>(
    here('robot', 'create', 'ci', '-p', 'team', ...right, '-o', 'json'),
  );
  assert.equal((await here('robot', 'list', '-p', 'team', '-o', 'name')).stdout, `${made.name}\n`);
  const changed = await here('robot', 'update', made.name, '-p', 'team', '--description', 'builds');
  assert.equal(changed.code, 0, changed.stderr);
  const shown = await jsonOf<{ description: string }>(here('robot', 'show', String(made.id), '-o', 'json'));
  assert.equal(shown.description, 'builds');
  const fresh = await here('robot', 'refresh', made.name, '-p', 'team', '-o', 'name');
  assert.notEqual(fresh.stdout.trim(), made.secret);
  expectRefused(await here('robot', 'delete', made.name, '-p', 'team'), 2);
  assert.equal((await here('robot', 'delete', made.name, '-p', 'team', '--yes')).code, 0);
  expectRefused(await here('robot', 'show', made.name, '-p', 'team'), 6);
});

test('settings and quotas are read, changed and read again', async () => {
  assert.equal((await here('config', 'set', 'session_timeout', '42')).code, 0);
  const [setting] = await jsonOf<{ value: number }[]>(here('config', 'get', 'session_timeout', '-o', 'json'));
  assert.equal(setting?.value, 42);
  expectRefused(await here('config', 'set', 'no_such', '1'), 6);
  assert.equal((await here('quota', 'set', 'team', '1048576')).code, 0);
  const [quota] = await jsonOf<{ limit: number }[]>(here('quota', 'show', 'team', '-o', 'json'));
  assert.equal(quota?.limit, 1048576);
  expectRefused(await here('quota', 'set', 'team', 'much'), 2);
});

test('repositories, artifacts and tags are listed, shown, described and deleted', async () => {
  const client = server.client();
  const image = imageOf({ seed: 'a' });
  await client.pushImage('team/a/b', 'v1', image);
  const digest = digestOf(image.manifest.bytes);
  assert.equal((await dev('repo', 'list', '-p', 'team', '-o', 'name')).stdout, 'team/a/b\n');
  assert.equal((await dev('tag', 'list', 'team/a/b', '-o', 'name')).stdout, 'v1\n');
  assert.equal((await dev('artifact', 'list', 'team/a/b', '-o', 'name')).stdout, `${digest}\n`);
  assert.equal((await dev('artifact', 'show', 'team/a/b:v1', '-o', 'name')).stdout, `${digest}\n`);
  assert.equal((await here('repo', 'update', 'team/a/b', '--description', 'text')).code, 0);
  assert.match((await here('repo', 'show', 'team/a/b', '-o', 'yaml')).stdout, /^description: text$/m);
  assert.match((await dev('search', 'a/b', '-o', 'jsonl')).stdout, /"team\/a\/b"/);
  expectRefused(await dev('artifact', 'delete', `team/a/b@${digest}`, '--yes'), 5);
  assert.equal((await here('artifact', 'delete', `team/a/b@${digest}`, '--yes')).code, 0);
  expectRefused(await here('artifact', 'show', 'team/a/b:v1'), 6);
  assert.equal((await here('repo', 'delete', 'team/a/b', '--yes')).code, 0);
  expectRefused(await here('repo', 'show', 'team/a/b'), 6);
});

test('the operator, too, changes nothing in read-only mode but its end, and is told of in the audit log', async () => {
  const set = (value: string): Promise<Outcome> => here('config', 'set', 'read_only', value);
  assert.equal((await set('true')).code, 0);
  const refused = await here('quota', 'set', 'team', '1000000');
  assert.notEqual(refused.code, 0);
  assert.match(refused.stderr, /read only mode/);
  assert.equal((await set('false')).code, 0);
  assert.equal((await here('quota', 'set', 'team', '1000000')).code, 0);
  const log = await jsonOf<{ operation_description: string }[]>(
    here('api', 'GET', 'auditlog-exts?q=resource_type%3Dquota'),
  );
  assert.equal(log.length > 0, true);
});
