// What the system tells of itself, and what is found in it: Harbor's systeminfo, statistics, search and summaries.

import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { statfsSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { imageOf } from '../harness/image.ts';
import { expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, projects, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
await addUsers(server, ['alice', 'bob', 'part', 'stranger']);
const admin = server.client();
const anonymous = server.client(null);
const client = (username: string): RegistryClient => server.client({ username, password });
const [alice, bob, part, stranger] = [client('alice'), client('bob'), client('part'), client('stranger')];

await makeProject(alice, 'hidden');
await makeProject(alice, 'open', { public: 'true' });
await makeProject(alice, 'empty-hidden');
const image = imageOf({ seed: 'system information' });
for (const repository of ['hidden/app/api', 'hidden/tools', 'open/app'])
  await alice.pushImage(repository, 'v1', image);
await grantRole(server, { username: 'bob', role: 'limitedGuest', place: 'hidden' });
await grantRole(server, { username: 'part', role: 'guest', place: 'hidden/app/**' });

type Counts = Readonly<Record<string, number>>;

test('getSystemInfo: what is set is told, to everybody or to who has signed in', async () => {
  const put = (changes: object) => sendJson(admin, 'PUT', '/api/v2.0/configurations', changes);
  const banner = '{"closable":true,"message":"<b>maintenance</b>","type":"warning"}';
  expectStatus(await put({ banner_message: banner, self_registration: true, primary_auth_mode: true }), 200);
  const little = jsonOf<Readonly<Record<string, unknown>>>(await anonymous.get('/api/v2.0/systeminfo'));
  assert.deepEqual(little, {
    auth_mode: 'db_auth',
    primary_auth_mode: true,
    self_registration: true,
    banner_message: banner,
    oidc_provider_name: '',
  });
  expectStatus(await put({ banner_message: '', self_registration: false, primary_auth_mode: false }), 200);
  expectStatus(await put({ project_creation_restriction: 'adminonly' }), 200);
  const more = jsonOf<Readonly<Record<string, unknown>>>(await bob.get('/api/v2.0/systeminfo'));
  assert.deepEqual(
    [more['project_creation_restriction'], more['banner_message'], more['has_ca_root']],
    ['adminonly', '', false],
  );
  expectStatus(await put({ project_creation_restriction: 'everyone' }), 200);
});

test('getSystemInfo: the address that the server was told is the one that clients are told', async () => {
  await using told = await BerthServer.start({ args: ['--external-url', 'https://registry.example:8443'] });
  const info = jsonOf<Readonly<Record<string, unknown>>>(await told.client().get('/api/v2.0/systeminfo'));
  assert.deepEqual(
    [info['registry_url'], info['external_url']],
    ['registry.example:8443', 'https://registry.example:8443'],
  );
  const little = jsonOf<object>(await told.client(null).get('/api/v2.0/systeminfo'));
  assert.ok(!('external_url' in little || 'registry_url' in little));
});

test('getVolumes: bytes of the disk that the storage is on, for administrators', async () => {
  const path = '/api/v2.0/systeminfo/volumes';
  const { storage } = jsonOf<{ storage: { total: number; free: number }[] }>(await admin.get(path));
  const facts = statfsSync(join(server.data, 'storage'));
  assert.equal(storage.length, 1);
  assert.equal(storage[0]?.total, facts.blocks * facts.bsize);
  assert.ok(Number.isSafeInteger(storage[0]?.free) && (storage[0]?.free ?? 0) > 0);
  assert.ok((storage[0]?.free ?? 0) <= (storage[0]?.total ?? 0));
  expectRefusal(await alice.get(path), 403, 'FORBIDDEN');
  expectRefusal(await anonymous.get(path), 401, 'UNAUTHORIZED');
});

interface State {
  readonly certificate: {
    readonly names: readonly string[];
    readonly issuer: string;
    readonly days_left: number;
    readonly valid_until: string;
  };
  readonly metrics_listener: { readonly state: string; readonly address: string };
}

test('getSystemState: marker and metrics for who operates the system; without encryption there is no certificate', async () => {
  const path = '/api/berth/v1/system/state';
  assert.deepEqual(jsonOf(await admin.get(path)), {
    storage_marker: 'matches',
    metrics_listener: { state: 'off' },
  });
  expectRefusal(await alice.get(path), 403, 'FORBIDDEN');
  expectRefusal(await anonymous.get(path), 401, 'UNAUTHORIZED');
});

test('getCert: 404 without an authority of its own', async () => {
  expectRefusal(await anonymous.get('/api/v2.0/systeminfo/getcert'), 404, 'NOT_FOUND');
});

test('getCert, getSystemState: the authority of the server, as a file, by which its certificate is trusted', async () => {
  await using own = await BerthServer.start({
    args: ['--tls', 'self', '--tls-names', 'registry.test'],
    env: { BERTH_METRICS_LISTEN: 'localhost:0' },
  });
  const ask = (options: object) =>
    new Promise<{ headers: Readonly<Record<string, unknown>>; text: string }>((settle, reject) => {
      const asked = request(
        { host: 'localhost', port: own.port, path: '/api/v2.0/systeminfo/getcert', ...options },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (piece: string) => {
            text += piece;
          });
          response.on('end', () => settle({ headers: response.headers, text }));
        },
      );
      asked.on('error', reject).end();
    });
  const { headers, text } = await ask({ rejectUnauthorized: false });
  assert.equal(headers['content-disposition'], 'attachment; filename=ca.crt');
  assert.equal(headers['content-type'], 'application/octet-stream');
  assert.equal(text.match(/BEGIN CERTIFICATE/g)?.length, 1);
  assert.equal(new X509Certificate(text).ca, true);
  assert.equal((await ask({ ca: text })).text, text);
  const told = await ask({ ca: text, path: '/api/berth/v1/system/state', auth: `admin:${password}` });
  const { certificate, metrics_listener: metrics } = JSON.parse(told.text) as State;
  assert.match(certificate.names.join(' '), /\bregistry\.test\b/);
  assert.ok(certificate.names.includes('localhost'));
  assert.ok(certificate.days_left > 1 && Date.parse(certificate.valid_until) > Date.now());
  assert.notEqual(certificate.issuer, '');
  assert.equal(metrics.state, 'listening');
  assert.match(metrics.address, /^localhost:[1-9]\d+$/);
  assert.ok(!told.text.includes('PRIVATE'));
});

