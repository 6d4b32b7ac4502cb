// Bad input about rights: each is refused with exactly this answer, and nothing of who may what has changed.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { imageOf } from '../harness/image.ts';
import { type Answer, expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
await makeProject(admin, 'pay');
await makeProject(admin, 'desk');
for (const name of ['pay/api', 'pay/kept', 'desk/app'])
  await admin.pushImage(name, 'v1', imageOf({ seed: name }));
await addUsers(server, ['lead', 'half', 'bob']);
await grantRole(server, { username: 'lead', role: 'projectAdmin', place: 'pay' });
const client = (username: string): RegistryClient => server.client({ username, password });
const [lead, half, bob] = [client('lead'), client('half'), client('bob')];
const grants = '/api/berth/v1/grants';
const roles = '/api/berth/v1/roles';
const makeRole = async (name: string, permissions: readonly string[]): Promise<void> =>
  expectStatus(await sendJson(admin, 'POST', roles, { name, level: 'project', permissions }), 201);
await makeRole('inviter', ['member:create', 'member:delete', 'repository:pull']);
await grantRole(server, { username: 'half', role: 'inviter', place: 'pay' });
const idOf = async (as: RegistryClient): Promise<number> =>
  jsonOf<{ user_id: number }>(await as.get('/api/v2.0/users/current')).user_id;
const [adminId, bobId] = [await idOf(admin), await idOf(bob)];
for (const repositories of ['kept', 'guarded']) {
  const protection = { tags: '*', repositories, allowed: ['lead'] };
  expectStatus(await sendJson(admin, 'POST', '/api/berth/v1/projects/pay/protected-tags', protection), 201);
}
const past = '2020-01-01T00:00:00Z';
const all = async (): Promise<string> =>
  (
    await Promise.all(
      [
        `${grants}?page_size=100`,
        roles,
        '/api/v2.0/users?page_size=100',
        '/api/v2.0/robots?page_size=100',
        '/api/v2.0/repositories?page_size=100',
        '/api/v2.0/projects?page_size=100',
        `/api/berth/v1/users/${bobId}/tokens`,
        '/api/berth/v1/former-names?page_size=100',
      ].map(async (path) => (await admin.get(path)).body.toString()),
    )
  )
    .join('\n')
    .replaceAll(/"(?:update_time|pull_time|last_used_at)":"[^"]*"/g, '');

type Ask = () => Promise<Answer>;
interface Refused {
  readonly what: string;
  readonly ask: Ask;
  readonly says: string;
}

const post =
  (as: RegistryClient, path: string, body: object): Ask =>
  () =>
    sendJson(as, 'POST', path, body);
const put =
  (as: RegistryClient, path: string, body: object): Ask =>
  () =>
    sendJson(as, 'PUT', path, body);
const good = { who: 'bob', role: 'guest', where: 'pay' };
const grant = (as: RegistryClient, more: object): Ask => post(as, grants, { ...good, ...more });
const move = (from: string, to: string): Ask => {
  const [project, path] = from.split('/');
  return post(admin, `/api/berth/v1/projects/${project}/repositories/${path}/move`, { to });
};
const rename = (project: string, name: string): Ask =>
  post(admin, `/api/berth/v1/projects/${project}/rename`, { name });

await makeProject(admin, 'before');
await admin.pushImage('desk/before', 'v1', imageOf({ seed: 'before' }));
expectStatus(await rename('before', 'now')(), 200);
expectStatus(await move('desk/before', 'desk/now')(), 200);

const cases: readonly Refused[] = [
  {
    what: 'a pattern with a star in a name',
    ask: grant(lead, { where: 'pay/a*' }),
    says: '400 BAD_REQUEST "pay/a*" names no place / write system, a project (pay), a repository (pay/api), all below a folder (pay/team/**) or all repositories (pay/**)',
  },
  {
    what: 'a pattern with two stars in the middle',
    ask: grant(lead, { where: 'pay/**/x' }),
    says: '400 BAD_REQUEST "pay/**/x" names no place / write system, a project (pay), a repository (pay/api), all below a folder (pay/team/**) or all repositories (pay/**)',
  },
  {
    what: 'a pattern with large letters',
    ask: grant(lead, { where: 'pay/API' }),
    says: '400 BAD_REQUEST "pay/API" names no place / write system, a project (pay), a repository (pay/api), all below a folder (pay/team/**) or all repositories (pay/**)',
  },
  {
    what: 'a pattern above the project',
    ask: grant(lead, { where: 'pay/../desk' }),
    says: '400 BAD_REQUEST "pay/../desk" names no place / write system, a project (pay), a repository (pay/api), all below a folder (pay/team/**) or all repositories (pay/**)',
  },
  {
    what: 'a pattern of tags that begins with a star',
    ask: grant(lead, { where: 'pay/api', tag: '*v' }),
    says: '400 BAD_REQUEST "*v" names no tags / write a tag (v1) or how tags begin (v*)',
  },
  {
    what: 'a role above what its giver has',
    ask: grant(half, { role: 'developer' }),
    says: '403 FORBIDDEN half cannot give anybody what developer is about, because they do not hold project:read / a user who administers the project or the system can',
  },
  {
    what: 'actions above what their giver has',
    ask: grant(half, { role: 'push', where: 'pay/api' }),
    says: '403 FORBIDDEN half cannot give anybody what push is about, because they do not hold accessory:list / a user who administers the project or the system can',
  },
  {
    what: 'a role of the system',
    ask: grant(lead, { role: 'auditor', where: 'system' }),
    says: '403 FORBIDDEN lead may not grant or revoke anything on the whole system: that needs system-admin / ask an administrator of the system',
  },
  {
    what: 'a grant in a project of others',
    ask: grant(lead, { where: 'desk' }),
    says: '403 FORBIDDEN forbidden',
  },
  {
    what: 'a role that contains itself',
    ask: post(admin, roles, { name: 'loop', level: 'project', permissions: ['repository:pull', 'loop'] }),
    says: '400 BAD_REQUEST there is no permission "loop" in projects / there are …',
  },
  {
    what: 'a role that comes to contain itself',
    ask: put(admin, `${roles}/inviter`, { permissions: ['inviter'] }),
    says: '400 BAD_REQUEST there is no permission "inviter" in projects / there are …',
  },
  {
    what: 'a role that contains another one',
    ask: put(admin, `${roles}/inviter`, { permissions: ['guest'] }),
    says: '400 BAD_REQUEST there is no permission "guest" in projects / there are …',
  },
  {
    what: 'a grant that has ended',
    ask: grant(lead, { expires_at: past }),
    says: '400 BAD_REQUEST the role would have ended already',
  },
  {
    what: 'a duty that has ended',
    ask: grant(admin, { role: 'auditor', where: 'system', expires_at: past }),
    says: '400 BAD_REQUEST the role would have ended already',
  },
  {
    what: 'a personal token that has ended',
    ask: post(bob, `/api/berth/v1/users/${bobId}/tokens`, { name: 'late', expires_at: past }),
    says: '400 BAD_REQUEST the token would have ended already / leave out when it ends, or name a time in the future',
  },
  {
    what: 'a robot account that has ended',
    ask: post(lead, '/api/v2.0/robots', {
      name: 'late',
      level: 'project',
      duration: 0,
      permissions: [
        { kind: 'project', namespace: 'pay', access: [{ resource: 'repository', action: 'pull' }] },
      ],
    }),
    says: '400 BAD_REQUEST bad request error duration input: 0',
  },
  {
    what: 'the last administrator, by the flag',
    ask: put(admin, `/api/v2.0/users/${adminId}/sysadmin`, { sysadmin_flag: false }),
    says: '412 PRECONDITION admin is the last system administrator who can sign in',
  },
  {
    what: 'the last administrator, deleted',
    ask: () => admin.delete(`/api/v2.0/users/${adminId}`),
    says: "403 FORBIDDEN User with ID 1 can't be deleted: it is the one that asks",
  },
  {
    what: 'the last administrator, by the grant',
    ask: async () => {
      const list = jsonOf<{ id: number; who: string }[]>(await admin.get(`${grants}?role=system-admin`));
      return admin.delete(`${grants}/${list.find(({ who }) => who === 'admin')?.id}`);
    },
    says: '412 PRECONDITION admin is the last system administrator who can sign in / make somebody else one first: berth access grant <user> system-admin',
  },
  {
    what: 'a move onto a name that is taken',
    ask: move('desk/app', 'pay/api'),
    says: '409 CONFLICT there is a repository pay/api already / choose another name',
  },
  {
    what: 'a move away from a protected tag',
    ask: move('pay/kept', 'desk/kept'),
    says: '403 FORBIDDEN the tag pay/kept:v1 is protected: only lead may create, move or delete tags * in pay/kept (rule 1) / use another tag, ask one of them, or have the rule changed: berth tag protections pay',
  },
  {
    what: 'a move onto a name whose tags are protected',
    ask: move('pay/api', 'pay/guarded'),
    says: '403 FORBIDDEN the tag pay/guarded:v1 is protected: only lead may create, move or delete tags * in pay/guarded (rule 2) / use another tag, ask one of them, or have the rule changed: berth tag protections pay',
  },
  {
    what: 'a move onto a name that is kept free',
    ask: move('desk/app', 'desk/before'),
    says: '409 CONFLICT the name desk/before was given up by a rename and is kept free until <time> / choose another name, or have an administrator of the system release this one',
  },
  {
    what: 'a move into a project that there is not',
    ask: move('desk/app', 'nowhere/app'),
    says: '404 NOT_FOUND project nowhere not found',
  },
  {
    what: 'a move into an earlier name of a project',
    ask: move('desk/app', 'before/app'),
    says: '404 NOT_FOUND project before not found',
  },
  {
    what: 'a rename onto a name that is kept free',
    ask: rename('desk', 'before'),
    says: '409 CONFLICT the name before was given up by a rename and is kept free until <time> / choose another name, or have an administrator of the system release this one',
  },
  {
    what: 'a project with a name that is kept free',
    ask: post(admin, '/api/v2.0/projects', { project_name: 'before' }),
    says: '409 CONFLICT the name before was given up by a rename and is kept free until <time>',
  },
  {
    what: 'a move onto no name',
    ask: move('pay/api', 'pay/API'),
    says: '400 BAD_REQUEST "pay/API" is not a repository name / use lower-case letters, digits and . _ - between them, parts divided by /, at most 230 characters',
  },
  {
    what: 'a rename onto a name that is taken',
    ask: rename('pay', 'desk'),
    says: '409 CONFLICT there is a project desk already / choose another name',
  },
  {
    what: 'a rename onto no name',
    ask: rename('pay', 'Pay'),
    says: '400 BAD_REQUEST "Pay" is not a project name / use lower-case letters and digits, between them . or _ or __ or any number of -, at most 200 characters',
  },
];

for (const { what, ask, says } of cases)
  test(`${what} is refused, and nothing is changed`, async () => {
    const before = await all();
    const { status, body } = await ask();
    const { errors } = JSON.parse(body.toString()) as {
      errors: { code: string; message: string; detail?: string }[];
    };
    const [error] = errors;
    const detail = error?.detail === undefined ? '' : ` / ${error.detail}`;
    const told = `${status} ${error?.code} ${error?.message}${detail}`
      .replace(/ \/ there are project:read, .*$/, ' / there are …')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/, '<time>');
    assert.equal(told, says);
    assert.equal(await all(), before);
  });

