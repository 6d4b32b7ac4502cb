// `berth token …`, and what `berth login` keeps: a token that the server gives for the password.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { addUsers, createProject, grantRole } from '../harness/accounts.ts';
import { berth, launcher, type Outcome, spawnBerth } from '../harness/berth-command.ts';
import { noPseudoTerminal, PseudoTerminal } from '../harness/pseudo-terminal.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { waitUntil } from '../harness/wait-until.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
await createProject(server, 'team');
await addUsers(server, ['dev', 'ops']);
await grantRole(server, { username: 'dev', role: 'developer', place: 'team' });
const url = `http://127.0.0.1:${server.port}`;
const own = `berth on ${hostname()}`;

interface Home {
  readonly env: Readonly<Record<string, string>>;
  readonly file: string;
}
function newHome(): Home {
  const home = temporaryFolder();
  return { env: { XDG_CONFIG_HOME: home }, file: join(home, 'berth', 'contexts.json') };
}
const elsewhere = newHome();
const as = (user: string, args: readonly string[], { env } = elsewhere): Promise<Outcome> =>
  berth([...args, '--server', url, '--user', user, '--password-stdin'], { env, input: `${password}\n` });
const here = (...args: string[]): Promise<Outcome> =>
  berth([...args, '--data', server.data], { env: elsewhere.env });

async function textOf(outcome: Promise<Outcome>): Promise<string> {
  const { code, stdout, stderr } = await outcome;
  assert.equal(code, 0, stderr);
  return stdout;
}
async function noteOf(outcome: Promise<Outcome>): Promise<string> {
  const { code, stderr } = await outcome;
  assert.equal(code, 0, stderr);
  return stderr;
}
async function refused(outcome: Promise<Outcome>, code: number, reason: RegExp): Promise<void> {
  const { code: got, stdout, stderr } = await outcome;
  assert.equal(got, code, stderr);
  assert.equal(stdout, '');
  assert.match(stderr, reason);
}
const namesOf = async (user: string): Promise<string[]> =>
  (await textOf(as(user, ['token', 'list', '-o', 'name']))).split('\n').filter((name) => name !== '');

interface Kept {
  readonly contexts: Readonly<Record<string, { readonly token?: string; readonly password?: string }>>;
}
const keptIn = ({ file }: Home): Kept => JSON.parse(readFileSync(file, 'utf8')) as Kept;
const works = async (token: string, user = 'dev'): Promise<number> =>
  (await server.client({ username: user, password: token }).get('/api/v2.0/users/current')).status;

test('berth token create makes a token with limits and an end, kept in a file for its owner only', async () => {
  const file = join(temporaryFolder(), 'token');
  const limits = ['--scope', 'pull,push team/api', 'read *'];
  const made = await textOf(
    as('dev', ['token', 'create', 'ci', ...limits, '--expires', '90d', '--secret-file', file, '-o', 'json']),
  );
  const token = readFileSync(file, 'utf8').trim();
  assert.match(token, /^brt_/);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.ok(!made.includes(token));
  const days =
    (Date.parse((JSON.parse(made) as { expires_at: string }).expires_at) - Date.now()) / 86_400_000;
  assert.ok(days > 89 && days <= 90.1, `${days} days`);
  const [listed] = JSON.parse(await textOf(as('dev', ['token', 'list', '--json']))) as { scopes: string }[];
  assert.equal(listed?.scopes, 'pull,push team/api; read *');
  assert.equal(await works(token), 200);
  const push = (repository: string) =>
    server.client({ username: 'dev', password: token }).call('POST', `/v2/${repository}/blobs/uploads/`);
  expectStatus(await push('team/api'), 202);
  expectStatus(await push('team/other'), 403);
  await noteOf(as('dev', ['token', 'revoke', 'ci']));
  assert.equal(await works(token), 401);
  await refused(as('dev', ['token', 'revoke', 'ci']), 6, /ci/);
});