test('getStatistic: counts of what the caller sees, and totals for administrators only', async () => {
  const of = async (who: RegistryClient): Promise<Counts> =>
    jsonOf<Counts>(await who.get('/api/v2.0/statistics'));
  const { total_storage_consumption: bytes, ...whole } = await of(admin);
  assert.deepEqual(whole, {
    private_project_count: 2,
    private_repo_count: 2,
    public_project_count: 2,
    public_repo_count: 1,
    total_project_count: 4,
    total_repo_count: 3,
  });
  assert.ok((bytes ?? 0) > 2048, String(bytes));
  const totals = { total_project_count: 0, total_repo_count: 0, total_storage_consumption: 0 };
  const all = { public_project_count: 2, public_repo_count: 1, ...totals };
  assert.deepEqual(await of(alice), { private_project_count: 2, private_repo_count: 2, ...all });
  assert.deepEqual(await of(bob), { private_project_count: 1, private_repo_count: 2, ...all });
  assert.deepEqual(await of(part), { private_project_count: 0, private_repo_count: 1, ...all });
  assert.deepEqual(await of(stranger), { private_project_count: 0, private_repo_count: 0, ...all });
  expectRefusal(await anonymous.get('/api/v2.0/statistics'), 401, 'UNAUTHORIZED');
});

interface Found {
  readonly project: readonly { readonly name: string; readonly metadata: unknown }[];
  readonly repository: readonly Readonly<Record<string, unknown>>[];
}

