// Sign-ins of browsers: /c/login, /c/log_out, /c/userExists, the cookie, and the token against other sites.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUser } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { type Answer, expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, projects, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

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

interface Listed {
  readonly id: string;
  readonly current: boolean;
  readonly created_at: string;
  readonly last_used_at: string;
  readonly last_used_address: string;
  readonly last_used_client: string;
}

const sessionsOf = (id: number): string => `/api/berth/v1/users/${id}/sessions`;

function byCookie(browser: Browser, method = 'GET', path = current): Promise<Answer> {
  const headers = { ...cookieOf(browser), 'X-Harbor-CSRF-Token': browser.token, 'User-Agent': 'Firefox/150' };
  return anonymous.call(method, path, { headers });
}

async function newAccount(
  username: string,
): Promise<{ readonly id: number; readonly client: RegistryClient }> {
  const email = `${username}@example.org`;
  const made = await sendJson(admin, 'POST', '/api/v2.0/users', { username, password, email, realname: 'A' });
  const id = Number(/\d+$/.exec(String(made.headers['location']))?.[0]);
  return { id, client: server.client({ username, password }) };
}

/** A sign-in that just failed is not tried again for a second. */
async function signsIn(client: RegistryClient): Promise<void> {
  await waitUntil('the sign-in counts again', async () => (await client.get(current)).status === 200);
}

test('listSessions: an account sees from where it is signed in, and which of them asks', async () => {
  const { id, client } = await newAccount('gina');
  const [one, other] = [await signedIn('gina'), await signedIn('gina')];
  const listed = await byCookie(other, 'GET', sessionsOf(id));
  assert.equal(listed.headers['x-total-count'], '2');
  const rows = jsonOf<Listed[]>(listed);
  assert.equal(rows.filter((row) => row.current).length, 1);
  for (const row of rows) {
    assert.equal(row.last_used_address, '127.0.0.1');
    assert.ok(Date.parse(row.last_used_at) >= Date.parse(row.created_at));
    for (const secret of [one.sid, other.sid]) assert.ok(!JSON.stringify(row).includes(secret));
    expectRefusal(await anonymous.get(current, { Cookie: `sid=${row.id}` }), 401, 'UNAUTHORIZED');
  }
  const page = jsonOf<Listed[]>(await client.get(`${sessionsOf(id)}?page_size=1`));
  assert.deepEqual(
    page.map((row) => row.current),
    [false],
  );
  assert.equal(jsonOf<Listed[]>(await admin.get(sessionsOf(id))).length, 2);
  const { client: hans } = await newAccount('hans');
  expectRefusal(await hans.get(sessionsOf(id)), 403, 'FORBIDDEN');
  expectRefusal(await admin.get(sessionsOf(99_999)), 404, 'NOT_FOUND');
});

test('revokeSession, revokeOtherSessions: what is ended signs nobody in any more; the one that asks stays', async () => {
  const { id, client } = await newAccount('ines');
  const [kept, one, two, three] = [
    await signedIn('ines'),
    await signedIn('ines'),
    await signedIn('ines'),
    await signedIn('ines'),
  ];
  const idOf = async (browser: Browser): Promise<string> =>
    jsonOf<Listed[]>(await byCookie(browser, 'GET', sessionsOf(id))).find((row) => row.current)?.id ?? '';
  expectStatus(await byCookie(kept, 'DELETE', `${sessionsOf(id)}/${await idOf(one)}`), 200);
  expectStatus(await byCookie(one), 401);
  expectStatus(await byCookie(two), 200);
  for (const none of [await idOf(kept).then((text) => text.slice(1)), 'x', '%00', 'f'.repeat(64)])
    expectRefusal(await client.call('DELETE', `${sessionsOf(id)}/${none}`), 404, 'NOT_FOUND');
  const { client: jo, id: joId } = await newAccount('jo');
  const target = await idOf(two);
  expectRefusal(await jo.call('DELETE', `${sessionsOf(id)}/${target}`), 403, 'FORBIDDEN');
  expectRefusal(await jo.call('DELETE', sessionsOf(id)), 403, 'FORBIDDEN');
  expectRefusal(await jo.call('DELETE', `${sessionsOf(joId)}/${target}`), 404, 'NOT_FOUND');
  expectStatus(await byCookie(two), 200);
  const ended = await byCookie(kept, 'DELETE', sessionsOf(id));
  assert.deepEqual(jsonOf(ended), { ended: 2 });
  for (const [browser, status] of [
    [two, 401],
    [three, 401],
    [kept, 200],
  ] as const)
    expectStatus(await byCookie(browser), status);
  assert.deepEqual(jsonOf(await admin.call('DELETE', sessionsOf(id))), { ended: 1 });
  expectStatus(await byCookie(kept), 401);
  const log = jsonOf<{ items: { after: Record<string, string>; username: string }[] }>(
    await admin.get(`/api/berth/v1/audit?type=session.closed&result=done&limit=3`),
  );
  assert.deepEqual(
    log.items.map(({ username, after: { username: whose, sessions } }) => [username, whose, sessions]),
    [
      ['admin', 'ines', '1'],
      ['ines', 'ines', '2'],
      ['ines', 'ines', '1'],
    ],
  );
});

