import assert from 'node:assert/strict';
import { join } from 'node:path';
import { requireProgram, runProgram } from './run-program.ts';

export interface OwnCertificate {
  /** Files. */
  readonly certificate: string;
  readonly key: string;
}

/** As docs/en/https.md makes one, for the name and for 127.0.0.1. */
export async function ownCertificate(folder: string, name: string): Promise<OwnCertificate> {
  requireProgram('openssl', 'openssl', 'version');
  const made = { certificate: join(folder, 'registry.crt'), key: join(folder, 'registry.key') };
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}`];
  const names = ['-addext', `subjectAltName=DNS:${name},IP:127.0.0.1`];
  const files = ['-keyout', made.key, '-out', made.certificate];
  const { code, text } = await runProgram('openssl', [...args, ...names, ...files], { cwd: folder });
  assert.equal(code, 0, text);
  return made;
}