test('bad limits and ends make no token', async () => {
  for (const scope of ['pull', 'pull team/api team/b', 'team/api', 'PULL team'])
    await refused(as('dev', ['token', 'create', 'bad', '--scope', scope]), 2, /--scope is/);
  await refused(as('dev', ['token', 'create', 'bad', '--scope', 'fly team']), 2, /"fly" is no action/);
  await refused(as('dev', ['token', 'create', 'bad', '--expires', 'soon']), 2, /--expires is/);
  await refused(as('dev', ['token', 'create', 'bad', '--expires', '2020-01-01']), 2, /ended already/);
  assert.deepEqual(await namesOf('dev'), []);
});

test('an administrator lists and revokes tokens of others, also over the socket, but makes none', async () => {
  const token = (await textOf(as('dev', ['token', 'create', 'laptop', '-o', 'template={token}']))).trim();
  assert.equal(await textOf(here('token', 'list', '--holder', 'dev', '-o', 'name')), 'laptop\n');
  await refused(as('ops', ['token', 'list', '--holder', 'dev']), 5, /user:read|may not/);
  await refused(here('token', 'create', 'x'), 2, /made by its owner alone/);
  await noteOf(here('token', 'revoke', 'laptop', '--holder', 'dev'));
  assert.equal(await works(token), 401);
});

test('login keeps a token in place of the password, whoami tells of it, logout ends it', async () => {
  const home = newHome();
  const said = await noteOf(as('dev', ['login', '--name', 'work'], home));
  assert.ok(said.includes(`"${own}"`), said);
  assert.equal(statSync(home.file).mode & 0o777, 0o600);
  assert.ok(!readFileSync(home.file, 'utf8').includes(password));
  const { token = '' } = keptIn(home).contexts['work'] ?? {};
  assert.match(token, /^brt_/);
  const who = await textOf(berth(['whoami', '--json'], { env: home.env }));
  const { token: name, token_ends: ends = '' } = JSON.parse(who) as Record<string, string>;
  assert.equal(name, own);
  assert.ok(Date.parse(ends) > Date.now() + 80 * 86_400_000, ends);
  assert.equal(await textOf(berth(['project', 'show', 'team', '-o', 'name'], { env: home.env })), 'team\n');
  await noteOf(berth(['logout'], { env: home.env }));
  assert.equal(await works(token), 401);
  assert.ok(!readFileSync(home.file, 'utf8').includes(token));
});

test('where a login is a token, what no token may do takes the password beside it, and says so', async () => {
  const { env } = newHome();
  await noteOf(as('dev', ['login', '--name', 'work'], { env, file: '' }));
  const withPassword = (input: string, ...args: string[]): Promise<Outcome> =>
    berth([...args, '--password-stdin'], { env, input });
  const says =
    /no token makes or ends another one, or lets a device in: give the password .* --password-stdin/;
  await refused(berth(['token', 'create', 'more'], { env }), 2, says);
  await refused(berth(['device', 'approve', 'WDJB-MJHT', '--yes'], { env }), 2, says);
  await refused(withPassword('wrong', 'token', 'create', 'more'), 4, /./);
  const made = await textOf(withPassword(password, 'token', 'create', 'more', '-o', 'template={token}'));
  assert.equal(await works(made.trim()), 200);
  await refused(withPassword(password, 'device', 'approve', 'WDJB-MJHT', '--yes'), 6, /./);
  await refused(withPassword(password, 'token', 'list'), 2, /a context signs in as it was kept/);
  await refused(berth(['token', 'revoke', 'more'], { env }), 2, says);
  await noteOf(withPassword(password, 'token', 'revoke', 'more'));
  await noteOf(berth(['logout'], { env }));
  assert.deepEqual(await namesOf('dev'), []);
});

const terminal = noPseudoTerminal();

