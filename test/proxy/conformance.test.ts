// The conformance program through the shipped nginx, over HTTPS, against three instances on one PostgreSQL.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertConforms, runConformance, tell } from '../conformance/run-conformance.ts';
import { createProject } from '../harness/accounts.ts';
import { password } from '../harness/start-server.ts';
import { Balanced } from './balanced.ts';

const balanced = await Balanced.start();
after(() => balanced[Symbol.asyncDispose]());
const { servers, nginx } = balanced;

test('three instances behind nginx are one registry to the conformance program', async (t) => {
  await createProject(servers[0]!, 'conformance', '--sparse-manifests');
  const report = await runConformance({
    port: nginx.port,
    ca: nginx.ca,
    who: { username: 'admin', password },
    env: { OCI_VERSION: 'dev', OCI_DATA_SPARSE: 'true' },
  });
  tell(t, report);
  const counts = servers.map(({ log }) => log.filter(({ msg }) => msg === 'request').length);
  t.diagnostic(`requests at each instance: ${counts.join(', ')}`);
  assertConforms(report, { passes: 1000 });
  for (const count of counts) assert.ok(count > 300, `an instance got few requests: ${counts.join(', ')}`);
  assert.deepEqual(nginx.buffered(), []);
  assert.equal(nginx.accesses.filter(({ status }) => status === 502 || status === 504).length, 0);
});
