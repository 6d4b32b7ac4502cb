import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers } from '../harness/accounts.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const path = '/api/berth/v1/settings';
const server = await BerthServer.start({ args: ['--token-life', '600'] });
after(() => server[Symbol.asyncDispose]());
await addUsers(server, ['alice']);
const admin = server.client();

interface Setting {
  readonly name: string;
  readonly value: string;
  readonly default: string;
  readonly source: string;
  readonly editable: boolean;
  readonly why_not?: { readonly en: string; readonly zh: string };
  readonly title: { readonly en: string; readonly zh: string };
  readonly help: { readonly en: string; readonly zh: string };
  readonly choices?: readonly string[];
  readonly min?: number;
  readonly unit?: string;
  readonly unlimited?: number;
}

async function settings(): Promise<ReadonlyMap<string, Setting>> {
  const all = jsonOf<readonly Setting[]>(await admin.get(path));
  return new Map(all.map((each) => [each.name, each]));
}

test('each setting is told with its value, default and source, title and help in both languages, and no secret', async () => {
  const before = await settings();
  for (const { name, title, help } of before.values()) {
    for (const text of [title.en, title.zh, help.en, help.zh]) assert.ok(text !== '' && text !== name, name);
    assert.doesNotMatch(name, /password|secret/);
  }
  assert.equal(before.get('session_timeout')?.source, 'default');
  expectStatus(await sendJson(admin, 'PUT', '/api/v2.0/configurations', { session_timeout: 90 }), 200);
  const { value, default: fallback, source, editable, min } = (await settings()).get('session_timeout') ?? {};
  assert.deepEqual([value, fallback, source, editable, min], ['90', '60', 'set', true, 1]);
});

test('what this version cannot honour is not editable and says why; what the start says is the default', async () => {
  const all = await settings();
  const mode = all.get('auth_mode');
  assert.equal(mode?.editable, false);
  assert.match(mode?.why_not?.en ?? '', /not in this version/);
  assert.ok(mode?.choices?.includes('oidc_auth'));
  const minutes = all.get('token_expiration');
  assert.deepEqual([minutes?.default, minutes?.source], ['10', 'default']);
});

test('a number tells what it counts, and which one stands for no limit', async () => {
  const all = await settings();
  const told = (name: string) => {
    const { unit, unlimited, min } = all.get(name) ?? {};
    return [unit, unlimited, min];
  };
  assert.deepEqual(told('storage_per_project'), ['bytes', -1, 1]);
  assert.deepEqual(told('projects_per_user'), [undefined, -1, 1]);
  assert.deepEqual(told('session_timeout'), ['minutes', undefined, 1]);
  assert.deepEqual(told('robot_token_duration'), ['days', undefined, 1]);
  assert.deepEqual(told('ldap_timeout'), ['seconds', undefined, 0]);
});

test('only who may read the settings gets them', async () => {
  expectRefusal(await server.client({ username: 'alice', password }).get(path), 403, 'FORBIDDEN');
  expectRefusal(await server.client(null).get(path), 401, 'UNAUTHORIZED');
});
