// `npm run audit`: a test of its own, since it needs the package registry, so that a registry that does not answer is
// counted and named as a test that was left out, and neither as passed nor as a vulnerability.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { readAudit } from './read-audit.ts';

const root = join(import.meta.dirname, '..', '..');
const limitMs = 120_000;

test('no package that Berth is shipped with has a known vulnerability', (t) => {
  const args = ['audit', '--omit', 'dev', '--json'];
  const { stdout, error } = spawnSync('npm', args, { cwd: root, encoding: 'utf8', timeout: limitMs });
  const answer =
    error === undefined
      ? readAudit(stdout)
      : ({ kind: 'unanswered', why: `npm audit: ${error.message}` } as const);
  if (answer.kind === 'unanswered') {
    t.skip(`NOT CHECKED, the package registry could not be asked for known vulnerabilities: ${answer.why}`);
    return;
  }
  t.diagnostic(`${answer.packages} packages`);
  assert.deepEqual(answer.found, []);
});
