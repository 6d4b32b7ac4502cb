import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { StartProblem } from '../../lib/start-problem.ts';
import { type Issued, issueAuthority, issueForServer } from '../crypto/issue-certificate.ts';
import { fileOps } from '../files/file-ops.ts';
import { createLog } from '../log/logger.ts';
import { CertificateFiles } from './certificate-files.ts';

const now = Date.UTC(2026, 10, 28);
const dayMs = 86_400_000;
const authority = issueAuthority(['registry.example'], now);
const root = mkdtempSync(join(tmpdir(), 'berth-certificates-'));
after(() => rmSync(root, { recursive: true }));

class Folder {
  readonly path = mkdtempSync(join(root, 'files-'));
  readonly paths = { certificate: join(this.path, 'tls.crt'), key: join(this.path, 'tls.key') };

  put({ certificate, key }: Partial<Issued>): void {
    if (key !== undefined) this.#replace(this.paths.key, key);
    if (certificate !== undefined) this.#replace(this.paths.certificate, certificate);
  }

  #replace(path: string, text: string): void {
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  }

  open(): Promise<CertificateFiles> {
    const log = createLog('error', join(this.path, 'log')).of('tls');
    return CertificateFiles.open(this.paths, {
      files: fileOps,
      clock: () => now,
      log,
      host: undefined,
      lookEveryMs: 10,
    });
  }
}

async function until(what: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1000 && !what(); tries++) await delay(10);
  assert.ok(what());
}

test('a renewed pair is told of; half of one, a wrong one, or none leaves the one before in use', async () => {
  const folder = new Folder();
  const [first, second] = [1, 2].map(() => issueForServer(authority, ['registry.example'], now)) as [
    Issued,
    Issued,
  ];
  folder.put(first);
  using files = await folder.open();
  const told: string[] = [];
  files.onChange(({ certificate }) => told.push(certificate));
  assert.equal(files.problem(now), undefined);
  folder.put({ key: second.key });
  await until(() => /is not used: the key does not belong/.test(files.problem(now) ?? ''));
  assert.equal(files.pair.certificate, first.certificate);
  folder.put({ certificate: second.certificate });
  await until(() => told.length === 1);
  assert.deepEqual([told[0], files.pair.key], [second.certificate, second.key]);
  assert.equal(files.problem(now), undefined);
  rmSync(folder.paths.key);
  await until(() => /cannot be read any more/.test(files.problem(now) ?? ''));
  assert.equal(files.pair.key, second.key);
  folder.put({ key: second.key });
  await until(() => files.problem(now) === undefined);
  assert.equal(told.length, 1);
});

test('the end of a certificate is told two weeks before', async () => {
  const folder = new Folder();
  folder.put(issueForServer(authority, ['registry.example'], now));
  using files = await folder.open();
  assert.equal(files.problem(now + 383 * dayMs), undefined);
  assert.equal(files.problem(now + 385 * dayMs), 'the certificate expires on 2027-12-31');
  assert.equal(files.problem(now + 400 * dayMs), 'the certificate expired on 2027-12-31');
  assert.ok(files.covers('registry.example') && !files.covers('other.example'));
});

test('a start with a file that is not there, or a pair that is none, is refused', async () => {
  const refused = async (folder: Folder): Promise<StartProblem> => {
    try {
      (await folder.open())[Symbol.dispose]();
    } catch (error) {
      assert.ok(error instanceof StartProblem);
      return error;
    }
    assert.fail('it was taken');
  };
  const folder = new Folder();
  folder.put({ certificate: authority.certificate });
  const missing = await refused(folder);
  assert.deepEqual([missing.code, missing.values['file']], ['certificateUnreadable', folder.paths.key]);
  folder.put({ key: 'none' });
  assert.equal((await refused(folder)).code, 'configInvalid');
});
