// What nobody sends in good faith, at every operation that the server says it has: never a failure of the server, never
// what belongs to another tenant, never another object than the one that was named.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { imageOf } from '../harness/image.ts';
import type { Answer } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import {
  isEndless,
  operationsOf,
  type Served,
  type ServedSchema,
  servedDocument,
} from './served-document.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
const nobody = server.client(null);
await addUsers(server, ['tenant', 'other', 'victim']);
const tenant = server.client({ username: 'tenant', password });
const api = '/api/v2.0';

/** In everything that belongs to the other tenant. */
const secret = 'topsecret';
const own = await makeProject(admin, 'own');
const others = await makeProject(admin, `other-${secret}`);
await grantRole(server, { username: 'tenant', role: 'projectAdmin', place: 'own' });
await grantRole(server, { username: 'other', role: 'projectAdmin', place: `other-${secret}` });
const image = imageOf({ seed: 'bad-input' });
await admin.pushImage(`other-${secret}/app-${secret}`, 'v1', image);
const members = await admin.get(`${api}/projects/${others}/members?entityname=other`);
const foreignMember = jsonOf<{ id: number }[]>(members)[0]?.id ?? 0;
const victims = await admin.get(`${api}/users/search?username=victim`);
const victim = jsonOf<{ user_id: number }[]>(victims)[0]?.user_id ?? 0;
const served = operationsOf(await servedDocument(server));

/** What stands in a path unless a test says otherwise: an account that nothing hangs on, a project of the tenant's. */
const usual: Readonly<Record<string, string>> = {
  project_name_or_id: 'own',
  project_name: 'own',
  user_id: String(victim),
  repository_name: 'app',
  reference: 'v1',
};

const foreign: Readonly<Record<string, string>> = {
  project_name_or_id: String(others),
  project_name: `other-${secret}`,
  repository_name: `app-${secret}`,
  mid: String(foreignMember),
  user_id: '1',
};

function addressOf(path: string, values: Readonly<Record<string, string>> = {}): string {
  return path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => values[name] ?? usual[name] ?? '4711');
}

function parametersOf(operation: Served, place: string) {
  return operation.parameters.filter((each) => each.in === place);
}

/** Of what does not exist these answer as Harbor does: with nothing. */
const emptyIsRight = [
  'getProjectMetadata',
  'deleteProjectMetadata',
  'listArtifacts',
  'deleteUserGroup',
  'stopRunningJob',
];

function expectNothing(operationId: string, { status, body }: Answer, told: string): void {
  if (status === 200 && emptyIsRight.includes(operationId))
    assert.match(body.toString().trim(), /^(?:|\{\}|\[\])$/, told);
  else assert.ok(status >= 400 && status < 500, `${told}: ${status}`);
}

/** Numbers that are none, or that a number of JavaScript, of 32 or of 64 bits would turn into others. */
const numbers = [
  '2147483648',
  '4294967297',
  '9007199254740992',
  '9007199254740993',
  '9223372036854775807',
  '9223372036854775808',
  '18446744073709551617',
  '-1',
  '0',
  '1e0',
  '1.0',
  '0x1',
  '%201',
  '%EF%BC%91',
];
const texts = [
  '%00',
  '%ED%A0%80',
  '%FF',
  'own%00',
  'l\u0456brary',
  'own\u200b',
  'OWN',
  'x'.repeat(256),
  'x'.repeat(5000),
  '..%2f..%2fetc',
  '%27%20or%201=1--',
  '<script>alert(1)</script>',
].map((text) => encodeURI(text).replaceAll('%25', '%'));

function expectNoFailure({ status, body }: Answer, told: string): void {
  assert.ok(status < 500, `${told}: ${status} ${body.toString().slice(0, 300)}`);
  assert.ok(!body.toString().includes(secret), `${told}: shows what belongs to another tenant`);
}

