// A device signs in by a person who has the password (RFC 8628): its codes, the person's page, and who guesses.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, createProject, grantRole } from '../harness/accounts.ts';
import { type Answer, expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { jsonOf, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
await createProject(server, 'team');
await addUsers(server, ['ann', 'eve', 'mal']);
await grantRole(server, { username: 'ann', role: 'developer', place: 'team' });
const nobody = server.client(null);
const ann = server.client({ username: 'ann', password });
const eve = server.client({ username: 'eve', password });
const base = '/api/berth/v1/device';

interface Begun {
  readonly device_code: string;
  readonly user_code: string;
  readonly verification_uri: string;
  readonly verification_uri_complete: string;
  readonly expires_in: number;
  readonly interval: number;
}
const begin = async (name = 'berth on laptop'): Promise<Begun> =>
  jsonOf<Begun>(await sendJson(nobody, 'POST', `${base}/code`, { name }));
const poll = (device_code: string): Promise<Answer> =>
  sendJson(nobody, 'POST', `${base}/token`, { device_code });
const answer = (client: RegistryClient, code: string, approve: boolean): Promise<Answer> =>
  sendJson(client, 'PUT', `${base}/requests/${code}`, { approve });
async function expectPollError(device: string, error: string): Promise<void> {
  const got = await poll(device);
  assert.equal(got.status, 400);
  assert.deepEqual(JSON.parse(got.body.toString()), { error });
}

test('beginDeviceLogin, takeDeviceToken: a device waits, a person approves, one token is given once', async () => {
  const begun = await begin();
  assert.match(begun.user_code, /^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
  assert.deepEqual([begun.expires_in, begun.interval], [600, 5]);
  assert.equal(begun.verification_uri, `http://127.0.0.1:${server.port}/device`);
  assert.equal(begun.verification_uri_complete, `${begun.verification_uri}?code=${begun.user_code}`);
  await expectPollError(begun.device_code, 'authorization_pending');
  await expectPollError(begun.device_code, 'slow_down');
  const seen = jsonOf<Record<string, string>>(await ann.get(`${base}/requests/${begun.user_code}`));
  assert.deepEqual([seen['name'], seen['address']], ['berth on laptop', '127.0.0.1']);
  expectStatus(await answer(ann, begun.user_code.toLowerCase(), true), 200);
  const given = await poll(begun.device_code);
  assert.equal(given.headers['cache-control'], 'no-store');
  const { access_token: token, name } = jsonOf<{ access_token: string; name: string }>(given);
  assert.match(token, /^brt_/);
  assert.equal(name, 'berth on laptop');
  const device = server.client({ username: 'ann', password: token });
  const user = jsonOf<{ username: string }>(await device.get('/api/v2.0/users/current'));
  assert.equal(user.username, 'ann');
  await expectPollError(begun.device_code, 'expired_token');
  expectStatus(await answer(ann, begun.user_code, true), 404);
});

test('of many who ask at once with one device code, one is given the token', async () => {
  const begun = await begin('many');
  expectStatus(await answer(ann, begun.user_code, true), 200);
  const answers = await Promise.all(Array.from({ length: 8 }, () => poll(begun.device_code)));
  assert.deepEqual(answers.map(({ status }) => String(status)).toSorted(), [
    '200',
    ...Array<string>(7).fill('400'),
  ]);
});

test('answerDeviceLogin: what a person turns away gets access_denied, and no second answer counts', async () => {
  const begun = await begin();
  expectStatus(await answer(ann, begun.user_code, false), 200);
  expectStatus(await answer(eve, begun.user_code, true), 404);
  await expectPollError(begun.device_code, 'access_denied');
  await expectPollError(begun.device_code, 'expired_token');
});

test('nobody, a token and a robot answer nothing; the device still waits', async () => {
  const begun = await begin();
  expectStatus(await answer(nobody, begun.user_code, true), 401);
  const first = await begin('first');
  expectStatus(await answer(ann, first.user_code, true), 200);
  const { access_token: token } = jsonOf<{ access_token: string }>(await poll(first.device_code));
  const byToken = server.client({ username: 'ann', password: token });
  expectStatus(await answer(byToken, begun.user_code, true), 403);
  expectStatus(await byToken.get(`${base}/requests/${begun.user_code}`), 403);
  await expectPollError(begun.device_code, 'authorization_pending');
});

test('what an account approved opens nothing once the account is deleted', async () => {
  const begun = await begin();
  expectStatus(await answer(server.client({ username: 'mal', password }), begun.user_code, true), 200);
  const admin = server.client();
  const [mal] = jsonOf<{ user_id: number }[]>(await admin.get('/api/v2.0/users/search?username=mal'));
  expectStatus(await admin.call('DELETE', `/api/v2.0/users/${mal?.user_id ?? 0}`), 200);
  await expectPollError(begun.device_code, 'access_denied');
});

test('whoever tries codes through is slowed: behind five wrong ones the right one waits, too', async () => {
  const begun = await begin();
  const statuses: number[] = [];
  for (let count = 0; count < 8; count += 1)
    statuses.push((await answer(eve, `BBBB-BBB${'BCDFGHJK'.at(count) ?? ''}`, true)).status);
  assert.ok(statuses.includes(429), statuses.join());
  assert.ok(statuses.filter((status) => status === 404).length <= 6, statuses.join());
  const refused = await answer(eve, begun.user_code, true);
  expectStatus(refused, 429);
  assert.match(refused.body.toString(), /too many wrong codes; try again in \d+ s/);
  expectStatus(await answer(ann, begun.user_code, false), 200);
});

test('beginDeviceLogin: names with control characters are refused', async () => {
  for (const name of ['', ' ', 'a\nb', 'a\u202Eb', 'x'.repeat(81)])
    expectStatus(await sendJson(nobody, 'POST', `${base}/code`, { name }), 400);
});

interface Browser {
  readonly cookie: string;
}
const formType = 'application/x-www-form-urlencoded';
const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  nobody.call('POST', path, {
    headers: { 'Content-Type': formType, ...headers },
    body: new URLSearchParams(fields).toString(),
  });
function cookiesOf({ headers }: Answer): string {
  return [headers['set-cookie'] ?? []]
    .flat()
    .map((each) => each.split(';')[0] ?? '')
    .join('; ');
}
async function signIn(code: string): Promise<Browser & { readonly location: string }> {
  const signed = await post('/device/sign-in', { principal: 'ann', password, code, lang: 'en' });
  expectStatus(signed, 303);
  return { cookie: cookiesOf(signed), location: String(signed.headers['location']) };
}
const fieldIn = (html: string, name: string): string =>
  (new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '').replaceAll('&#39;', "'");

test('the page signs a person in, shows who asks and what it gets, and approves by its token of the form', async () => {
  const begun = await begin('<b>evil</b>');
  const empty = (await nobody.get(`/device?code=${begun.user_code}`)).body.toString();
  assert.match(empty, /name="password"/);
  const { cookie, location } = await signIn(begun.user_code);
  const page = await nobody.call('GET', location, { headers: { Cookie: cookie } });
  const html = page.body.toString();
  assert.match(html, /&lt;b&gt;evil&lt;\/b&gt;/);
  assert.match(html, /127\.0\.0\.1/);
  assert.match(html, /may do all that ann may/);
  const csrf = fieldIn(html, 'csrf');
  for (const wrong of ['', 'x', Buffer.alloc(86).toString('base64')]) {
    const refused = await post(
      '/device',
      { code: begun.user_code, csrf: wrong, answer: 'approve' },
      { Cookie: cookie },
    );
    expectStatus(refused, 403);
  }
  const other = await signIn(begun.user_code);
  const foreign = { code: begun.user_code, csrf, answer: 'approve' };
  expectStatus(await post('/device', foreign, { Cookie: other.cookie }), 403);
  expectStatus(await post('/device', foreign), 401);
  await expectPollError(begun.device_code, 'authorization_pending');
  const done = await post('/device', foreign, { Cookie: cookie });
  expectStatus(done, 200);
  assert.match(done.body.toString(), /Approved/);
  expectStatus(await poll(begun.device_code), 200);
});

test('the page runs nothing, is in no frame, and speaks Chinese to who asks for it', async () => {
  const page = await nobody.get('/device?lang=zh');
  assert.match(page.body.toString(), /<html lang="zh-CN">[\s\S]*允许设备登录/);
  assert.doesNotMatch(page.body.toString(), /<script|\sstyle=|\son\w+=/);
  const policy = String(page.headers['content-security-policy']);
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /script-src|unsafe/);
  assert.equal(page.headers['x-frame-options'], 'DENY');
  expectStatus(await nobody.get('/device/style.css'), 200);
});

test('another site’s page signs nobody in, and a wrong password shows the form again', async () => {
  const fields = { principal: 'ann', password, code: '', lang: 'en' };
  expectStatus(await post('/device/sign-in', fields, { Origin: 'http://evil.example' }), 403);
  const wrong = await post('/device/sign-in', { ...fields, password: 'no' });
  expectStatus(wrong, 401);
  assert.match(wrong.body.toString(), /Wrong name or password/);
  assert.equal(wrong.headers['set-cookie'], undefined);
});

test('deny on the page gives the device nothing; a wrong code is said in a page', async () => {
  const begun = await begin();
  const { cookie, location } = await signIn(begun.user_code);
  const html = (await nobody.call('GET', location, { headers: { Cookie: cookie } })).body.toString();
  const fields = { code: begun.user_code, csrf: fieldIn(html, 'csrf'), answer: 'deny' };
  expectStatus(await post('/device', fields, { Cookie: cookie }), 200);
  await expectPollError(begun.device_code, 'access_denied');
  const unknown = await nobody.call('GET', '/device?code=BBBB-BBBB', { headers: { Cookie: cookie } });
  expectStatus(unknown, 404);
  assert.match(unknown.body.toString(), /Nothing waits for this code/);
});

// The last one: it uses up what this address may.
test('a flood from one address is bounded, and what waits stays', async () => {
  const first = await begin();
  const statuses: number[] = [];
  for (let count = 0; count < 30; count += 1)
    statuses.push((await sendJson(nobody, 'POST', `${base}/code`, {})).status);
  assert.equal(statuses.at(-1), 429);
  assert.ok(statuses.filter((status) => status === 200).length < 20, statuses.join());
  expectStatus(await answer(ann, first.user_code, true), 200);
  expectStatus(await poll(first.device_code), 200);
});