test('the last administrator is not switched off by the command line', async () => {
  const { code, stderr } = await berth(['user', 'disable', 'admin', '--data', server.data]);
  const sentence =
    'admin is the last system administrator who can sign in; make somebody else one first: berth access grant <user> system-admin';
  assert.equal(`${code} ${stderr}`, `7 berth: ${sentence}\n`);
});

test('forged and truncated tokens are refused alike on every face, and say nothing of what was right about them', async () => {
  const { token } = jsonOf<{ token: string }>(
    await sendJson(bob, 'POST', `/api/berth/v1/users/${bobId}/tokens`, { name: 'real' }),
    201,
  );
  const service = jsonOf<{ token: string }>(
    await bob.get('/service/token?service=harbor-registry&scope=repository:pay/api:pull'),
  ).token;
  const [header = '', payload = '', signature = ''] = service.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  const asAdmin = Buffer.from(JSON.stringify({ ...claims, sub: 'admin', uid: adminId })).toString(
    'base64url',
  );
  const other = token.at(-1) === 'a' ? 'b' : 'a';
  const forgeries: Readonly<Record<string, string>> = {
    'a letter too few': token.slice(0, -1),
    'half of it': token.slice(0, 24),
    'the prefix': 'brt_',
    'a letter too many': `${token}a`,
    'another last letter': token.slice(0, -1) + other,
    'another letter within': token.slice(0, 10) + (token[10] === 'a' ? 'b' : 'a') + token.slice(11),
    'large letters': token.toUpperCase(),
    'a token of the service, cut': service.slice(0, -8),
    'its claims alone': `${header}.${payload}.`,
    'claims of somebody else': `${header}.${asAdmin}.${signature}`,
  };
  const nobody = server.client(null);
  const told = async (path: string, headers: Record<string, string>): Promise<string> => {
    const { status, body } = await nobody.get(path, headers);
    const [error] = (JSON.parse(body.toString()) as { errors: { code: string; message: string }[] }).errors;
    return `${status} ${error?.code} ${error?.message}`;
  };
  for (const [what, forged] of Object.entries(forgeries)) {
    const bearer = { Authorization: `Bearer ${forged}` };
    const basic = { Authorization: `Basic ${Buffer.from(`bob:${forged}`).toString('base64')}` };
    assert.match(
      await told('/v2/pay/api/tags/list', bearer),
      /^401 UNAUTHORIZED the token (?:has expired or is not valid|is unknown or revoked, or it has ended)$/,
      what,
    );
    // Guessing is slowed behind some of them.
    const refused = /^(?:401 UNAUTHORIZED the user name or the password is wrong|429 TOOMANYREQUESTS .*)$/;
    assert.match(await told('/v2/pay/api/tags/list', basic), refused, what);
    assert.match(await told('/api/v2.0/users/current', bearer), /^401 UNAUTHORIZED /, what);
  }
  const real = { Authorization: `Bearer ${token}` };
  expectStatus(await nobody.get('/api/v2.0/users/current', real), 200);
});
