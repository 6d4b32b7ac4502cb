// What is the same for every operation that the server says it has, whatever it does.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Answer, expectStatus } from '../harness/registry-client.ts';
import { expectRefusal } from '../harness/rest.ts';
import { BerthServer } from '../harness/start-server.ts';
import { contract, isPaged, type Type, undescribed } from './harbor-contract.ts';
import { isEndless, operationsOf, type Served, servedDocument } from './served-document.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
const anonymous = server.client(null);
const served = operationsOf(await servedDocument(server));
const harbors = new Map(contract.operations.map((each) => [each.operationId, each]));

/** Fields of bodies that Harbor does not have. */
const ownFields: Readonly<Record<string, readonly string[]>> = {
  CreateImmuRule: ['accept_same_digest'],
  UpdateImmuRule: ['accept_same_digest'],
  createRetention: ['untag', 'keep_pulled_days'],
  updateRetention: ['untag', 'keep_pulled_days'],
  CreateWebhookPolicyOfProject: ['filters'],
  UpdateWebhookPolicyOfProject: ['filters'],
  // Refused by name, where Harbor leaves them alone without a word.
  updateConfigurations: [
    'scan_all_policy',
    'pull_time_update_disable',
    'pull_count_update_disable',
    'pull_audit_log_disable',
    // Berth's own.
    'separation_of_duties',
    'audit_min_days',
    'project_public_default',
    'project_public_locked',
    'project_storage_locked',
    'project_members_locked',
    'project_immutable_locked',
    'project_retention_locked',
    'smtp_server',
    'smtp_username',
    'smtp_password',
    'smtp_from',
    'smtp_recipients',
    'project_immutable_default',
    'project_members_default',
    'project_creator_groups',
    'project_name_pattern',
    'projects_per_user',
    'former_name_days',
    'storage_price_stored',
    'storage_price_pushed',
    'storage_price_pulled',
    'storage_currency',
    'retention_review',
  ],
};

/** Queries that a list does not answer without. */
const neededQuery: Readonly<Record<string, string>> = {
  ListLabels: 'scope=g',
  searchUsers: 'username=admin',
  searchUserGroups: 'groupname=a',
  listQuotas: 'reference=project',
  ListWebhookJobs: 'policy_id=4711',
};

function addressOf({ path }: Served): string {
  return path.replaceAll(/\{project_name(?:_or_id)?\}/g, 'library').replaceAll(/\{\w+\}/g, '4711');
}

function successes(statuses: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(statuses).filter((status) => status < '300');
}

for (const ours of served) {
  const { operationId, method, path } = ours;
  if (!undescribed.includes(operationId)) {
    test(`${operationId} is where Harbor has it, with its parameters and its successes`, () => {
      const harbor = harbors.get(operationId);
      assert.ok(harbor !== undefined, 'neither in Harbor’s description nor in `undescribed`');
      assert.deepEqual([method, path.replace(/\/$/, '')], [harbor.method, harbor.path.replace(/\/$/, '')]);
      assert.deepEqual(successes(ours.responses).toSorted(), successes(harbor.answers).toSorted());
      for (const parameter of harbor.parameters) {
        if (parameter.in === 'body') expectBody(ours, parameter.type);
        else expectParameter(ours, parameter);
      }
    });
  }
}

function expectParameter(ours: Served, expected: (typeof contract.operations)[number]['parameters'][number]) {
  const { name, in: place, required, type, default: otherwise, maximum } = expected;
  const same = ours.parameters.find((each) => each.name === name);
  assert.ok(same !== undefined, name);
  assert.deepEqual(
    [same.in, same.required ?? false, same.schema.type, same.schema.default, same.schema.maximum],
    [place, required, Array.isArray(type) ? 'array' : type, otherwise, maximum],
    name,
  );
}

function expectBody(ours: Served, type: Type): void {
  const schema = ours.requestBody?.content['application/json']?.schema;
  assert.ok(schema !== undefined, 'no body');
  const fields = typeof type === 'string' ? contract.definitions[type] : undefined;
  // Of a map or a list there is nothing to compare.
  if (fields === undefined || '*' in fields || '[]' in fields) return;
  const own = ownFields[ours.operationId] ?? [];
  const names = Object.keys(schema.properties ?? {}).filter((name) => !own.includes(name));
  assert.deepEqual(names.toSorted(), Object.keys(fields).toSorted());
}

