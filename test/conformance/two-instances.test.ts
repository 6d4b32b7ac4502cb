// The conformance program against two instances on one PostgreSQL, each request at the other one than the last.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createProject } from '../harness/accounts.ts';
import { HttpProxy } from '../harness/http-proxy.ts';
import { password } from '../harness/start-server.ts';
import { SharedDatabase } from '../postgres/two-servers.ts';
import { assertConforms, runConformance, tell } from './run-conformance.ts';

const database = await SharedDatabase.create();
after(() => database[Symbol.asyncDispose]());
const servers = [await database.start('one'), await database.start('two')];

test('two instances taking turns are one registry to the conformance program', async (t) => {
  await using proxy = await HttpProxy.start({ ports: servers.map(({ port }) => port) });
  await createProject(servers[0]!, 'conformance', '--sparse-manifests');
  const report = await runConformance({
    port: proxy.port,
    who: { username: 'admin', password },
    env: { OCI_VERSION: 'dev', OCI_DATA_SPARSE: 'true' },
  });
  tell(t, report);
  t.diagnostic(`requests at each instance: ${proxy.counts.join(' and ')}`);
  assertConforms(report, { passes: 1000 });
  const [left = 0, right = 0] = proxy.counts;
  assert.ok(
    Math.abs(left - right) <= 1 && left > 500,
    `requests did not alternate: ${proxy.counts.join(', ')}`,
  );
});
