// Harbor's operations on accounts: what they answer, to whom, and what is read back afterwards.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUser, addUsers, grantRole } from '../harness/accounts.ts';
import type { RegistryClient } from '../harness/registry-client.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
await addUsers(server, ['alice', 'bob']);

const admin = server.client();
const anonymous = server.client(null);
const as = (username: string, secret = password): RegistryClient =>
  server.client({ username, password: secret });
const [alice, bob] = [as('alice'), as('bob')];

const users = '/api/v2.0/users';
const harborPassword = 'Password12345';

interface User {
  readonly user_id: number;
  readonly username: string;
  readonly [field: string]: unknown;
}

const idOf = async (client: RegistryClient): Promise<number> =>
  jsonOf<User>(await client.get(`${users}/current`)).user_id;
const [aliceId, bobId] = [await idOf(alice), await idOf(bob)];

const tokenOf = async (client: RegistryClient, scope: string): Promise<string> =>
  jsonOf<{ token: string }>(await client.get(`/service/token?service=harbor-registry&scope=${scope}`)).token;
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

let made = 0;

/** Makes an account as Harbor's clients do, and returns its address and name. */
async function make(fields: object = {}): Promise<{ path: string; username: string; id: number }> {
  made += 1;
  const username = `person-${made}`;
  const body = { username, password: harborPassword, email: `${username}@example.com`, realname: 'P' };
  const answer = await sendJson(admin, 'POST', users, { ...body, ...fields });
  expectStatus(answer, 201);
  const path = String(answer.headers.location);
  assert.match(path, /^\/api\/v2\.0\/users\/\d+$/);
  assert.equal(answer.body.length, 0);
  return { path, username, id: Number(path.split('/').at(-1)) };
}

const names = async (query: string): Promise<string[]> =>
  jsonOf<User[]>(await admin.get(`${users}?${query}`)).map(({ username }) => username);

test('createUser: what was sent is returned, and the account signs in by the rule that Harbor has for passwords', async () => {
  const { path, username, id } = await make({ comment: 'from the test', realname: '李 A: b' });
  const user = jsonOf<User>(await admin.get(path));
  const { creation_time: _created, update_time: _updated, ...rest } = user;
  assert.deepEqual(rest, {
    user_id: id,
    username,
    email: `${username}@example.com`,
    realname: '李 A: b',
    comment: 'from the test',
    sysadmin_flag: false,
    admin_role_in_auth: false,
  });
  assert.equal(await idOf(as(username, harborPassword)), id);
});

test('createUser: Harbor’s rules for names, addresses, persons, comments and passwords', async () => {
  const right = { username: 'ruled', password: harborPassword, email: 'r@example.com', realname: 'R' };
  const wrong: object[] = [
    { username: '' },
    { username: 'a'.repeat(256) },
    ...',"~#%$'.split('').map((sign) => ({ username: `a${sign}b` })),
    { username: 'a\u0000b' },
    { username: '\ud800' },
    { email: '' },
    { email: 'no address' },
    { realname: '' },
    { realname: 'a,b' },
    { realname: 'a'.repeat(256) },
    { comment: 'c'.repeat(31) },
    { password: 'Short1' },
    { password: 'password12345' },
    { password: 'PASSWORD12345' },
    { password: 'PasswordPassword' },
    { password: `Aa1${'a'.repeat(126)}` },
  ];
  for (const each of wrong) {
    const answer = await sendJson(admin, 'POST', users, { ...right, ...each });
    // The binding refuses a name that is longer than the description says.
    const long = 'username' in each && String(each.username).length > 255;
    expectRefusal(answer, long ? 422 : 400, long ? 'UNPROCESSABLE_ENTITY' : 'BAD_REQUEST');
  }
  assert.deepEqual(await names('username=ruled'), []);
  expectStatus(await sendJson(admin, 'POST', users, { ...right, comment: 'c'.repeat(30) }), 201);
  assert.deepEqual(await names('username=ruled'), ['ruled']);
});

test('createUser: a name or an address that is taken, in whatever case, is 409', async () => {
  const { username } = await make();
  const body = { password: harborPassword, realname: 'P' };
  const taken: [string, string][] = [
    [username, 'new@example.com'],
    [username.toUpperCase(), 'new@example.com'],
    ['somebody-new', `${username}@EXAMPLE.com`],
  ];
  for (const [name, email] of taken)
    expectRefusal(await sendJson(admin, 'POST', users, { ...body, username: name, email }), 409, 'CONFLICT');
});

