// Harbor's operations on the settings of the system. That each of them has its effect, or is refused, is at the end.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, projects, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const path = '/api/v2.0/configurations';
const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
await addUsers(server, ['alice']);
const admin = server.client();
const alice = server.client({ username: 'alice', password });
const anonymous = server.client(null);

type Items = Readonly<Record<string, { readonly value: unknown; readonly editable: boolean }>>;
const read = async (client: RegistryClient = admin): Promise<Items> => jsonOf<Items>(await client.get(path));
const put = (changes: object, client: RegistryClient = admin) => sendJson(client, 'PUT', path, changes);

async function change(changes: object): Promise<void> {
  const answer = await put(changes);
  expectStatus(answer, 200);
  assert.equal(answer.body.length, 0);
  assert.equal(answer.headers['content-type'], undefined);
}

/** By Harbor's own list of what it shows and takes: defaults, and another value for each. */
const keys: Readonly<Record<string, readonly [fallback: unknown, other: unknown]>> = {
  auth_mode: ['db_auth', 'ldap_auth'],
  primary_auth_mode: [false, true],
  ldap_base_dn: ['', 'dc=example'],
  ldap_filter: ['', '(x=y)'],
  ldap_group_base_dn: ['', 'dc=example'],
  ldap_group_admin_dn: ['', 'cn=admins'],
  ldap_group_attribute_name: ['', 'cn'],
  ldap_group_search_filter: ['', '(x=y)'],
  ldap_group_search_scope: [2, 1],
  ldap_scope: [2, 0],
  ldap_search_dn: ['', 'cn=searcher'],
  ldap_search_password: [undefined, 'Hidden-From-All-1'],
  ldap_timeout: [5, 6],
  ldap_uid: ['cn', 'uid'],
  ldap_url: ['', 'ldaps://directory.example'],
  ldap_verify_cert: [true, false],
  ldap_group_membership_attribute: ['memberof', 'member'],
  ldap_group_attach_parallel: [false, true],
  project_creation_restriction: ['everyone', 'adminonly'],
  read_only: [false, true],
  self_registration: [false, true],
  token_expiration: [30, 31],
  uaa_client_id: ['', 'id'],
  uaa_client_secret: [undefined, 'Hidden-From-All-1'],
  uaa_endpoint: ['', 'https://uaa.example'],
  uaa_verify_cert: [false, true],
  http_authproxy_endpoint: ['', 'https://proxy.example'],
  http_authproxy_tokenreview_endpoint: ['', 'https://proxy.example/review'],
  http_authproxy_admin_groups: ['', 'admins'],
  http_authproxy_admin_usernames: ['', 'root'],
  http_authproxy_verify_cert: [true, false],
  http_authproxy_skip_search: [false, true],
  http_authproxy_server_certificate: ['', 'PEM'],
  oidc_name: ['', 'login'],
  oidc_endpoint: ['', 'https://login.example'],
  oidc_client_id: ['', 'id'],
  oidc_client_secret: [undefined, 'Hidden-From-All-1'],
  oidc_groups_claim: ['', 'groups'],
  oidc_admin_group: ['', 'admins'],
  oidc_group_filter: ['', '^a'],
  oidc_scope: ['', 'openid'],
  oidc_user_claim: ['', 'name'],
  oidc_verify_cert: [true, false],
  oidc_auto_onboard: [false, true],
  oidc_extra_redirect_parms: ['{}', '{"a":"b"}'],
  oidc_logout: [false, true],
  robot_token_duration: [30, 31],
  robot_name_prefix: ['robot$', 'bot+'],
  notification_enable: [true, false],
  quota_per_project_enable: [true, false],
  storage_per_project: [-1, 1024],
  audit_log_forward_endpoint: ['', 'tcp://127.0.0.1:1'],
  skip_audit_log_database: [false, true],
  scanner_skip_update_pulltime: [false, true],
  disabled_audit_log_event_types: ['', 'pull_artifact'],
  storage_price_stored: ['0', '0.023'],
  storage_price_pushed: ['0', '1'],
  storage_price_pulled: ['0', '0.09'],
  storage_currency: ['', 'EUR'],
  project_public_default: [false, true],
  project_public_locked: [false, true],
  project_storage_locked: [false, true],
  project_members_locked: [false, true],
  project_immutable_locked: [false, true],
  project_retention_locked: [false, true],
  smtp_server: ['', 'tls://mail.example:465'],
  smtp_username: ['', 'berth'],
  smtp_from: ['', 'berth@example.com'],
  smtp_recipients: ['', 'example.com'],
  project_immutable_default: ['', 'v*,release-*'],
  project_members_default: ['', 'team=guest'],
  project_creator_groups: ['', 'team'],
  project_name_pattern: ['', 'team-*'],
  projects_per_user: [-1, 3],
  former_name_days: [30, 7],
  retention_review: [true, false],
  session_timeout: [60, 61],
  banner_message: ['', '{"message":"hello"}'],
  // Berth's own.
  separation_of_duties: [false, true],
  audit_min_days: [30, 31],
};

