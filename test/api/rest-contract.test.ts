// What Harbor's clients expect of the operations that there are: names and types of parameters, statuses, fields.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { contract, type Type } from '../contract/harbor-contract.ts';
import { isEndless, servedDocument } from '../contract/served-document.ts';
import type { Answer } from '../harness/registry-client.ts';
import { jsonOf, makeProject, projects, sendJson } from '../harness/rest.ts';
import { BerthServer } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
const document = await servedDocument(server);

/** Berth's own. */
const ownFields: Readonly<Record<string, readonly string[]>> = {
  Accessory: ['artifact_type'],
  ProjectMetadata: ['sparse_manifests'],
  Robot: ['last_used_time', 'last_used_address', 'last_used_client'],
  RobotPermission: ['repositories'],
  WebhookPolicy: ['filters'],
  WebhookTargetObject: ['signed', 'template'],
  // Told to administrators.
  OverallHealthStatus: ['instances', 'totals'],
};

/** What a value would break its description with. */
function problems(value: unknown, type: Type, where: string): string[] {
  if (type === null) return value === undefined ? [] : [`${where} should not be there`];
  if (typeof type !== 'string' && '*' in type) {
    const each = type['*'];
    return Object.entries(value ?? {}).flatMap(([name, item]) => problems(item, each, `${where}.${name}`));
  }
  if (typeof type !== 'string') {
    if (!Array.isArray(value)) return [`${where} is no list`];
    return value.flatMap((item: unknown, index) => problems(item, type[0], `${where}.${index}`));
  }
  if (type === 'date-time')
    return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(String(value)) ? [] : [`${where} is no time`];
  if (type === 'integer') return Number.isSafeInteger(value) ? [] : [`${where} is no integer`];
  if (type === 'string' || type === 'boolean') return typeof value === type ? [] : [`${where} is no ${type}`];
  if (typeof value !== 'object' || value === null) return [`${where} is no object`];
  if (type === 'any') return [];
  const fields = contract.definitions[type] ?? {};
  return Object.entries(value).flatMap(([name, each]) => {
    if (ownFields[type]?.includes(name)) return [];
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    return field === undefined ? [`${where}.${name} is unknown`] : problems(each, field, `${where}.${name}`);
  });
}

function expectAsDescribed(operationId: string, answer: Answer): void {
  const operation = contract.operations.find((each) => each.operationId === operationId);
  const status = String(answer.status);
  assert.ok(operation !== undefined && status in operation.answers, `${operationId} ${status}`);
  const text = answer.body.toString();
  if (operationId === 'getPing') return assert.equal(text, 'Pong');
  const type = answer.status >= 400 ? 'Errors' : (operation.answers[status] ?? null);
  const value: unknown = text === '' ? undefined : JSON.parse(text);
  if (operation.method === 'HEAD') return assert.equal(value, undefined);
  assert.deepEqual(problems(value, type, operationId), []);
}

test('answers are as Harbor describes them, refusals too', async () => {
  const anonymous = server.client(null);
  await makeProject(admin, 'described', { sparse_manifests: 'true' });
  const one = `${projects}/described`;
  for (const client of [admin, anonymous]) {
    expectAsDescribed('listProjects', await client.get(projects));
    expectAsDescribed('listProjects', await client.get(`${projects}?page_size=101`));
    expectAsDescribed('listProjects', await client.get(`${projects}?q=x`));
    expectAsDescribed('getProject', await client.get(one));
    expectAsDescribed('getProject', await client.get(`${projects}/library`));
    expectAsDescribed('getProject', await client.get(`${projects}/absent`));
    expectAsDescribed('updateProject', await sendJson(client, 'PUT', one, {}));
    expectAsDescribed('updateProject', await sendJson(client, 'PUT', `${projects}/absent`, {}));
    expectAsDescribed(
      'createProject',
      await sendJson(client, 'POST', projects, { project_name: 'described' }),
    );
    expectAsDescribed('createProject', await sendJson(client, 'POST', projects, { project_name: '-' }));
    expectAsDescribed('getPing', await client.get('/api/v2.0/ping'));
    expectAsDescribed('getHealth', await client.get('/api/v2.0/health'));
    expectAsDescribed('getSystemInfo', await client.get('/api/v2.0/systeminfo'));
    expectAsDescribed('getCurrentUserInfo', await client.get('/api/v2.0/users/current'));
  }
  expectAsDescribed('headProject', await admin.head(`${projects}?project_name=described`));
  expectAsDescribed('headProject', await admin.head(`${projects}?project_name=absent`));
  expectAsDescribed('deleteProject', await admin.delete(`${projects}/absent`));
  expectAsDescribed('deleteProject', await admin.delete(one));
});

