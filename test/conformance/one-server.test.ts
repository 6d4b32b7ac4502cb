// The distribution specification's own conformance program, signed in through the token service.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProject } from '../harness/accounts.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { assertConforms, runConformance, tell } from './run-conformance.ts';

const who = { username: 'admin', password };

test('the development version of the specification, manifests of missing content included', async (t) => {
  await using server = await BerthServer.start();
  await createProject(server, 'conformance', '--sparse-manifests');
  const env = { OCI_VERSION: 'dev', OCI_DATA_SPARSE: 'true' };
  const report = await runConformance({ port: server.port, who, env });
  tell(t, report);
  assert.equal(report.version, 'dev');
  assertConforms(report, { passes: 1000 });
  assert.ok(
    server.log.some(({ route }) => route === '/service/token'),
    'the program asked for no token',
  );
});

test('version 1.1 with what the program does by itself', async (t) => {
  await using server = await BerthServer.start();
  await createProject(server, 'conformance');
  const report = await runConformance({ port: server.port, who, env: { OCI_VERSION: '1.1' } });
  tell(t, report);
  assert.equal(report.version, '1.1');
  assertConforms(report, { passes: 850 });
});