/** Shown by nobody and taken by nobody: Harbor has them in its environment only. */
const elsewhere = {
  pull_time_update_disable: true,
  pull_count_update_disable: true,
};

test('getConfigurations: each key has its value and whether it can be edited, and none that is a secret', async () => {
  const { scan_all_policy: policy, ...items } = await read();
  assert.deepEqual(policy, { type: 'none' });
  const shown = Object.entries(keys).filter(([, [fallback]]) => fallback !== undefined);
  assert.deepEqual(
    Object.fromEntries(Object.entries(items).map(([key, { value }]) => [key, value])),
    Object.fromEntries(shown.map(([key, [fallback]]) => [key, fallback])),
  );
  for (const [key, item] of Object.entries(items)) {
    assert.deepEqual(Object.keys(item), ['value', 'editable'], key);
    assert.equal(typeof item.editable, 'boolean');
  }
  assert.deepEqual([items['read_only']?.editable, items['auth_mode']?.editable], [true, false]);
});

test('getConfigurations, updateConfigurations: only for administrators of the system', async () => {
  expectRefusal(await anonymous.get(path), 401, 'UNAUTHORIZED');
  expectRefusal(await alice.get(path), 403, 'FORBIDDEN');
  expectRefusal(await put({ read_only: true }, anonymous), 401, 'UNAUTHORIZED');
  expectRefusal(await put({ read_only: true }, alice), 403, 'FORBIDDEN');
  assert.equal((await read())['read_only']?.value, false);
});

test('getInternalconfig: refused to everybody, administrators too', async () => {
  expectRefusal(await anonymous.get('/api/v2.0/internalconfig'), 401, 'UNAUTHORIZED');
  expectRefusal(await alice.get('/api/v2.0/internalconfig'), 403, 'FORBIDDEN');
  expectRefusal(await admin.get('/api/v2.0/internalconfig'), 403, 'FORBIDDEN');
});

test('updateConfigurations: a part of the keys leaves the others alone; what nobody knows is not looked at', async () => {
  await change({ robot_token_duration: 7, unknown_key: 1, read_only: null });
  const { robot_token_duration: changed, session_timeout: kept } = await read();
  assert.deepEqual([changed?.value, kept?.value], [7, 60]);
  await change({});
  await change({ robot_token_duration: 30 });
});

test('updateConfigurations: numbers in float notation are numbers', async () => {
  const body = '{"session_timeout": 4.5e1, "robot_token_duration": 10.0}';
  const headers = { 'Content-Type': 'application/json' };
  expectStatus(await admin.call('PUT', path, { headers, body }), 200);
  const items = await read();
  assert.deepEqual([items['session_timeout']?.value, items['robot_token_duration']?.value], [45, 10]);
  await change({ session_timeout: 60, robot_token_duration: 30 });
});

