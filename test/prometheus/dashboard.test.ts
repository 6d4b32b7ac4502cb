// A real Prometheus, set up as `deploy/observability/` ships it, scrapes a server for a minute: every query of the dashboard
// has the value that is counted here, no alert fires, and promtool finds nothing to say.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { berth } from '../harness/berth-command.ts';
import { freePorts } from '../harness/free-ports.ts';
import { startVerification } from '../harness/held-verification.ts';
import { imageOf } from '../harness/image.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer } from '../harness/start-server.ts';
import { removeFolder, temporaryFolder } from '../harness/temporary-folder.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { whenTheTestEnds } from '../harness/when-the-test-ends.ts';

const shipped = new URL('../../deploy/observability/', import.meta.url).pathname;
const scrapeMs = 2000;
/** Of rates. */
const windowSeconds = 300;
const pulls = 40;
const layerBytes = 100_000;

const folder = temporaryFolder();
after(() => removeFolder(folder));
cpSync(shipped, folder, { recursive: true });
const [metricsPort = 0, prometheusPort = 0] = await freePorts(2);
const server = await BerthServer.start({ args: ['--metrics-listen', `127.0.0.1:${metricsPort}`] });
after(() => server[Symbol.asyncDispose]());
const admin = server.client();

const configured = readFileSync(join(folder, 'prometheus.yml'), 'utf8')
  .replace('harbor-core:8001', `127.0.0.1:${metricsPort}`)
  .replaceAll('15s', `${scrapeMs / 1000}s`);
writeFileSync(join(folder, 'prometheus.yml'), configured);
const prometheus = spawn(
  'prometheus',
  [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'tsdb')}`,
    `--web.listen-address=127.0.0.1:${prometheusPort}`,
  ],
  { stdio: 'ignore' },
);
whenTheTestEnds(() => prometheus.kill('SIGKILL'));
const ended = once(prometheus, 'close');
after(async () => {
  prometheus.kill();
  await ended;
});

interface Found {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

async function ask<T>(path: string): Promise<T> {
  const answer = await fetch(`http://127.0.0.1:${prometheusPort}/api/v1/${path}`);
  const body = (await answer.json()) as { status: string; data: T };
  assert.equal(body.status, 'success', path);
  return body.data;
}

/** By the labels' values, joined by spaces. */
async function valuesOf(query: string): Promise<Record<string, number>> {
  const { result } = await ask<{ result: Found[] }>(`query?query=${encodeURIComponent(query)}`);
  return Object.fromEntries(
    result.map(({ metric, value }) => [
      Object.entries(metric)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([, text]) => text)
        .join(' '),
      Number(value[1]),
    ]),
  );
}

const scraped = () =>
  waitUntil(
    'Prometheus has read the metrics',
    async () => {
      const values = await valuesOf('count_over_time(up{job="harbor"}[1h])').catch(() => ({}));
      return Object.values(values)[0];
    },
    60_000,
  );

type Expected = (values: Record<string, number>) => void;

const exactly =
  (expected: Record<string, number>): Expected =>
  (values) =>
    assert.deepEqual(values, expected);
const one = (value: number): Expected => exactly({ '': value });
const within =
  (low: number, high: number, key = ''): Expected =>
  (values) => {
    const value = values[key] ?? Number.NaN;
    assert.ok(value >= low && value <= high, `${JSON.stringify(values)} is not from ${low} to ${high}`);
  };
/** A rate reaches beyond the first and the last scrape by as much as lies between two at most. */
const rateOf = (low: number, high = low, key = ''): Expected =>
  within(low / windowSeconds, (high * 1.25) / windowSeconds, key);