test('a token of an account neither ends its sessions nor is ended by that', async () => {
  const { id, client } = await newAccount('kim');
  const browser = await signedIn('kim');
  const path = `/api/berth/v1/users/${id}/tokens`;
  const { token } = jsonOf<{ token: string }>(await sendJson(client, 'POST', path, { name: 'ci' }), 201);
  const byToken = server.client({ username: 'kim', password: token });
  expectRefusal(await byToken.call('DELETE', sessionsOf(id)), 403, 'FORBIDDEN');
  expectStatus(await byCookie(browser), 200);
  assert.deepEqual(jsonOf(await client.call('DELETE', sessionsOf(id))), { ended: 1 });
  expectStatus(await byToken.get(current), 200);
});

test('setUserDisabled: sessions, tokens and the password end at once; enabled, tokens and roles are back', async () => {
  const { id, client } = await newAccount('lena');
  const browser = await signedIn('lena');
  const tokens = `/api/berth/v1/users/${id}/tokens`;
  const { token } = jsonOf<{ token: string }>(await sendJson(client, 'POST', tokens, { name: 'ci' }), 201);
  const byToken = server.client({ username: 'lena', password: token });
  const service = await client.get('/service/token?service=harbor-registry');
  const bearer = { Authorization: `Bearer ${jsonOf<{ token: string }>(service).token}` };
  expectStatus(await anonymous.get('/v2/', bearer), 200);
  const path = `/api/berth/v1/users/${id}/disabled`;
  const set = (disabled: unknown, by = admin) => sendJson(by, 'PUT', path, { disabled });
  const { client: max } = await newAccount('max');
  expectRefusal(await set(true, max), 403, 'FORBIDDEN');
  expectRefusal(await set(true, client), 403, 'FORBIDDEN');
  expectRefusal(await set(undefined), 400, 'BAD_REQUEST');
  expectRefusal(await set('yes'), 422, 'UNPROCESSABLE_ENTITY');
  const shown = async () => jsonOf<{ disabled?: boolean }>(await admin.get(`/api/v2.0/users/${id}`)).disabled;
  assert.equal(await shown(), undefined);
  for (const _again of [1, 2]) expectStatus(await set(true), 200);
  const from = performance.now();
  assert.equal(await shown(), true);
  expectStatus(await byCookie(browser), 401);
  for (const gone of [client, byToken]) expectStatus(await gone.get(current), 401);
  expectStatus(await byToken.get('/v2/'), 401);
  await waitUntil('the bearer token is refused', async () => {
    return (await anonymous.get('/v2/', bearer)).status === 401;
  });
  assert.ok(performance.now() - from < 1000);
  expectStatus(await set(false), 200);
  assert.equal(await shown(), undefined);
  for (const back of [client, byToken]) await signsIn(back);
  expectStatus(await byCookie(browser), 401);
});

test('setUserDisabled: the last administrator who can sign in is never disabled, nor anybody by themselves', async () => {
  const [{ id, client }, { id: otherId }] = [await newAccount('nora'), await newAccount('olaf')];
  const set = (whom: number, disabled: boolean, by: RegistryClient) =>
    sendJson(by, 'PUT', `/api/berth/v1/users/${whom}/disabled`, { disabled });
  expectRefusal(await set(1, true, admin), 403, 'FORBIDDEN');
  await sendJson(admin, 'PUT', `/api/v2.0/users/${id}/sysadmin`, { sysadmin_flag: true });
  expectStatus(await set(1, true, client), 200);
  expectStatus(await admin.get(current), 401);
  const robot = jsonOf<{ name: string; secret: string }>(
    await sendJson(client, 'POST', '/api/v2.0/robots', {
      name: 'operator',
      level: 'system',
      duration: 1,
      permissions: [{ kind: 'system', namespace: '/', access: [{ resource: 'user', action: 'update' }] }],
    }),
    201,
  );
  const program = server.client({ username: robot.name, password: robot.secret });
  expectStatus(await set(otherId, true, program), 200);
  expectRefusal(await set(id, true, program), 403, 'FORBIDDEN');
  expectStatus(await set(1, false, client), 200);
  await signsIn(admin);
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