test('createUser: only administrators; nobody registers without the setting and a browser', async () => {
  const body = { username: 'nobody-asked', password: harborPassword, email: 'n@example.com', realname: 'N' };
  expectRefusal(await sendJson(anonymous, 'POST', users, body), 401, 'UNAUTHORIZED');
  expectRefusal(await sendJson(alice, 'POST', users, body), 403, 'FORBIDDEN');
  assert.deepEqual(await names('username=nobody-asked'), []);
});

test('createUser: fields that the description does not name are not taken', async () => {
  const { path, id } = await make({ sysadmin_flag: true, user_id: 1, admin_role_in_auth: true, id: 7 });
  const user = jsonOf<User>(await admin.get(path));
  assert.equal(user['sysadmin_flag'], false);
  assert.equal(user.user_id, id);
});

test('listUsers: never the first administrator; pages, filters and sorts change what is shown', async () => {
  const all = [await make(), await make(), await make()].map(({ username }) => username);
  const listed = await names('page_size=0');
  assert.ok(!listed.includes('admin') && !listed.includes('anonymous'));
  assert.ok(all.every((name) => listed.includes(name)));
  assert.deepEqual(listed, listed.toSorted());
  const first = await admin.get(`${users}?page=1&page_size=2`);
  assert.equal(first.headers['x-total-count'], String(listed.length));
  assert.match(String(first.headers.link), /^<\/api\/v2\.0\/users\?page=2&page_size=2>; rel="next"$/);
  assert.deepEqual(
    jsonOf<User[]>(first).map(({ username }) => username),
    listed.slice(0, 2),
  );
  assert.deepEqual(await names('page=2&page_size=2'), listed.slice(2, 4));
  assert.deepEqual(await names('page=9999'), []);
  assert.deepEqual(await names('sort=-username&page_size=0'), listed.toReversed());
  const byId = await names('sort=-user_id&page_size=1');
  assert.deepEqual(byId, all.slice(-1));
  const [one = '', two = ''] = all;
  assert.deepEqual(await names(`q=username=${one}`), [one]);
  assert.deepEqual(await names(`q=username=~${one.toUpperCase()}`), await names(`username=${one}`));
  assert.deepEqual(await names(`q=email=~${two}@EXAM`), [two]);
  assert.deepEqual(await names(`email=${two}@exam`), [two]);
  assert.deepEqual(await names(`q=username_or_email=${two}@example.com`), [two]);
  assert.deepEqual(await names(`q=username={${one}%20${two}}`), [one, two].toSorted());
  const withFirst = await names('page_size=0&first_administrator=true');
  assert.deepEqual(withFirst, ['admin', ...listed].toSorted());
  assert.deepEqual(await names('q=username=admin&first_administrator=true'), ['admin']);
  const filtered = await admin.get(`${users}?q=username=${one}`);
  assert.equal(filtered.headers['x-total-count'], '1');
});

test('listUsers: a hidden column is neither compared nor sorted by', async () => {
  const all = await names('page_size=0');
  for (const query of ['q=password=~a', 'q=password_hash=~argon', 'sort=password', 'sort=salt'])
    assert.deepEqual(await names(`${query}&page_size=0`), all, query);
  expectRefusal(await admin.get(`${users}?q=username=[a~b]`), 400, 'BAD_REQUEST');
});

test('listUsers: for administrators only', async () => {
  expectRefusal(await anonymous.get(users), 401, 'UNAUTHORIZED');
  expectRefusal(await alice.get(users), 403, 'FORBIDDEN');
});

test('getCurrentUserInfo: the account itself, with what it says of itself', async () => {
  const current = jsonOf<User>(await admin.get(`${users}/current`));
  assert.equal(current.user_id, 1);
  assert.equal(current['sysadmin_flag'], true);
  expectRefusal(await anonymous.get(`${users}/current`), 401, 'UNAUTHORIZED');
});