for (const [what, changes, status] of [
  ['token_expiration of 0', { token_expiration: 0 }, 400],
  ['token_expiration beyond the limit', { token_expiration: 10_000_000_000 }, 400],
  ['robot_token_duration of 0', { robot_token_duration: 0 }, 400],
  ['session_timeout of 0', { session_timeout: 0 }, 400],
  ['session_timeout below', { session_timeout: -5 }, 400],
  ['half a minute', { session_timeout: 0.5 }, 422],
  ['a number beyond 2^53', { session_timeout: 2 ** 60 }, 422],
  ['a number as text', { session_timeout: '5' }, 422],
  ['a flag as text', { read_only: 'true' }, 422],
  ['a text as number', { banner_message: 1 }, 422],
  ['an item as it is shown', { read_only: { value: true, editable: true } }, 422],
  ['storage_per_project of 0', { storage_per_project: 0 }, 400],
  ['storage_per_project of -2', { storage_per_project: -2 }, 400],
  ['storage_per_project beyond 2^50', { storage_per_project: 2 ** 50 + 1 }, 400],
  ['a blank robot_name_prefix', { robot_name_prefix: ' ' }, 400],
  ['an empty robot_name_prefix', { robot_name_prefix: '' }, 400],
  ['an unknown restriction', { project_creation_restriction: 'nobody' }, 400],
  ['an unknown mode', { auth_mode: 'x' }, 400],
  ['a blank ldap_url', { ldap_url: ' ' }, 400],
  ['audit_log_forward_endpoint without a port', { audit_log_forward_endpoint: 'log.example' }, 400],
  ['skip_audit_log_database without an endpoint', { skip_audit_log_database: true }, 400],
  ['NUL in a text', { banner_message: 'a\0b' }, 400],
] as const) {
  test(`updateConfigurations: ${what} is refused, and with it all that came along`, async () => {
    const answer = await put({ primary_auth_mode: true, ...changes });
    expectRefusal(answer, status, status === 400 ? 'BAD_REQUEST' : 'UNPROCESSABLE_ENTITY');
    assert.equal((await read())['primary_auth_mode']?.value, false);
  });
}

test('updateConfigurations: all that is shown can be sent back as it is', async () => {
  const before = await read();
  const flat = Object.entries(before).flatMap(([key, { value }]) =>
    value === undefined ? [] : [[key, value]],
  );
  await change(Object.fromEntries(flat));
  assert.deepEqual(await read(), before);
});

test('updateConfigurations: 403 where the start has fixed the settings, which then cannot be edited', async () => {
  const env = { CONFIG_OVERWRITE_JSON: '{"session_timeout": 5, "primary_auth_mode": true}' };
  await using pinned = await BerthServer.start({ env });
  const client = pinned.client();
  const items = await read(client);
  assert.deepEqual(items['session_timeout'], { value: 5, editable: false });
  assert.deepEqual(items['primary_auth_mode'], { value: true, editable: false });
  assert.deepEqual(items['read_only'], { value: false, editable: false });
  const message = expectRefusal(await put({ read_only: true }, client), 403, 'FORBIDDEN');
  assert.match(message, /config_overwrite_json/);
  assert.equal((await read(client))['read_only']?.value, false);
});

/** What a value other than the default does, read through another operation. */
const effects: Readonly<Record<string, () => Promise<void>>> = {
  primary_auth_mode: () => expectInfo('primary_auth_mode', true),
  self_registration: () => expectInfo('self_registration', true),
  read_only: () => expectInfo('read_only', true),
  banner_message: () => expectInfo('banner_message', '{"message":"hello"}'),
  project_creation_restriction: async () => {
    await expectInfo('project_creation_restriction', 'adminonly');
    expectRefusal(await sendJson(alice, 'POST', projects, { project_name: 'mine' }), 403, 'FORBIDDEN');
    expectStatus(await sendJson(admin, 'POST', projects, { project_name: 'theirs' }), 201);
  },
  token_expiration: async () => {
    const answer = await admin.get('/service/token?service=harbor-registry&scope=repository:library/a:pull');
    const { token, expires_in } = jsonOf<{ token: string; expires_in: number }>(answer);
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
      exp: number;
      iat: number;
    };
    assert.deepEqual([expires_in, claims.exp - claims.iat], [31 * 60, 31 * 60]);
  },
  storage_per_project: async () => {
    expectStatus(await sendJson(alice, 'POST', projects, { project_name: 'small' }), 201);
    const summary = jsonOf<{ quota: unknown }>(await alice.get(`${projects}/small/summary`));
    assert.deepEqual(summary.quota, { hard: { storage: 1024 }, used: { storage: 0 } });
  },
  separation_of_duties: async () => {
    await addUsers(server, ['dora']);
    const give = (role: string) => grantRole(server, { username: 'dora', role, place: 'system' });
    await give('operator');
    await assert.rejects(give('auditor'), /dora would be auditor and operator/);
    const dora = server.client({ username: 'dora', password });
    expectStatus(await dora.get(path), 200);
    expectRefusal(await put({ separation_of_duties: false }, dora), 403, 'FORBIDDEN');
    expectStatus(await put({ session_timeout: 60 }, dora), 200);
    dora.close();
  },
  audit_log_forward_endpoint: async () => {
    await server.logged(({ endpoint }) => endpoint === 'tcp://127.0.0.1:1');
  },
  // What it does: test/webhooks/refused.test.ts.
  notification_enable: () => expectInfo('notification_enable', false),
  quota_per_project_enable: async () => {
    const summary = jsonOf<object>(await admin.get(`${projects}/library/summary`));
    assert.ok(!('quota' in summary));
  },
};