for (const operation of served.filter((each) => parametersOf(each, 'path').length > 0)) {
  const { operationId, method, path } = operation;
  test(`${operationId}: a number beyond its limits or a text that is no name in the path is nothing that exists`, async () => {
    for (const { name } of parametersOf(operation, 'path')) {
      for (const value of [...numbers, ...texts]) {
        const target = addressOf(path, { [name]: value });
        const body = operation.requestBody === undefined ? {} : { body: '{}' };
        const headers = { 'Content-Type': 'application/json' };
        const answer = await admin.call(method, target, { headers, ...body });
        expectNoFailure(answer, `${method} ${target}`);
        expectNothing(operationId, answer, `${method} ${target}`);
      }
    }
  });
}

for (const operation of served.filter((each) => each.method === 'GET' && !isEndless(each))) {
  const { operationId, path } = operation;
  const queries = parametersOf(operation, 'query');
  test(`${operationId}: a query of wrong values is refused or finds nothing, and is no failure`, async () => {
    for (const { name, schema } of queries) {
      for (const value of [...numbers, ...texts]) {
        const target = `${addressOf(path)}?${name}=${value}`;
        const answer = await admin.get(target);
        assert.ok(answer.status < 500, `${target}: ${answer.status}`);
        // As in Go, 0 is false.
        if (schema.type === 'boolean' && value !== '0') assert.ok(answer.status >= 400, target);
      }
    }
  });
}

for (const operation of served.filter((each) =>
  parametersOf(each, 'query').some(({ name }) => name === 'q'),
)) {
  const { operationId, path } = operation;
  test(`${operationId}: q=password=~ and the like tell nothing of what is kept secret`, async () => {
    for (const column of ['password', 'password_hash', 'salt', 'secret', 'secret_hash']) {
      const ask = async (value: string): Promise<readonly unknown[]> => {
        const { status, headers, body } = await admin.get(`${addressOf(path)}?q=${column}%3D~${value}`);
        assert.ok(status < 500);
        // Two questions of the audit log are two rows of nobody's.
        return [status, headers['x-total-count'], status === 200 ? body.toString() : ''];
      };
      assert.deepEqual(await ask('a'), await ask('%24argon2'), column);
    }
    for (const q of ['name', '%3D', 'name%3D%5B', 'name%3D(', 'name%3D%7B', 'name%3D%00', ','.repeat(2000)])
      expectNoFailureOf(await admin.get(`${addressOf(path)}?q=${q}`));
  });
}

function expectNoFailureOf({ status }: Answer): void {
  assert.ok(status < 500, String(status));
}

const badTexts: readonly unknown[] = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  'a\0b',
  '\ud800',
  'x'.repeat(100_000),
  'аdmin',
  '4711',
  '',
  7,
  {},
  [],
];
const badNumbers: readonly string[] = [
  '2147483648',
  '9007199254740992',
  '9007199254740993',
  '9223372036854775808',
  '1e400',
  '-1',
  '1.5',
  '"1"',
  'true',
];
const badOthers: readonly string[] = [
  'null',
  '[null]',
  '{"a":null}',
  '"x"',
  '7',
  '[[]]',
  '[{}]',
  '{"a":{"b":[]}}',
];

function valuesFor({ type }: ServedSchema): readonly string[] {
  if (type === 'string') return [...badTexts.map((value) => JSON.stringify(value)), ...badOthers];
  if (type === 'integer') return [...badNumbers, ...badOthers];
  return badOthers;
}

