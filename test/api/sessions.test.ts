// Sign-ins of browsers: /c/login, /c/log_out, /c/userExists, the cookie, and the token against other sites.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUser } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { type Answer, expectStatus } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, projects, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start({ args: ['--trusted-proxies', '127.0.0.1'] });
after(() => server[Symbol.asyncDispose]());
const anonymous = server.client(null);
const admin = server.client();
const current = '/api/v2.0/users/current';
const form = { 'Content-Type': 'application/x-www-form-urlencoded' };

type Headers = Readonly<Record<string, string>>;

function logIn(fields: Readonly<Record<string, string>>, headers: Headers = {}): Promise<Answer> {
  const body = new URLSearchParams(fields).toString();
  return anonymous.call('POST', '/c/login', { headers: { ...form, ...headers }, body });
}

function cookiesOf(answer: Answer): string[] {
  const given: unknown = answer.headers['set-cookie'];
  return Array.isArray(given) ? given.map(String) : [];
}

function valueOf(answer: Answer, name: string): string {
  const cookie = cookiesOf(answer).find((each) => each.startsWith(`${name}=`));
  assert.ok(cookie !== undefined, `no cookie ${name}`);
  return String(cookie.split(';')[0]?.slice(name.length + 1));
}

interface Browser {
  readonly sid: string;
  readonly csrf: string;
  readonly token: string;
}

async function signedIn(principal = 'admin', secret = password): Promise<Browser> {
  const answer = await logIn({ principal, password: secret });
  expectStatus(answer, 200);
  const token = String(answer.headers['x-harbor-csrf-token']);
  return { sid: valueOf(answer, 'sid'), csrf: valueOf(answer, '_gorilla_csrf'), token };
}

function cookieOf({ sid, csrf }: Pick<Browser, 'sid' | 'csrf'>): Headers {
  return { Cookie: `other=1; sid=${sid}; _gorilla_csrf=${csrf}` };
}

function create(name: string, headers: Headers, client = anonymous): Promise<Answer> {
  return sendJson(client, 'POST', projects, { project_name: name }, headers);
}