test(
  'on a terminal the password is asked for where the login is a token, once and without showing it',
  terminal === undefined ? {} : { skip: terminal },
  async () => {
    const { env } = newHome();
    await noteOf(as('dev', ['login', '--name', 'work'], { env, file: '' }));
    const person = new PseudoTerminal(`${launcher} token create typed -o name`, {
      cwd: temporaryFolder(),
      env,
    });
    await person.shows(/Password of dev at http:\S+: /);
    person.type(`${password}\r`);
    assert.equal(await person.ended, 0, person.shown);
    assert.ok(!person.shown.includes(password));
    assert.match(person.shown, /^typed$/m);
    await noteOf(as('dev', ['token', 'revoke', 'typed']));
    await noteOf(berth(['logout'], { env }));
  },
);

test('a second login elsewhere has a token of its own; one in the place of a context ends the one before', async () => {
  const [one, two] = [newHome(), newHome()];
  await noteOf(as('dev', ['login', '--name', 'w'], one));
  await noteOf(as('dev', ['login', '--name', 'w'], two));
  assert.deepEqual(await namesOf('dev'), [own, `${own} (2)`]);
  const before = keptIn(one).contexts['w']?.token ?? '';
  await noteOf(as('dev', ['login', '--name', 'w'], one));
  assert.equal(await works(before), 401);
  const now = keptIn(one).contexts['w']?.token ?? '';
  assert.deepEqual([await works(now), (await namesOf('dev')).length], [200, 2]);
  for (const { env } of [one, two]) await noteOf(berth(['logout'], { env }));
  assert.deepEqual(await namesOf('dev'), []);
});

test('a token given as the password is kept as it is', async () => {
  const home = newHome();
  const token = (await textOf(as('dev', ['token', 'create', 'given', '-o', 'template={token}']))).trim();
  const args = ['login', '--name', 'w', '--server', url, '--user', 'dev', '--password-stdin'];
  await noteOf(berth(args, { env: home.env, input: token }));
  assert.equal(keptIn(home).contexts['w']?.token, token);
  assert.deepEqual(await namesOf('dev'), ['given']);
  await noteOf(here('token', 'revoke', 'given', '--holder', 'dev'));
  await noteOf(berth(['logout'], { env: home.env }));
});

test('berth access expiring lists what ends soon, to each what they may see', async () => {
  await noteOf(as('dev', ['token', 'create', 'week', '--expires', '7d']));
  const [mine, theirs] = ['dev', 'ops'].map((user) =>
    as(user, ['access', 'expiring', '-o', 'csv', '--no-header']),
  );
  assert.match(await textOf(mine ?? assert.fail()), /^token,week,dev,,\d{4}-.*,\d+\n$/);
  assert.equal(await textOf(theirs ?? assert.fail()), '');
  assert.match(
    await textOf(here('access', 'expiring', '-o', 'template={kind} {name} {holder}')),
    /token week dev/,
  );
  assert.equal(await textOf(here('access', 'expiring', '--within', '3d', '-o', 'name')), '');
  await refused(here('access', 'expiring', '--within', 'soon'), 2, /is no span of days/);
  await noteOf(as('dev', ['token', 'revoke', 'week']));
});

test('a context from before there were tokens still signs in', async () => {
  const { env, file } = newHome();
  mkdirSync(dirname(file), { recursive: true });
  const contexts = { old: { server: url, user: 'dev', password } };
  writeFileSync(file, JSON.stringify({ current: 'old', contexts }), { mode: 0o600 });
  assert.equal(await textOf(berth(['whoami', '-o', 'name'], { env })), 'dev\n');
  await noteOf(berth(['logout'], { env }));
});

test('logout forgets a token that the server cannot end, and says that it lives', async () => {
  const { env, file } = newHome();
  mkdirSync(dirname(file), { recursive: true });
  const contexts = { gone: { server: 'http://127.0.0.1:1', user: 'dev', token: 'brt_x' } };
  writeFileSync(file, JSON.stringify({ current: 'gone', contexts }), { mode: 0o600 });
  await refused(berth(['logout'], { env }), 9, /its token lives on/);
  assert.ok(!readFileSync(file, 'utf8').includes('brt_x'));
});