test('searchUsers: a part of the name, the shortest first, nothing but ids and names', async () => {
  const body = { password: harborPassword, realname: 'Z' };
  for (const username of ['zebra-crossing', 'a-zebra-b', 'zebra', 'ZEBRAS'])
    expectStatus(
      await sendJson(admin, 'POST', users, { ...body, username, email: `${username}@example.com` }),
      201,
    );
  const found = await alice.get(`${users}/search?username=zeBRa&page_size=3`);
  assert.deepEqual(
    jsonOf<User[]>(found).map(({ username }) => username),
    ['zebra', 'ZEBRAS', 'a-zebra-b'],
  );
  assert.equal(found.headers['x-total-count'], '4');
  const [first] = jsonOf<User[]>(found);
  assert.deepEqual(Object.keys(first ?? {}), ['user_id', 'username']);
  const second = await alice.get(`${users}/search?username=zeBRa&page_size=3&page=2`);
  assert.deepEqual(
    jsonOf<User[]>(second).map(({ username }) => username),
    ['zebra-crossing'],
  );
  assert.deepEqual(jsonOf(await alice.get(`${users}/search?username=100%25`)), []);
  expectRefusal(await alice.get(`${users}/search`), 422, 'UNPROCESSABLE_ENTITY');
  expectRefusal(await anonymous.get(`${users}/search?username=zebra`), 401, 'UNAUTHORIZED');
});

test('getUser: oneself or an administrator; others learn nothing of who there is', async () => {
  assert.equal(jsonOf<User>(await alice.get(`${users}/${aliceId}`)).username, 'alice');
  assert.equal(jsonOf<User>(await admin.get(`${users}/${aliceId}`)).username, 'alice');
  const hidden = await alice.get(`${users}/${bobId}`);
  const missing = await alice.get(`${users}/99999999`);
  assert.equal(
    expectRefusal(hidden, 403, 'FORBIDDEN'),
    expectRefusal(missing, 403, 'FORBIDDEN'),
    'the same words',
  );
  expectRefusal(await anonymous.get(`${users}/${bobId}`), 401, 'UNAUTHORIZED');
  for (const id of ['99999999', '0', '-1', '2', '9223372036854775807'])
    expectRefusal(await admin.get(`${users}/${id}`), 404, 'NOT_FOUND');
  for (const id of ['x', '1.5', '9223372036854775808'])
    expectRefusal(await admin.get(`${users}/${id}`), 422, 'UNPROCESSABLE_ENTITY');
});

test('updateUserProfile: oneself or an administrator, by Harbor’s rules; the rest of the account stays', async () => {
  const { path, username } = await make();
  const own = as(username, harborPassword);
  const profile = { email: 'Moved@example.com', realname: 'Moved', comment: 'now here' };
  expectStatus(await sendJson(own, 'PUT', path, { ...profile, username: 'root', sysadmin_flag: true }), 200);
  const user = jsonOf<User>(await admin.get(path));
  const { email, realname, comment, sysadmin_flag: flag } = user;
  assert.deepEqual({ email, realname, comment }, profile);
  assert.equal(user.username, username);
  assert.equal(flag, false);
  expectStatus(await sendJson(admin, 'PUT', path, { ...profile, comment: '' }), 200);
  assert.equal(jsonOf<User>(await own.get(path))['comment'], undefined);
  for (const wrong of [{ email: '' }, { realname: '' }, { comment: 'c'.repeat(31) }, { email: 'x' }])
    expectRefusal(await sendJson(own, 'PUT', path, { ...profile, ...wrong }), 400, 'BAD_REQUEST');
  const other = await make();
  const taken = { ...profile, email: `${other.username}@Example.com` };
  expectRefusal(await sendJson(own, 'PUT', path, taken), 409, 'CONFLICT');
  expectRefusal(await sendJson(alice, 'PUT', path, profile), 403, 'FORBIDDEN');
  expectRefusal(await sendJson(admin, 'PUT', `${users}/99999999`, profile), 404, 'NOT_FOUND');
  assert.equal(jsonOf<User>(await admin.get(path))['email'], profile.email);
});