for (const list of served.filter((each) =>
  isPaged(harbors.get(each.operationId) ?? { parameters: [], answers: {} }),
)) {
  test(`${list.operationId} answers in pages and tells how many there are`, async () => {
    const headers = Object.keys(list.responses['200']?.headers ?? {});
    // The one that is ours: whether the count is all of them.
    assert.deepEqual(headers.filter((name) => name !== 'X-Total-Count-Relation').toSorted(), [
      'Link',
      'X-Total-Count',
    ]);
    const needed = neededQuery[list.operationId];
    const ask = (query: string): Promise<Answer> =>
      admin.get(`${addressOf(list)}?${needed === undefined ? '' : `${needed}&`}${query}`);
    expectRefusal(await ask('page_size=101'), 422, 'UNPROCESSABLE_ENTITY');
    expectRefusal(await ask('page=x'), 422, 'UNPROCESSABLE_ENTITY');
    const first = await ask('page=1&page_size=1');
    // Of something that does not exist there is no list.
    if (first.status === 404) return;
    expectStatus(first, 200);
    const total = String(first.headers['x-total-count']);
    assert.match(total, /^\d+$/);
    assert.equal(/rel="next"/.test(String(first.headers.link)), Number(total) > 1);
    for (const all of ['page_size=0', 'page_size=-1']) {
      const answer = await ask(all);
      expectStatus(answer, 200);
      assert.equal(answer.headers.link, undefined);
      assert.equal(answer.headers['x-total-count'], total);
    }
    const beyond = await ask('page=999999&page_size=100');
    expectStatus(beyond, 200);
    assert.deepEqual(JSON.parse(beyond.body.toString()), []);
    assert.equal(beyond.headers['x-total-count'], total);
  });
}

const json = { 'Content-Type': 'application/json' };

for (const taker of served.filter((each) => each.requestBody !== undefined)) {
  test(`${taker.operationId} takes JSON of at most 1 MiB and nothing else`, async () => {
    const target = addressOf(taker);
    const send = (body: string, headers: Readonly<Record<string, string>> = json): Promise<Answer> =>
      admin.call(taker.method, target, { headers, body });
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', 'x', ''])
      expectRefusal(await send('{}', { 'Content-Type': type }), 415, 'UNSUPPORTED_MEDIA_TYPE');
    const large = JSON.stringify({ filling: 'x'.repeat(1024 * 1024) });
    expectRefusal(await send(large), 413, 'REQUEST_ENTITY_TOO_LARGE');
    const wrong = ['{', '{"a":}', 'null', '"text"', ...(taker.requestBody?.required === true ? [' '] : [])];
    for (const body of wrong) {
      const message = expectRefusal(await send(body), 422, 'UNPROCESSABLE_ENTITY');
      assert.match(message, /^validation failure list:\n/);
    }
  });
}

for (const other of served.filter((each) => each.requestBody === undefined && !isEndless(each))) {
  test(`${other.operationId} does not look at a body`, async () => {
    const client = other.method === 'GET' || other.method === 'HEAD' ? admin : anonymous;
    const target = addressOf(other);
    const { status } = await client.call(other.method, target);
    for (const type of ['application/json', 'text/plain', 'x']) {
      const answer = await client.call(other.method, target, {
        headers: { 'Content-Type': type },
        body: '{"not JSON',
      });
      assert.equal(answer.status, status, type);
    }
  });
}

for (const each of served.filter((one) => !isEndless(one))) {
  test(`${each.operationId} echoes the id of a request, and says which types it answers in`, async () => {
    const client = each.method === 'GET' || each.method === 'HEAD' ? admin : anonymous;
    const headers = { 'X-Request-Id': 'a-b.c:1' };
    const answer = await client.call(each.method, `${addressOf(each)}/`, { headers });
    assert.equal(answer.headers['x-request-id'], 'a-b.c:1');
    assert.notEqual(answer.status, 405);
    assert.ok(answer.status < 500, String(answer.status));
    const refused = await client.call(each.method, addressOf(each), { headers: { Accept: 'image/png' } });
    assert.equal(refused.status, 406);
    if (each.method !== 'HEAD')
      assert.match(
        expectRefusal(refused, 406, 'NOT_ACCEPTABLE'),
        /^unsupported media type requested, only \[.+\] are available$/,
      );
  });
}