async function expectInfo(field: string, value: unknown): Promise<void> {
  const info = jsonOf<Record<string, unknown>>(await admin.get('/api/v2.0/systeminfo'));
  assert.equal(info[field], value);
}

/** What is kept for what reads it: it is shown, and that is all there is to see here. */
const shownOnly = [
  'robot_token_duration',
  'robot_name_prefix',
  'scanner_skip_update_pulltime',
  'session_timeout',
  // What it does: rest-audit.test.ts.
  'disabled_audit_log_event_types',
  // What it does: purge-audit.test.ts.
  'audit_min_days',
  // What they do: project-defaults.test.ts, former-names.test.ts.
  'project_public_default',
  'project_public_locked',
  'project_storage_locked',
  'project_members_locked',
  'project_immutable_locked',
  'project_retention_locked',
  'project_immutable_default',
  'project_members_default',
  'project_creator_groups',
  'project_name_pattern',
  'projects_per_user',
  'former_name_days',
  // What they do: test/webhooks/mail.test.ts.
  'smtp_server',
  'smtp_username',
  'smtp_from',
  'smtp_recipients',
  // What they do: storage-cost.test.ts.
  'storage_price_stored',
  'storage_price_pushed',
  'storage_price_pulled',
  'storage_currency',
  'retention_review',
];

for (const [key, [fallback, other]] of Object.entries(keys)) {
  test(`updateConfigurations: another value of ${key} has its effect, or is refused`, async () => {
    const answer = await put({ [key]: other });
    const effect = effects[key];
    if (answer.status === 200) {
      assert.equal((await read())[key]?.value, other);
      assert.ok(effect !== undefined || shownOnly.includes(key), `nothing is seen of ${key}`);
      await effect?.();
      await change({ [key]: fallback });
      assert.equal((await read())[key]?.value, fallback);
    } else {
      const message = expectRefusal(answer, 400, 'BAD_REQUEST');
      assert.match(message, new RegExp(`^${key} (needs .+, not in this version$|stays false: )`));
      assert.equal((await read())[key]?.value, fallback);
    }
    assert.ok(!(await admin.get(path)).body.toString().includes('Hidden-From-All-1'));
  });
}

test('updateConfigurations: an empty policy of scans, which Terraform’s provider sends along, is no change', async () => {
  const policy = { scan_all_policy: { parameter: {} } };
  expectStatus(await put({ ...policy, session_timeout: 61 }), 200);
  const after = await read();
  assert.deepEqual([after['session_timeout']?.value, after['scan_all_policy']], [61, { type: 'none' }]);
  expectStatus(await put({ session_timeout: 60 }), 200);
});

test('updateConfigurations: what is set elsewhere in Harbor is refused by its name', async () => {
  const all = { ...elsewhere, scan_all_policy: { type: 'daily' } };
  for (const [key, value] of Object.entries(all)) {
    const message = expectRefusal(await put({ [key]: value }), 400, 'BAD_REQUEST');
    assert.match(message, new RegExp(`^${key} (needs .+, not in this version$|stays false: )`));
  }
});