test('deleteUser: the account ends at once with its roles, its name and address are free, its id is not', async () => {
  const { path, username, id } = await make();
  await makeProject(admin, 'left-behind');
  await grantRole(server, { username, role: 'developer', place: 'left-behind' });
  const own = as(username, harborPassword);
  const token = await tokenOf(own, 'repository:left-behind/app:pull');
  expectStatus(await own.get(`${users}/current`), 200);
  const gone = await admin.delete(path);
  expectStatus(gone, 200);
  assert.equal(gone.body.length, 0);
  expectRefusal(await own.get(`${users}/current`), 401, 'UNAUTHORIZED');
  expectStatus(await anonymous.get('/v2/left-behind/app/tags/list', bearer(token)), 401);
  expectRefusal(await admin.get(path), 404, 'NOT_FOUND');
  expectRefusal(await admin.delete(path), 404, 'NOT_FOUND');
  assert.deepEqual(await names(`username=${username}`), []);
  const body = { username, password: harborPassword, email: `${username}@example.com`, realname: 'P' };
  const again = await sendJson(admin, 'POST', users, body);
  expectStatus(again, 201);
  const newId = Number(String(again.headers.location).split('/').at(-1));
  assert.ok(newId > id);
  const mine = jsonOf<{ name: string }[]>(await as(username, harborPassword).get('/api/v2.0/projects'));
  assert.ok(!mine.some(({ name }) => name === 'left-behind'), 'nothing is inherited');
});

test('deleteUser: oneself and user 1 are 403, strangers may not', async () => {
  const { path, username } = await make();
  expectStatus(await sendJson(admin, 'PUT', `${path}/sysadmin`, { sysadmin_flag: true }), 200);
  const own = as(username, harborPassword);
  expectRefusal(await own.delete(path), 403, 'FORBIDDEN');
  expectRefusal(await own.delete(`${users}/1`), 403, 'FORBIDDEN');
  expectRefusal(await alice.delete(`${users}/${bobId}`), 403, 'FORBIDDEN');
  expectRefusal(await alice.delete(`${users}/99999999`), 403, 'FORBIDDEN');
  expectRefusal(await anonymous.delete(`${users}/${bobId}`), 401, 'UNAUTHORIZED');
  expectStatus(await admin.delete(path), 200);
});

test('setUserSysAdmin: the flag opens what only administrators see, and closes it again', async () => {
  const { path, username } = await make();
  const own = as(username, harborPassword);
  const put = (client: RegistryClient, body: object) => sendJson(client, 'PUT', `${path}/sysadmin`, body);
  expectRefusal(await put(own, { sysadmin_flag: true }), 403, 'FORBIDDEN');
  for (const flag of [true, true]) expectStatus(await put(admin, { sysadmin_flag: flag }), 200);
  expectStatus(await own.get(users), 200);
  assert.equal(jsonOf<User>(await admin.get(path))['sysadmin_flag'], true);
  // As clients of Go send false: not at all.
  expectStatus(await put(admin, {}), 200);
  expectRefusal(await own.get(users), 403, 'FORBIDDEN');
  assert.equal(jsonOf<User>(await admin.get(path))['sysadmin_flag'], false);
  const missing = `${users}/99999999/sysadmin`;
  expectRefusal(await sendJson(admin, 'PUT', missing, { sysadmin_flag: true }), 404, 'NOT_FOUND');
});

test('setUserSysAdmin: the last administrator stays one', async () => {
  const answer = await sendJson(admin, 'PUT', `${users}/1/sysadmin`, { sysadmin_flag: false });
  expectRefusal(answer, 412, 'PRECONDITION');
  expectStatus(await admin.get(users), 200);
});

test('updateUserPassword: of the own account only with the old one, and another than that', async () => {
  const { path, username } = await make();
  const own = as(username, harborPassword);
  const put = (client: RegistryClient, old: string, next: string) =>
    sendJson(client, 'PUT', `${path}/password`, { old_password: old, new_password: next });
  const token = await tokenOf(own, 'repository:library/app:pull');
  expectRefusal(await put(own, 'Wrong-Guess-1', 'Another-One-7'), 403, 'FORBIDDEN');
  expectRefusal(await put(own, '', 'Another-One-7'), 403, 'FORBIDDEN');
  expectRefusal(await put(own, harborPassword, harborPassword), 400, 'BAD_REQUEST');
  expectRefusal(await put(own, harborPassword, 'weak'), 400, 'BAD_REQUEST');
  expectRefusal(await put(alice, harborPassword, 'Another-One-7'), 403, 'FORBIDDEN');
  expectStatus(await own.get(`${users}/current`), 200);
  expectStatus(await put(own, harborPassword, 'Another-One-7'), 200);
  expectRefusal(await own.get(`${users}/current`), 401, 'UNAUTHORIZED');
  expectStatus(await as(username, 'Another-One-7').get(`${users}/current`), 200);
  expectStatus(await anonymous.get('/v2/', bearer(token)), 401);
});