for (const operation of served) {
  const schema = operation.requestBody?.content['application/json']?.schema;
  const { operationId, method, path } = operation;
  if (schema !== undefined) {
    test(`${operationId}: no value of any field of its body is a failure`, async () => {
      const bodies = Object.entries(schema.properties ?? { any: { type: 'string' } }).flatMap(
        ([name, field]) => valuesFor(field).map((value) => `{"${name}":${value}}`),
      );
      for (const body of [...bodies, '[]', '[null]', '{"__proto__":{"a":1}}', '{"id":1,"id":2}']) {
        const answer = await admin.call(method, addressOf(path), {
          headers: { 'Content-Type': 'application/json' },
          body,
        });
        assert.ok(answer.status < 500, `${body.slice(0, 200)}: ${answer.status}`);
        // "x" is a name; the other tests look for the project under its own.
        if (operationId === 'renameProject' && answer.status === 200)
          await sendJson(admin, 'POST', addressOf(path, { project_name_or_id: String(own) }), {
            name: 'own',
          });
      }
    });

    test(`${operationId}: a body of 10 MB is refused unread`, async () => {
      const body = `{"filling":"${'x'.repeat(10_000_000)}"}`;
      const headers = { 'Content-Type': 'application/json' };
      expectRefusal(
        await admin.call(method, addressOf(path), { headers, body }),
        413,
        'REQUEST_ENTITY_TOO_LARGE',
      );
    });
  }
}

for (const operation of served.filter((each) => /\{project_name/.test(each.path))) {
  const { operationId, method, path } = operation;
  const headers = { 'Content-Type': 'application/json' };
  const body = operation.requestBody === undefined ? {} : { body: '{}' };
  test(`${operationId}: what belongs to another tenant looks like what does not exist`, async () => {
    const existing = addressOf(path, foreign);
    const missing = addressOf(path, { ...foreign, project_name: 'no-such', project_name_or_id: '4711000' });
    for (const client of [tenant, nobody]) {
      const seen = await client.call(method, existing, { headers, ...body });
      expectNoFailure(seen, existing);
      assert.ok([401, 403, 404, 422].includes(seen.status), String(seen.status));
      const nothing = await client.call(method, missing, { headers, ...body });
      assert.equal(seen.status, nothing.status);
    }
  });

  if (/\{project_name\w*\}\/.*\{/.test(path)) {
    test(`${operationId}: what is another tenant's is not found below one's own project`, async () => {
      const target = addressOf(path, { ...foreign, project_name: 'own', project_name_or_id: String(own) });
      const valid = operationId === 'updateProjectMember' ? { body: '{"role_id":3}' } : body;
      const answer = await tenant.call(method, target, { headers, ...valid });
      expectNothing(operationId, answer, target);
      assert.ok([200, 400, 404, 422].includes(answer.status), `${target}: ${answer.status}`);
    });
  }
}

test('createUser: what a caller may not decide of itself is not taken from a body', async () => {
  const account = { username: 'mallory', email: 'm@example.com', realname: 'm', password, comment: '' };
  const more = { user_id: 1, sysadmin_flag: true, admin_role_in_auth: true, role_id: 1, deleted: true };
  await sendJson(admin, 'POST', `${api}/users`, { ...account, ...more });
  const made = await server.client({ username: 'mallory', password }).get(`${api}/users/current`);
  assert.notEqual(made.status, 500);
  if (made.status === 200) {
    const { user_id: id, sysadmin_flag: flag } = jsonOf<{ user_id: number; sysadmin_flag?: boolean }>(made);
    assert.notEqual(id, 1);
    assert.notEqual(flag, true);
  }
});

test('a project whose name is a number is not the one with that id', async () => {
  const id = await makeProject(admin, String(others));
  assert.notEqual(id, others);
  const byId = await admin.get(`${api}/projects/${others}`);
  assert.equal(jsonOf<{ name: string }>(byId).name, `other-${secret}`);
  const byName = await admin.call('GET', `${api}/projects/${others}`, {
    headers: { 'X-Is-Resource-Name': 'true' },
  });
  assert.equal(jsonOf<{ project_id: number }>(byName).project_id, id);
});

test('the foreign objects are untouched at the end', async () => {
  const after = await admin.get(`${api}/projects/${others}/members?entityname=other`);
  assert.equal(jsonOf<{ id: number }[]>(after)[0]?.id, foreignMember);
  assert.equal((await admin.get(`/v2/other-${secret}/app-${secret}/manifests/v1`)).status, 200);
});
