// What Schemathesis makes of the description at /api/openapi.json, sent by three callers: no answer is a failure of
// the server, and every answer is one that the description names.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addUser, createProject, grantRole } from '../harness/accounts.ts';
import { clientTool } from '../harness/client-tool.ts';
import { runProgram } from '../harness/run-program.ts';
import { BerthServer, password } from '../harness/start-server.ts';

/** Of each caller. */
const seconds = Number(process.env['BERTH_SCHEMATHESIS_SECONDS'] ?? '20');

const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
];

/**
 * They end the caller's own account or turn the registry over to reading, and nothing else would be tried behind them; the
 * last one's answer does not end.
 */
const excluded = [
  'updateConfigurations',
  'renameAdmin',
  'deleteUser',
  'updateUserPassword',
  'setUserSysAdmin',
  'streamEvents',
];

const without = excluded.flatMap((operation) => ['--exclude-operation-id', operation]);

const callers = { administrator: `admin:${password}`, developer: `dev:${password}`, anonymous: undefined };

for (const [caller, account] of Object.entries(callers)) {
  test(`as ${caller}: no answer is a 5xx or another than the description has`, async (t) => {
    const python = await clientTool('schemathesis');
    await using server = await BerthServer.start();
    await addUser(server, { username: 'dev', password });
    await createProject(server, 'team');
    await grantRole(server, { username: 'dev', role: 'developer', place: 'team' });
    const limits = [
      '--max-time',
      String(seconds),
      '--request-timeout',
      '30',
      '--suppress-health-check',
      'all',
    ];
    const same = ['--seed', '1', '--generation-database', 'none', '--warnings', 'off', '--no-color'];
    const what = ['--checks', checks.join(','), '--phases', 'examples,coverage,fuzzing', ...without];
    const who = account === undefined ? [] : ['--auth', account];
    const address = `http://127.0.0.1:${server.port}/api/openapi.json`;
    const { code, text } = await runProgram(
      python,
      ['-m', 'schemathesis.cli', 'run', address, ...limits, ...same, ...what, ...who],
      { cwd: server.folder, limitMs: (seconds * 20 + 600) * 1000 },
    );
    assert.equal(code, 0, text.slice(-30_000));
    for (const line of text.split('\n').filter((each) => /^\s*(?:Tested:|[\d,]+ generated)/.test(each)))
      t.diagnostic(`${caller}: ${line.trim()}`);
  });
}