test('updateUserPassword: an administrator sets it without the old one, but no guess for another administrator', async () => {
  const { path, username } = await make();
  const put = (next: string) => sendJson(admin, 'PUT', `${path}/password`, { new_password: next });
  expectStatus(await put('Harbor12345'), 200);
  expectRefusal(await put('Harbor12345'), 400, 'BAD_REQUEST');
  expectStatus(await as(username, 'Harbor12345').get(`${users}/current`), 200);
  expectStatus(await sendJson(admin, 'PUT', `${path}/sysadmin`, { sysadmin_flag: true }), 200);
  expectRefusal(await put('Password12345'), 400, 'BAD_REQUEST');
  expectStatus(await put('Quite-Long-Enough-1'), 200);
  const absent = `${users}/99999999/password`;
  const body = { new_password: 'Quite-Long-Enough-1' };
  expectRefusal(await sendJson(admin, 'PUT', absent, body), 404, 'NOT_FOUND');
});

test('updateUserPassword: guessing the old password is slowed as a sign-in is', async () => {
  await addUser(server, { username: 'guessed', password });
  const own = as('guessed');
  const path = `${users}/${await idOf(own)}/password`;
  let refused = 0;
  for (let round = 0; round < 8 && refused === 0; round += 1) {
    const body = { old_password: `Wrong-Guess-${round}`, new_password: 'Another-One-7' };
    const { status } = await sendJson(own, 'PUT', path, body);
    if (status === 429) refused += 1;
    else assert.equal(status, 403);
  }
  assert.equal(refused, 1);
});

test('getCurrentUserPermissions: what may be done in a project or with the system, and of what is hidden nothing', async () => {
  interface Right {
    readonly resource: string;
    readonly action: string;
  }
  const rights = async (client: RegistryClient, query: string): Promise<string[]> =>
    jsonOf<Right[]>(await client.get(`${users}/current/permissions?${query}`)).map(
      ({ resource, action }) => `${resource}:${action}`,
    );
  const id = await makeProject(admin, 'permitted');
  await grantRole(server, { username: 'bob', role: 'guest', place: 'permitted' });
  const full = await rights(bob, `scope=/project/${id}`);
  assert.ok(full.includes(`/project/${id}:read`) && full.includes(`/project/${id}/repository:pull`));
  assert.ok(!full.includes(`/project/${id}/repository:push`));
  const relative = await rights(bob, `scope=/project/${id}&relative=true`);
  assert.ok(relative.includes('.:read') && relative.includes('repository:pull'));
  assert.equal(relative.length, full.length);
  for (const scope of [`/project/${id}`, '/project/99999999', '/system', '', '/elsewhere', '/project/x'])
    assert.deepEqual(await rights(alice, `scope=${scope}`), [], scope);
  const system = await rights(admin, 'scope=/system');
  assert.ok(system.includes('/system/user:create') && system.includes('/system/user-group:list'));
  assert.ok((await rights(admin, `scope=/project/${id}&relative=true`)).includes('member:create'));
  expectRefusal(await anonymous.get(`${users}/current/permissions`), 401, 'UNAUTHORIZED');
});

test('setCliSecret: 412 without OIDC, and not for strangers', async () => {
  const put = (client: RegistryClient, id: number) =>
    sendJson(client, 'PUT', `${users}/${id}/cli_secret`, { secret: harborPassword });
  expectRefusal(await put(alice, aliceId), 412, 'PRECONDITION');
  expectRefusal(await put(admin, aliceId), 412, 'PRECONDITION');
  expectRefusal(await put(alice, bobId), 403, 'FORBIDDEN');
  expectRefusal(await put(anonymous, aliceId), 401, 'UNAUTHORIZED');
});
