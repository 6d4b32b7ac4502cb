// The metrics as Prometheus reads them, who may read them where, and what health tells of instances.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createServer, type Server } from 'node:net';
import { after, test } from 'node:test';
import { addUsers } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { imageOf } from '../harness/image.ts';
import { type Answer, expectStatus, RegistryClient } from '../harness/registry-client.ts';
import { jsonOf, makeProject } from '../harness/rest.ts';
import { BerthServer, NotStarted, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

const server = await BerthServer.start({
  args: ['--metrics-listen', '127.0.0.1:0'],
  env: { BERTH_METRICS_LISTEN: undefined },
});
after(() => server[Symbol.asyncDispose]());
await addUsers(server, ['ordinary']);
const own = ownListenerOf(server);
after(() => own.close());
const admin = server.client();
const anonymous = server.client(null);
const ordinary = server.client({ username: 'ordinary', password });
/** What a proxy on this machine says of somebody elsewhere. */
const passedOn = { 'X-Forwarded-For': '192.0.2.1' };
const health = '/api/v2.0/health';

function ownListenerOf({ ready }: BerthServer): RegistryClient {
  const { port } = new URL(ready.metrics ?? '');
  return new RegistryClient(() => ({ host: '127.0.0.1', port: Number(port) }));
}

interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Every line of the exposition: what is neither a comment nor a sample fails. */
function parsed(answer: Answer): Series[] {
  expectStatus(answer, 200);
  assert.equal(answer.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
  const lines = answer.body.toString().split('\n');
  return lines
    .filter((line) => line !== '' && !/^# (?:HELP|TYPE) /.test(line))
    .map((line) => {
      const match = /^(\w+)(?:\{((?:\w+="(?:[^"\\]|\\.)*",?)*)\})? (\S+)$/.exec(line);
      assert.ok(match !== null && !Number.isNaN(Number(match[3]?.replace('+Inf', 'Infinity'))), line);
      const labels = Array.from(
        (match[2] ?? '').matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g),
        ([, name, value]) => [name, value],
      );
      return {
        name: match[1] ?? '',
        labels: Object.fromEntries(labels) as Record<string, string>,
        value: Number(match[3]),
      };
    });
}

async function sumOf(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number> {
  const matching = parsed(await own.get('/metrics')).filter(
    (each) =>
      each.name === name && Object.entries(labels).every(([label, value]) => each.labels[label] === value),
  );
  return matching.reduce((sum, { value }) => sum + value, 0);
}

test('requests, bytes and transactions are counted, by the pattern of their address', async () => {
  const before = parsed(await own.get('/metrics'));
  const image = imageOf({ seed: 'metrics', layers: [300_000] });
  await admin.pushImage('counted-here', 'v1', image);
  await admin.pullImage('counted-here', 'v1', image);
  expectStatus(await admin.get('/v2/counted-here/manifests/none'), 404);
  const route = '/v2/<name>/manifests/<reference>';
  const counted = async (labels: Record<string, string>) => sumOf('berth_http_requests_total', labels);
  await waitUntil('the requests in the metrics', async () => {
    const codes = ['2xx', '4xx'].map((code) => counted({ face: 'oci', route, method: 'GET', code }));
    const [good, bad] = await Promise.all(codes);
    return good === 1 && bad === 1;
  });
  assert.equal(await counted({ route, method: 'PUT', code: '2xx' }), 1);
  assert.equal(await sumOf('berth_http_request_duration_seconds_count', { route, method: 'GET' }), 2);
  const sent = before.find(({ name }) => name === 'berth_http_sent_bytes_total')?.value ?? Number.NaN;
  assert.ok((await sumOf('berth_http_sent_bytes_total')) - sent >= 300_000);
  assert.ok((await sumOf('berth_http_received_bytes_total')) >= 300_000);
  assert.ok((await sumOf('berth_database_transactions_total', { result: 'done' })) > 0);
  assert.ok((await sumOf('berth_database_log_flushes_total')) > 0);
  assert.ok((await sumOf('berth_cache_entries')) > 0);
  assert.ok((await sumOf('berth_storage_free_bytes')) > 0);
  assert.equal(await sumOf('berth_component_up', { component: 'database' }), 1);
  assert.equal(await sumOf('berth_instances'), 1);
});

test('Harbor’s metrics alone name projects; no repository or account is in them, nor an address somebody made up', async () => {
  await anonymous.get('/v2/secret-project/made-up/manifests/made-up-tag');
  await anonymous.get('/made-up-address');
  await anonymous.call('PROPFIND', '/made-up-address');
  const lines = (await own.get('/metrics')).body.toString().split('\n');
  assert.doesNotMatch(lines.join('\n'), /made-up|secret-project|ordinary|"admin/);
  const named = lines.filter((line) => /counted-here|"library/.test(line));
  assert.deepEqual(
    named.filter((line) => !/^harbor_[a-z_]+\{[^}]*project_name="/.test(line)),
    [],
  );
});

const promtool = spawnSync('promtool', ['--version']).error === undefined;

test('promtool finds nothing to say of the names that are not Harbor’s', {
  skip: promtool ? false : 'promtool is not installed (Debian: prometheus)',
}, async () => {
  const { body } = await own.get('/metrics');
  const { stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: body, encoding: 'utf8' });
  // Harbor gives names that Prometheus would not: those are what its dashboards ask for.
  const said = (stdout + stderr).split('\n').filter((line) => line !== '' && !line.startsWith('harbor_'));
  assert.deepEqual(said, []);
});

test('the listener of the metrics serves nothing else', async () => {
  for (const path of ['/', '/v2/', health, '/livez', '/metrics/', '/metricsx'])
    assert.equal((await own.get(path)).status, 404, path);
  for (const method of ['POST', 'PUT', 'DELETE'])
    assert.equal((await own.call(method, '/metrics')).status, 404, method);
});

/** Of an address that is answered as if nothing were there, with what differs between two requests taken out. */
function plain(answer: Answer, path: string): object {
  const { date: _date, 'x-request-id': id = '', ...headers } = answer.headers;
  const body = answer.body.toString().replace(String(id), '').replaceAll(path, '<path>');
  return { status: answer.status, headers: { ...headers, 'content-length': '' }, body };
}

test('on the port of everything else they are for programs on this machine and for administrators', async () => {
  assert.ok(parsed(await anonymous.get('/metrics')).length > 100);
  assert.ok(parsed(await admin.get('/metrics', passedOn)).length > 100);
  const token = async (scope: string): Promise<string> =>
    jsonOf<{ token: string }>(await admin.get(`/service/token?service=harbor-registry&scope=${scope}`)).token;
  const bearer = async (scope: string) => ({ ...passedOn, Authorization: `Bearer ${await token(scope)}` });
  expectStatus(await anonymous.get('/metrics', await bearer('registry:catalog:*')), 200);
  // A token for an image is for that image.
  expectStatus(await anonymous.get('/metrics', await bearer('repository:library/app:pull')), 404);
});

test('a stranger is answered as at an address where nothing is', async () => {
  const wrong = server.client({ username: 'admin', password: 'Wrong-Horse-7' });
  for (const client of [anonymous, ordinary, wrong])
    for (const headers of [passedOn, { Host: 'registry.example' }]) {
      const [there, nowhere] = [await client.get('/metrics', headers), await client.get('/metricz', headers)];
      assert.equal(there.status, 404);
      assert.deepEqual(plain(there, '/metrics'), plain(nowhere, '/metricz'));
    }
});

interface Health {
  readonly status: string;
  readonly components: readonly unknown[];
  readonly instances?: readonly Readonly<Record<string, unknown>>[];
  readonly totals?: Readonly<Record<string, number>>;
}

test('health tells administrators how busy each instance is, and nobody else', async () => {
  for (const client of [anonymous, ordinary, server.client({ username: 'admin', password: 'Wrong-Horse-7' })])
    assert.deepEqual(Object.keys(jsonOf<Health>(await client.get(health))), ['status', 'components']);
  const { status, components, instances, totals } = jsonOf<Health>(await admin.get(health));
  assert.equal(status, 'healthy');
  assert.equal(components.length, 6);
  assert.equal(instances?.length, 1);
  assert.match(String(instances[0]?.['started_time']), /^\d{4}-.*Z$/);
  assert.equal(totals?.['instances'], 1);
  assert.ok((totals?.['resident_memory_bytes'] ?? 0) > 10_000_000);
  assert.equal(instances[0]?.['resident_memory_bytes'], totals?.['resident_memory_bytes']);
});

/** Something else that has an address. */
async function taken(): Promise<{ readonly other: Server; readonly address: string }> {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => {
    other.once('listening', resolve);
  });
  const at = other.address();
  assert.ok(typeof at === 'object' && at !== null);
  return { other, address: `127.0.0.1:${at.port}` };
}

test('two servers start on one machine with nothing set, and the second one says that it has no metrics', async () => {
  const nothingSet = { env: { BERTH_METRICS_LISTEN: undefined } };
  await using one = await BerthServer.start(nothingSet);
  await using two = await BerthServer.start(nothingSet);
  const without = [one, two].filter(({ ready }) => ready.metrics === null);
  // A third one elsewhere on the machine may have the port.
  assert.ok(without.includes(two));
  for (const each of without) {
    const line = await each.logged(({ module, level }) => module === 'metrics' && level === 'warn');
    assert.match(String(line['msg']), /metrics_listen/);
    assert.equal(line['address'], '127.0.0.1:9090');
  }
  for (const each of [one, two]) expectStatus(await each.client(null).get('/livez'), 200);
});

test('an address that was asked for and is taken refuses the start, and leaves nothing behind', async () => {
  const { other, address } = await taken();
  try {
    await assert.rejects(
      BerthServer.start({ args: ['--metrics-listen', address] }),
      (error) =>
        error instanceof NotStarted &&
        error.outcome.code === 7 &&
        error.outcome.stderr.includes(`${address} is taken by another program`) &&
        error.outcome.stderr.includes('--metrics-listen'),
    );
  } finally {
    other.close();
  }
});

test('off: there is no such listener, and what is no address is refused', async () => {
  await using off = await BerthServer.start({ args: ['--metrics-listen', 'off'] });
  assert.equal(off.ready.metrics, null);
  assert.equal(off.log.filter(({ level }) => level === 'warn').length, 0);
  await assert.rejects(
    BerthServer.start({ args: ['--metrics-listen', 'nine'] }),
    (error) =>
      error instanceof NotStarted && error.outcome.code === 2 && /metrics_listen/.test(error.message),
  );
});

test('what is of the whole registry is what is there, and its bytes are those of a verification', async () => {
  await using fresh = await BerthServer.start({
    args: ['--metrics-listen', '127.0.0.1:0'],
    env: { BERTH_METRICS_LISTEN: undefined },
  });
  const client = fresh.client();
  await makeProject(client, 'open', { public: 'true' });
  await makeProject(client, 'closed');
  const shared = imageOf({ seed: 'shared', layers: [70_000] });
  await client.pushImage('open/one', 'v1', shared);
  await client.pushImage('open/two', 'v1', shared);
  await client.pushImage('closed/app', 'v1', shared);
  await client.pushImage('closed/app', 'v2', imageOf({ seed: 'other', layers: [30_000] }));
  await client.pullImage('closed/app', 'v1', shared);
  const metrics = ownListenerOf(fresh);
  const verified = await berth(['verify', 'storage', '--json', '--data', fresh.data]);
  const { bytes } = JSON.parse(verified.stdout) as { bytes: number };
  assert.ok(bytes >= 100_000);
  const usage = new Map(
    jsonOf<{ ref: { name: string }; used: { storage: number } }[]>(
      await client.get('/api/v2.0/quotas?reference=project&page_size=100'),
    ).map(({ ref, used }) => [ref.name, used.storage]),
  );
  const expected: readonly (readonly [string, Record<string, string>, number])[] = [
    ['registry_storage_size_bytes', {}, bytes],
    ['harbor_project_count', {}, 3],
    ['harbor_project_total', { public: 'false' }, 1],
    ['harbor_statistics_total_project_amount', {}, 3],
    ['harbor_statistics_public_repo_amount', {}, 2],
    ['harbor_statistics_private_repo_amount', {}, 1],
    ['harbor_project_repo_total', { project_name: 'open', public: 'true' }, 2],
    ['harbor_project_artifact_total', { artifact_type: 'IMAGE', project_name: 'closed', public: 'false' }, 2],
    ['harbor_project_member_total', { project_name: 'closed' }, 1],
    ['harbor_project_quota_usage_byte', { project_name: 'closed' }, usage.get('closed') ?? 0],
    ['harbor_project_quota_byte', { project_name: 'closed' }, -1],
    [
      'harbor_statistics_total_storage_consumption',
      {},
      [...usage.values()].reduce((sum, each) => sum + each, 0),
    ],
    ['harbor_artifact_pulled', { project_name: 'closed' }, 1],
    ['harbor_pull_request_total', {}, 1],
    ['harbor_core_http_request_total', { method: 'PUT', operation: 'v2_manifest', code: '201' }, 4],
    ['harbor_core_http_request_total', { method: 'POST', operation: 'createProject', code: '201' }, 2],
    ['registry_http_requests_total', { handler: 'manifest', method: 'put', code: '201' }, 4],
    ['registry_http_response_size_bytes_count', { handler: 'manifest' }, 5],
    ['registry_storage_action_seconds_count', { driver: 'filesystem', action: 'Move' }, 4],
    ['harbor_health', {}, 1],
    ['harbor_up', { component: 'core' }, 1],
    [
      'harbor_task_scheduled_total',
      {},
      Number((await client.get('/api/v2.0/schedules')).headers['x-total-count']),
    ],
    ['harbor_task_queue_size', { type: 'PURGE_AUDIT_LOG' }, 0],
    ['harbor_jobservice_info', { workers: '10' }, 1],
  ];
  let lastWrong: unknown = [];
  await waitUntil(
    'all of it in the metrics',
    async () => {
      const all = parsed(await metrics.get('/metrics'));
      const valueOf = (name: string, labels: Record<string, string>): number | undefined =>
        all.find(
          (each) =>
            each.name === name &&
            Object.entries(labels).every(([label, value]) => each.labels[label] === value),
        )?.value;
      const wrong = expected.filter(([name, labels, value]) => valueOf(name, labels) !== value);
      lastWrong = wrong.map(([name, labels, value]) => ({
        name,
        labels,
        value,
        told: valueOf(name, labels),
      }));
      return wrong.length === 0;
    },
    90_000,
  ).catch((error: unknown) => {
    assert.deepEqual(lastWrong, [], String(error));
  });
  metrics.close();
});