test('a server without personal tokens keeps the password, and one sentence says so; so it is for robots', async () => {
  await using harbor = await likeHarbor();
  const home = newHome();
  const args = ['login', '--name', 'h', '--server', harbor.url, '--user', 'dev', '--password-stdin'];
  const said = await noteOf(berth(args, { env: home.env, input: password }));
  assert.match(said, /keeps the password itself: this server offers no personal tokens/);
  assert.equal(keptIn(home).contexts['h']?.password, password);
  await noteOf(berth(['logout'], { env: home.env }));
  const secret = join(temporaryFolder(), 'secret');
  const right = ['--permission', 'repository:pull', '--secret-file', secret];
  const robot = (await textOf(here('robot', 'create', 'r', '-p', 'team', ...right, '-o', 'name'))).trim();
  const asRobot = ['login', '--server', url, '--user', robot, '--password-file', secret];
  assert.match(await noteOf(berth(asRobot, { env: home.env })), /robots have no personal tokens/);
});

test('berth login --device shows a code, which another machine approves, and keeps the token', async () => {
  const home = newHome();
  const waiting = spawnBerth(['login', '--device', url, '--name', 'd'], { env: home.env });
  const ended = new Promise<number | null>((done) => {
    waiting.once('close', done);
  });
  let said = '';
  waiting.stderr?.setEncoding('utf8').on('data', (piece: string) => {
    said += piece;
  });
  const code = await waitUntil('the code is shown', () => /code ([A-Z]{4}-[A-Z]{4})/.exec(said)?.[1]);
  assert.ok(said.includes(`${url}/device`), said);
  await refused(as('dev', ['device', 'approve', code]), 2, /"berth on .+ from 127\.0\.0\.1/);
  const token = (await textOf(as('dev', ['token', 'create', 'own', '-o', 'template={token}']))).trim();
  const byToken = ['device', 'approve', code, '--yes', '--server', url, '--user', 'dev', '--password-stdin'];
  await refused(berth(byToken, { env: elsewhere.env, input: token }), 5, /not let in by a token/);
  await refused(here('device', 'approve', code, '--yes'), 2, /answered by a person/);
  await noteOf(as('dev', ['device', 'approve', code, '--yes']));
  assert.equal(await ended, 0, said);
  assert.match(keptIn(home).contexts['d']?.token ?? '', /^brt_/);
  assert.equal(await textOf(berth(['whoami', '-o', 'name'], { env: home.env })), 'dev\n');
  await noteOf(berth(['logout'], { env: home.env }));
  await noteOf(as('dev', ['token', 'revoke', 'own']));
});

test('berth login --device ends when a person turns it away, and is for no server that lacks it', async () => {
  const home = newHome();
  const waiting = spawnBerth(['login', '--device', url], { env: home.env });
  const ended = new Promise<number | null>((done) => {
    waiting.once('close', done);
  });
  let said = '';
  waiting.stderr?.setEncoding('utf8').on('data', (piece: string) => {
    said += piece;
  });
  const code = await waitUntil('the code is shown', () => /code ([A-Z]{4}-[A-Z]{4})/.exec(said)?.[1]);
  await noteOf(as('dev', ['device', 'deny', code]));
  assert.equal(await ended, 5, said);
  assert.match(said, /was turned away/);
  await using harbor = await likeHarbor();
  await refused(berth(['login', '--device', harbor.url], { env: home.env }), 6, /offers no device login/);
  await refused(as('dev', ['login', '--device', url]), 2, /--device names the server/);
});

/** Answers as a server that knows Harbor's operations only. */
async function likeHarbor(): Promise<{ readonly url: string } & AsyncDisposable> {
  const http = createServer(({ url: path }, response) => {
    const known = path === '/api/v2.0/users/current';
    response.writeHead(known ? 200 : 404, { 'Content-Type': 'application/json' });
    response.end(known ? '{"user_id":3,"username":"dev"}' : '{"errors":[{"code":"NOT_FOUND","message":""}]}');
  });
  await new Promise<void>((done) => {
    http.listen(0, '127.0.0.1', done);
  });
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((done) => {
        http.close(() => done());
        http.closeAllConnections();
      }),
  };
}