test('answers about robots are as Harbor describes them, refusals too', async () => {
  const robots = '/api/v2.0/robots';
  const access = [{ resource: 'repository', action: 'pull', effect: 'allow' }];
  const body = (name: string) => ({
    name,
    level: 'system',
    duration: 3,
    description: 'd',
    permissions: [{ kind: 'project', namespace: '*', access }],
  });
  const made = await sendJson(admin, 'POST', robots, body('described'));
  expectAsDescribed('CreateRobot', made);
  const at = String(made.headers.location);
  const refresh = (target: string): Promise<Answer> =>
    admin.call('PATCH', target, { headers: { 'Content-Type': 'application/json' }, body: '{}' });
  expectAsDescribed('CreateRobot', await sendJson(admin, 'POST', robots, body('-')));
  expectAsDescribed('ListRobot', await admin.get(robots));
  expectAsDescribed('ListRobot', await admin.get(`${robots}?q=Level%3Dx`));
  expectAsDescribed('GetRobotByID', await admin.get(at));
  expectAsDescribed('GetRobotByID', await admin.get(`${robots}/99999`));
  const robot = jsonOf<object>(await admin.get(at));
  expectAsDescribed('UpdateRobot', await sendJson(admin, 'PUT', at, robot));
  expectAsDescribed('UpdateRobot', await sendJson(admin, 'PUT', at, { ...robot, name: 'x' }));
  expectAsDescribed('RefreshSec', await refresh(at));
  expectAsDescribed('RefreshSec', await refresh(`${robots}/99999`));
  expectAsDescribed('getPermissions', await admin.get('/api/v2.0/permissions'));
  expectAsDescribed('getPermissions', await server.client(null).get('/api/v2.0/permissions'));
  expectAsDescribed('DeleteRobot', await admin.delete(at));
  expectAsDescribed('DeleteRobot', await admin.delete(at));
});

test('the description is valid OpenAPI in its structure', () => {
  assert.match(document.openapi, /^3\.1\.\d+$/);
  const ids = new Set<string>();
  for (const [path, operations] of Object.entries(document.paths)) {
    assert.match(path, /^\/api\/[\w./{}-]+$/);
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    for (const [method, operation] of Object.entries(operations)) {
      assert.ok(['get', 'head', 'post', 'put', 'patch', 'delete'].includes(method));
      assert.ok(!ids.has(operation.operationId), operation.operationId);
      ids.add(operation.operationId);
      const inPath = operation.parameters.filter((parameter) => parameter.in === 'path');
      assert.deepEqual(
        inPath.map(({ name }) => name),
        named,
      );
      for (const parameter of inPath) assert.equal(parameter.required, true);
      const keys = operation.parameters.map(({ name, in: place }) => `${place} ${name}`);
      assert.equal(new Set(keys).size, keys.length);
      assert.ok(Object.keys(operation.responses).every((status) => /^[1-5]\d\d$/.test(status)));
      for (const response of Object.values(operation.responses)) assert.ok('description' in response);
    }
  }
  for (const [, reference] of JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)) {
    const parts = String(reference).split('/').slice(1);
    let at: unknown = document;
    for (const part of parts) at = (at as Record<string, unknown> | undefined)?.[part];
    assert.ok(at !== undefined, String(reference));
  }
});

test('the description lists what exists: each operation is found, other methods and addresses are not', async () => {
  for (const [path, operations] of Object.entries(document.paths)) {
    // It would be waited for until the server ends.
    if (Object.values(operations).some(isEndless)) continue;
    const target = path.replaceAll(/\{\w+\}/g, 'absent');
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const { status } = await admin.call(method, target);
      if (method.toLowerCase() in operations) assert.notEqual(status, 405, `${method} ${path}`);
      else assert.equal(status, 405, `${method} ${path}`);
    }
    assert.equal((await admin.get(`${target}/more/and/more`)).status, 404);
  }
});