test('signing in answers nothing but a cookie that scripts cannot read, and the cookie signs in', async () => {
  const answer = await logIn({ principal: 'admin', password });
  expectStatus(answer, 200);
  assert.equal(answer.body.length, 0);
  assert.equal(answer.headers['cache-control'], 'no-store');
  const [sid, csrf] = cookiesOf(answer);
  assert.match(String(sid), /^sid=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
  assert.match(String(csrf), /^_gorilla_csrf=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  const me = await anonymous.get(current, { Cookie: String(sid).split(';')[0] ?? '' });
  assert.equal(jsonOf<{ username: string }>(me).username, 'admin');
});

test('behind HTTPS the cookies never go over plain HTTP', async () => {
  const answer = await logIn({ principal: 'admin', password }, { 'X-Forwarded-Proto': 'https' });
  for (const cookie of cookiesOf(answer)) assert.match(cookie, /; Secure$/);
});

test('a wrong name or password is 401 without a body and without a cookie', async () => {
  for (const fields of [
    { principal: 'admin', password: 'wrong' },
    { principal: 'nobody', password },
    { principal: 'admin:x', password },
    { principal: '', password: '' },
    {},
  ] as Record<string, string>[]) {
    const answer = await logIn(fields);
    expectStatus(answer, 401);
    assert.equal(answer.body.length, 0);
    assert.deepEqual(cookiesOf(answer), []);
  }
  const json = await anonymous.call('POST', '/c/login', {
    headers: { 'Content-Type': 'application/json' },
    body: '{}',
  });
  expectRefusal(json, 415, 'UNSUPPORTED_MEDIA_TYPE');
  expectRefusal(await logIn({ principal: 'x'.repeat(20_000) }), 413, 'REQUEST_ENTITY_TOO_LARGE');
  expectRefusal(await anonymous.get('/c/login'), 405, 'METHOD_NOT_ALLOWED');
});

test('another site cannot sign a person in as somebody else', async () => {
  const fields = { principal: 'admin', password };
  for (const headers of [
    { Origin: 'https://evil.example' },
    { Origin: 'null' },
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
  ])
    expectRefusal(await logIn(fields, headers), 403, 'FORBIDDEN');
  expectStatus(await logIn(fields, { Host: 'harbor.example', Origin: 'http://harbor.example' }), 200);
  expectStatus(await logIn(fields, { 'Sec-Fetch-Site': 'same-origin' }), 200);
});

test('only signing in makes a session: who comes with a name and a password gets no cookie', async () => {
  for (const client of [admin, anonymous])
    for (const path of [projects, current, '/v2/', '/service/token?service=x', '/api/version']) {
      const { headers } = await client.get(path);
      assert.equal(headers['set-cookie'], undefined, path);
      assert.equal(headers['x-harbor-csrf-token'], undefined, path);
    }
});

test('a session changes nothing without the token, and the refusal brings one that does', async () => {
  const { sid } = await signedIn();
  const bare = { Cookie: `sid=${sid}` };
  expectStatus(await anonymous.get(current, bare), 200);
  const refused = await create('by-session', bare);
  assert.equal(expectRefusal(refused, 403, 'FORBIDDEN'), 'CSRF token not found in request');
  expectStatus(await admin.head(`${projects}?project_name=by-session`), 404);
  const csrf = valueOf(refused, '_gorilla_csrf');
  const token = String(refused.headers['x-harbor-csrf-token']);
  const all = { ...cookieOf({ sid, csrf }), 'X-Harbor-CSRF-Token': token };
  const made = await create('by-session', all);
  expectStatus(made, 201);
  assert.equal(made.headers['set-cookie'], undefined);
  const next = String(made.headers['x-harbor-csrf-token']);
  assert.notEqual(next, token);
  for (const valid of [next, token])
    expectStatus(
      await anonymous.call('DELETE', `${projects}/by-session`, {
        headers: { ...all, 'X-Harbor-CSRF-Token': valid },
      }),
      valid === next ? 200 : 404,
    );
});

test('a token is of one session and one cookie', async () => {
  const [one, other] = [await signedIn(), await signedIn()];
  for (const [browser, token] of [
    [one, other.token],
    [{ ...one, csrf: other.csrf }, one.token],
    // Another account's own pair, planted in this browser.
    [{ ...one, csrf: other.csrf }, other.token],
    [one, 'x'],
    [one, one.token.slice(0, -4)],
    [one, Buffer.alloc(86).toString('base64')],
  ] as const) {
    const answer = await create('never', { ...cookieOf(browser), 'X-Harbor-CSRF-Token': token });
    assert.equal(expectRefusal(answer, 403, 'FORBIDDEN'), 'CSRF token invalid');
  }
});

test('a name and a password need no token, also of a program that keeps cookies', async () => {
  const { sid } = await signedIn();
  expectStatus(await create('by-password', { Cookie: `sid=${sid}` }, admin), 201);
  const ended = { Cookie: `sid=${'x'.repeat(43)}` };
  expectRefusal(await create('by-nobody', ended), 401, 'UNAUTHORIZED');
  expectRefusal(await anonymous.get(current, { Cookie: 'sid=' }), 401, 'UNAUTHORIZED');
  expectRefusal(await anonymous.get(current, { Cookie: "sid=' or 1=1" }), 401, 'UNAUTHORIZED');
});

test('a session is not for the distribution API nor for its tokens', async () => {
  const cookie = cookieOf(await signedIn());
  expectStatus(await anonymous.get('/v2/', cookie), 401);
  expectStatus(await anonymous.get('/v2/_catalog', cookie), 401);
});

test('signing in again gives a new value and ends the one before; signing out ends it', async () => {
  const first = await signedIn();
  const again = await logIn({ principal: 'admin', password }, cookieOf(first));
  const sid = valueOf(again, 'sid');
  assert.notEqual(sid, first.sid);
  expectRefusal(await anonymous.get(current, cookieOf(first)), 401, 'UNAUTHORIZED');
  const cookie = { Cookie: `sid=${sid}` };
  expectStatus(await anonymous.get(current, cookie), 200);
  const out = await anonymous.get('/c/log_out', cookie);
  expectStatus(out, 200);
  assert.match(String(cookiesOf(out)[0]), /^sid=;.*Max-Age=0$/);
  expectRefusal(await anonymous.get(current, cookie), 401, 'UNAUTHORIZED');
  expectStatus(await anonymous.get('/c/log_out'), 200);
});

test('another password and a switched-off account end the sessions', async () => {
  const dora = { username: 'dora', password };
  await addUser(server, dora);
  const cookie = cookieOf(await signedIn('dora'));
  expectStatus(await anonymous.get(current, cookie), 200);
  const command = async (args: readonly string[], input = ''): Promise<void> => {
    const { code, stderr } = await berth([...args, '--data', server.data], { input });
    assert.equal(code, 0, stderr);
  };
  await command(['user', 'disable', 'dora']);
  expectRefusal(await anonymous.get(current, cookie), 401, 'UNAUTHORIZED');
  await command(['user', 'enable', 'dora']);
  expectRefusal(await anonymous.get(current, cookie), 401, 'UNAUTHORIZED');
  const later = cookieOf(await signedIn('dora'));
  await command(['user', 'passwd', 'dora', '--password-stdin'], 'Another-Horse-8\n');
  expectRefusal(await anonymous.get(current, later), 401, 'UNAUTHORIZED');
  expectStatus(await anonymous.get(current, cookieOf(await signedIn('dora', 'Another-Horse-8'))), 200);
});

test('whether a name is taken is told to who may make accounts', async () => {
  await addUser(server, { username: 'emil', password });
  const ask = (fields: Readonly<Record<string, string>>, client = admin, headers: Headers = {}) =>
    client.call('POST', '/c/userExists', {
      headers: { ...form, ...headers },
      body: new URLSearchParams(fields).toString(),
    });
  const emil = { target: 'username', value: 'emil' };
  assert.equal(jsonOf(await ask(emil)), true);
  assert.equal(jsonOf(await ask({ target: 'username', value: 'none' })), false);
  assert.equal(jsonOf(await ask({ target: 'email', value: 'none@example.org' })), false);
  expectRefusal(await ask({ target: 'password', value: 'x' }), 400, 'BAD_REQUEST');
  expectRefusal(await ask({ target: 'username', value: 'a\0b' }), 400, 'BAD_REQUEST');
  const emils = server.client({ username: 'emil', password });
  for (const client of [anonymous, emils]) expectRefusal(await ask(emil, client), 412, 'PRECONDITION');
  const browser = await signedIn();
  expectRefusal(await ask(emil, anonymous, cookieOf(browser)), 403, 'FORBIDDEN');
  const all = { ...cookieOf(browser), 'X-Harbor-CSRF-Token': browser.token };
  assert.equal(jsonOf(await ask(emil, anonymous, all)), true);
});

test('ids of sessions and passwords are not in the log', async () => {
  const { sid, token } = await signedIn();
  await anonymous.get(current, { Cookie: `sid=${sid}` });
  const log = JSON.stringify(server.log);
  for (const secret of [sid, token, password]) assert.ok(!log.includes(secret));
});

test('createUser: a stranger registers on a page of this registry, where the setting lets them', async () => {
  const account = { username: 'newcomer', password: 'Password12345', email: 'n@example.com', realname: 'N' };
  const register = (site: string) =>
    server.client(null).call('POST', '/api/v2.0/users', {
      headers: { 'content-type': 'application/json', 'sec-fetch-site': site },
      body: Buffer.from(JSON.stringify(account)),
    });
  const open = (self_registration: boolean) =>
    sendJson(server.client(), 'PUT', '/api/v2.0/configurations', { self_registration });
  expectStatus(await register('same-origin'), 401);
  expectStatus(await open(true), 200);
  expectStatus(await register('cross-site'), 403);
  expectStatus(await register('same-origin'), 201);
  expectStatus(await open(false), 200);
  expectStatus(await server.client({ username: 'newcomer', password: 'Password12345' }).get('/v2/'), 200);
});
