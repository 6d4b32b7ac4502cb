// The shipped haproxy.cfg in front of three instances.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertConforms, runConformance, tell } from '../conformance/run-conformance.ts';
import { createProject } from '../harness/accounts.ts';
import { password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { Balanced } from './balanced.ts';
import { clientsAddress, curl, type HttpVersion } from './curl.ts';
import { Haproxy } from './haproxy.ts';
import { name } from './nginx.ts';
import { morePulls, pullAllTheTime, pulledImage } from './pull-all-the-time.ts';

const balanced = await Balanced.start({ BERTH_DRAIN_DELAY: '5' });
after(() => balanced[Symbol.asyncDispose]());
const { servers } = balanced;
const haproxy = await Haproxy.start(servers.map(({ port }) => port));
after(() => haproxy[Symbol.asyncDispose]());
const origin = `https://${name}:${haproxy.port}`;

for (const version of ['1.1', '2'] satisfies HttpVersion[]) {
  test(`HTTP/${version}: names are those of outside, the address is the client's, and lies do not count`, async () => {
    const lies = [
      'X-Forwarded-For: 203.0.113.7',
      'X-Forwarded-Host: evil.example',
      'X-Forwarded-Proto: http',
      'Forwarded: for=203.0.113.7;host=evil.example;proto=http',
      `X-Request-Id: haproxy-${version}`,
    ].flatMap((field) => ['--header', field]);
    const answer = await curl(haproxy, version, '/v2/', ...lies);
    assert.equal(answer.version, version);
    assert.match(answer.headers.get('www-authenticate') ?? '', new RegExp(`realm="${origin}/service/token"`));
    const line = await waitUntil('the log line', () =>
      servers.flatMap(({ log }) => log).find(({ request }) => request === `haproxy-${version}`),
    );
    assert.equal(line['address'], clientsAddress);
  });
}

test('plain HTTP leads to HTTPS', async () => {
  const answer = await curl(haproxy, '1.1', `http://${name}:${haproxy.plainPort}/v2/?a=b`);
  assert.equal(answer.status, 308);
  assert.equal(new URL(answer.headers.get('location') ?? '').protocol, 'https:');
});

test('three instances behind HAProxy are one registry to the conformance program', async (t) => {
  await createProject(servers[0]!, 'conformance', '--sparse-manifests');
  const report = await runConformance({
    port: haproxy.port,
    ca: haproxy.ca,
    who: { username: 'admin', password },
    env: { OCI_VERSION: 'dev', OCI_DATA_SPARSE: 'true' },
  });
  tell(t, report);
  assertConforms(report, { passes: 1000 });
});

test('instances that are stopped one after the other fail no pull', { timeout: 300_000 }, async (t) => {
  await haproxy.client.pushImage('library/pulled', '1', pulledImage);
  const stop = new AbortController();
  const { seen, ended } = pullAllTheTime(haproxy.client, stop.signal);
  for (const server of servers) {
    await morePulls(seen, 50);
    server.signal('SIGTERM');
    assert.equal((await server.ended).code, 0);
    await morePulls(seen, 50);
    await server.restart();
  }
  stop.abort();
  await ended;
  t.diagnostic(`${seen.pulled} pulls, 0 failed`);
  assert.deepEqual([seen.broken, seen.refused], [0, []]);
});