test('search: a plain part of the names of what the caller sees; both keys are always lists', async () => {
  const of = async (who: RegistryClient, q: string) => {
    const found = jsonOf<Found>(await who.get(`/api/v2.0/search?q=${encodeURIComponent(q)}`));
    return [found.project.map(({ name }) => name), found.repository.map((each) => each['repository_name'])];
  };
  assert.deepEqual(await of(admin, 'hidden'), [
    ['empty-hidden', 'hidden'],
    ['hidden/app/api', 'hidden/tools'],
  ]);
  assert.deepEqual(await of(admin, 'APP'), [[], ['hidden/app/api', 'open/app']]);
  assert.deepEqual(await of(bob, 'app'), [[], ['hidden/app/api', 'open/app']]);
  assert.deepEqual(await of(part, 'hidden'), [[], ['hidden/app/api']]);
  for (const who of [stranger, anonymous]) {
    assert.deepEqual(await of(who, 'hidden'), [[], []]);
    assert.deepEqual(await of(who, 'o'), [['open'], ['open/app']]);
  }
  for (const none of ['%', '_', '\\', 'name=~hidden', 'zzz', "'", 'x'.repeat(5000)])
    assert.deepEqual(await of(admin, none), [[], []], none.slice(0, 20));
});

test('search: what is found is printed as Harbor prints it; without a part there is nothing to look for', async () => {
  const { project, repository } = jsonOf<Found>(await anonymous.get('/api/v2.0/search?q=open'));
  assert.deepEqual(project[0]?.metadata, { public: 'true' });
  const { project_id: id, ...rest } = repository[0] ?? {};
  assert.ok(Number.isSafeInteger(id));
  assert.deepEqual(rest, {
    project_name: 'open',
    project_public: true,
    repository_name: 'open/app',
    artifact_count: 1,
  });
  expectRefusal(await admin.get('/api/v2.0/search'), 422, 'UNPROCESSABLE_ENTITY');
  expectRefusal(await admin.get('/api/v2.0/search?q='), 422, 'UNPROCESSABLE_ENTITY');
  expectRefusal(await admin.get('/api/v2.0/search?q=a%00b'), 400, 'BAD_REQUEST');
});

test('getProjectSummary: the quota for who may read it, counts of members for who may list them', async () => {
  const of = async (who: RegistryClient, name: string) =>
    jsonOf<Readonly<Record<string, unknown>>>(await who.get(`${projects}/${name}/summary`));
  const { quota, ...counts } = await of(alice, 'hidden');
  assert.deepEqual(counts, { repo_count: 2, project_admin_count: 1, limited_guest_count: 1 });
  const { hard, used } = quota as { hard: Counts; used: Counts };
  assert.deepEqual(hard, { storage: -1 });
  assert.ok((used['storage'] ?? 0) > 1024);
  // A limited guest reads the quota and does not list the members.
  assert.deepEqual(Object.keys(await of(bob, 'hidden')), ['repo_count', 'quota']);
  for (const who of [stranger, anonymous]) assert.deepEqual(await of(who, 'open'), { repo_count: 1 });
  assert.deepEqual(Object.keys(await of(admin, 'open')), ['repo_count', 'project_admin_count', 'quota']);
  expectRefusal(await stranger.get(`${projects}/hidden/summary`), 403, 'FORBIDDEN');
  expectRefusal(await anonymous.get(`${projects}/hidden/summary`), 401, 'UNAUTHORIZED');
  expectRefusal(await admin.get(`${projects}/absent/summary`), 404, 'NOT_FOUND');
});

test('getProjectDeletable: yes for an empty project; no, and why, for one that holds something', async () => {
  const of = async (name: string) => jsonOf<object>(await alice.get(`${projects}/${name}/_deletable`));
  assert.deepEqual(await of('empty-hidden'), { deletable: true });
  assert.deepEqual(await of('open'), { message: 'the repository open/app still holds artifacts' });
  expectRefusal(await alice.delete(`${projects}/open`), 412, 'PRECONDITION');
  expectRefusal(await bob.get(`${projects}/hidden/_deletable`), 403, 'FORBIDDEN');
  expectRefusal(await stranger.get(`${projects}/open/_deletable`), 403, 'FORBIDDEN');
  expectRefusal(await anonymous.get(`${projects}/open/_deletable`), 401, 'UNAUTHORIZED');
  expectStatus(await alice.delete(`${projects}/empty-hidden`), 200);
  expectRefusal(await admin.get(`${projects}/empty-hidden/_deletable`), 404, 'NOT_FOUND');
});
