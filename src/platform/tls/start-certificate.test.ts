import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { StartProblem } from '../../lib/start-problem.ts';
import { issueAuthority } from '../crypto/issue-certificate.ts';
import { fileOps } from '../files/file-ops.ts';
import { readClientAuthorities } from './start-certificate.ts';

test('a file of authorities with a damaged one in it is refused at the start, with a reason', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-authorities-'));
  try {
    const file = join(folder, 'ca.pem');
    const { certificate } = issueAuthority(['registry.example'], Date.UTC(2026, 10, 28));
    const more = join(folder, 'more.pem');
    const both = [file, more];
    writeFileSync(file, `# ours\n${certificate}${certificate}`);
    writeFileSync(more, certificate.trimEnd());
    const read = (await readClientAuthorities(both, fileOps)) ?? '';
    assert.match(read, /^# ours/);
    assert.equal(read.match(/^-----BEGIN CERTIFICATE-----$/gm)?.length, 3);
    writeFileSync(file, certificate + certificate.replace(/\n[^\n]+/, '\nAAAA'));
    await assert.rejects(readClientAuthorities(both, fileOps), (error) => {
      assert.ok(error instanceof StartProblem);
      assert.deepEqual(
        [error.code, error.values['cause']],
        ['certificateUnreadable', 'a certificate in it is damaged'],
      );
      return true;
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