test('every query of the dashboard has the value that is counted here', { timeout: 600_000 }, async (t) => {
  await makeProject(admin, 'open', { public: 'true' });
  const image = imageOf({ seed: 'prometheus', layers: [layerBytes] });
  await admin.pushImage('open/app', 'v1', image);
  await admin.pullImage('open/app', 'v1', image);
  const quotas = jsonOf<{ id: number; ref: { name: string } }[]>(
    await admin.get('/api/v2.0/quotas?reference=project&page_size=100'),
  );
  const quota = quotas.find(({ ref }) => ref.name === 'open')?.id;
  expectStatus(
    await sendJson(admin, 'PUT', `/api/v2.0/quotas/${quota}`, { hard: { storage: 1_000_000 } }),
    200,
  );
  const id = await startVerification(admin);
  await waitUntil('it has ended', async () => {
    const job = jsonOf<{ status: string }>(await admin.get(`/api/berth/v1/jobs/${id}`));
    return job.status === 'Success';
  });
  expectStatus(await admin.call('POST', '/v2/open/app/blobs/uploads/', {}), 202);
  expectStatus(await admin.get('/api/v2.0/projects'), 200);
  await scraped();
  // Each series is there, so all that comes now is seen to come.
  const before = Number(await scraped());
  let longest = 0;
  for (let each = 0; each < pulls; each += 1) {
    const began = performance.now();
    await admin.pullImage('open/app', 'v1', image);
    longest = Math.max(longest, (performance.now() - began) / 1000);
    expectStatus(await admin.get('/api/v2.0/projects'), 200);
    await delay(500);
  }
  await waitUntil('a minute of it', async () => Number(await scraped()) - before >= 30, 180_000);
  // What is of all is told anew each 20 s.
  await waitUntil(
    'the last pull',
    async () => (await valuesOf('sum(harbor_artifact_pulled)'))[''] === pulls + 1,
    90_000,
  );
  const verified = await berth(['verify', 'storage', '--json', '--data', server.data]);
  const { bytes } = JSON.parse(verified.stdout) as { bytes: number };
  const used = jsonOf<{ used: { storage: number } }>(await admin.get(`/api/v2.0/quotas/${quota}`)).used
    .storage;
  const queues = jsonOf<{ job_type: string }[]>(await admin.get('/api/v2.0/jobservice/queues'));
  const disk = statfsSync(server.storage);
  const free = disk.bavail * disk.bsize;
  const target = `127.0.0.1:${metricsPort}`;
  // A pull asks for the manifest, and for the config and the layer.
  const asked = pulls * 3;

  const expected: Readonly<Record<string, Expected>> = {
    Health: one(1),
    Instances: one(1),
    Projects: one(2),
    Repositories: one(1),
    'Content stored': one(bytes),
    'Storage free': within(free * 0.8, free * 1.2),
    'Damaged content': one(0),
    'Uploads open': one(1),
    Pulls: rateOf(pulls),
    Requests: (values) => {
      rateOf(asked, asked + 3, '2xx oci')(values);
      rateOf(pulls, pulls, '2xx api')(values);
    },
    'Share of requests that fail': one(0),
    'Time to the end of the answer, 95 of 100': (values) => {
      // A bucket is at most two and a half times as wide as what is below it, five times at the end.
      const value = values['/v2/<name>/manifests/<reference>'] ?? Number.NaN;
      assert.ok(value > 0 && value <= Math.max(0.001, longest * 5), `${value} of ${longest}`);
    },
    'Bytes sent': rateOf(pulls * layerBytes, pulls * (layerBytes + 5000) + 5_000_000),
    'Bytes received': rateOf(asked * 50, asked * 2000 + 1_000_000),
    Artifacts: exactly({ IMAGE: 1 }),
    'Largest projects': exactly({ library: 0, open: used }),
    'Share of quota used': exactly({ open: used / 1_000_000 }),
    'Pulls of projects so far': exactly({ library: 0, open: pulls + 1 }),
    'Jobs that wait': exactly(Object.fromEntries(queues.map(({ job_type: type }) => [type, 0]))),
    'Jobs that have ended': (values) => assert.equal(values['success STORAGE_VERIFICATION'], 1),
    Transactions: (values) => {
      assert.ok((values['done'] ?? 0) > 0);
      assert.equal(values['failed'], 0);
    },
    'Reads from memory': within(0.5, 1),
    Memory: within(20e6, 4e9, target),
    'Lag of the event loop': within(0, 60, target),
  };
  const dashboard = JSON.parse(readFileSync(join(shipped, 'berth-dashboard.json'), 'utf8')) as {
    panels: { title: string; targets: { expr: string }[] }[];
  };
  assert.deepEqual(dashboard.panels.map(({ title }) => title).toSorted(), Object.keys(expected).toSorted());
  for (const { title, targets } of dashboard.panels)
    for (const { expr } of targets) {
      const values = await valuesOf(expr);
      t.diagnostic(`${title}: ${JSON.stringify(values)}`);
      try {
        expected[title]?.(values);
      } catch (error) {
        throw new Error(`${title}: ${expr}`, { cause: error });
      }
    }
});

test('Prometheus has taken the rules, and none fires', async () => {
  const { groups } = await ask<{
    groups: { rules: { name: string; health: string; state: string; lastError?: string }[] }[];
  }>('rules');
  const rules = groups.flatMap(({ rules: those }) => those);
  assert.ok(rules.length >= 12);
  assert.deepEqual(
    rules.filter(({ health, state }) => health !== 'ok' || state === 'firing'),
    [],
  );
});

test('promtool checks the rules, tries them, and the settings', () => {
  for (const args of [
    ['check', 'config', 'prometheus.yml'],
    ['test', 'rules', 'berth.rules.test.yml'],
  ]) {
    const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: shipped, encoding: 'utf8' });
    assert.equal(status, 0, stdout + stderr);
  }
});
