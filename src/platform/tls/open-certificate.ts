import { X509Certificate } from 'node:crypto';
import { StartProblem } from '../../lib/start-problem.ts';
import type { TlsConfig } from '../config/tls-config.ts';
import { type FileOps, systemCode } from '../files/file-ops.ts';
import { readFileWhole } from '../files/write-file-durably.ts';
import type { Logger } from '../log/logger.ts';
import { CertificateFiles } from './certificate-files.ts';
import type { CertificateSource } from './certificate-source.ts';
import { ownNames } from './own-names.ts';

export interface TlsInput {
  readonly tls: TlsConfig;
  readonly data: string;
  /** Where clients reach the server, as far as it is told. */
  readonly externalUrl: string | undefined;
}

export interface TlsDeps {
  readonly files: FileOps;
  readonly clock: () => number;
  readonly log: Logger;
}

/**
 * What is given in files, which is asked before a start makes anything.
 * @throws StartProblem certificateUnreadable, configInvalid
 */
export async function openGivenCertificate(
  { tls, externalUrl }: TlsInput,
  deps: TlsDeps,
): Promise<CertificateSource | undefined> {
  if (tls.mode !== 'files') return undefined;
  const { certificate, key } = tls;
  return CertificateFiles.open({ certificate, key }, { ...deps, host: hostOf(externalUrl) });
}

/** What is made in the data folder, whose lock is held. */
export async function openOwnCertificate(
  { tls, data, externalUrl }: TlsInput,
  deps: TlsDeps,
): Promise<CertificateSource | undefined> {
  if (tls.mode !== 'self') return undefined;
  // Whoever brings a certificate along does not pay for the making of them.
  const { OwnCertificate } = await import('./own-certificate.ts');
  const host = hostOf(externalUrl);
  return OwnCertificate.open(data, ownNames([...(host === undefined ? [] : [host]), ...tls.names]), deps);
}

/**
 * PEM of the authorities whose certificates clients have to show; undefined: they need none.
 * @throws StartProblem certificateUnreadable
 */
export async function readClientAuthorities(tls: TlsConfig, files: FileOps): Promise<string | undefined> {
  const path = 'clientAuthorities' in tls ? tls.clientAuthorities : undefined;
  if (path === undefined) return undefined;
  let cause: unknown;
  let damaged = false;
  try {
    const pem = (await readFileWhole(files, path))?.toString('utf8');
    if (pem?.includes('-----BEGIN CERTIFICATE-----') === true) {
      // OpenSSL leaves a damaged one out without a word, and all behind it.
      damaged = true;
      for (const part of pem.split(/(?=-----BEGIN CERTIFICATE-----)/))
        if (part.startsWith('-----BEGIN CERTIFICATE-----')) void new X509Certificate(part);
      return pem;
    }
  } catch (error) {
    cause = error;
  }
  const why = damaged ? 'a certificate in it is damaged' : (systemCode(cause) ?? 'no PEM certificate');
  throw new StartProblem('certificateUnreadable', { file: path, cause: why }, { cause });
}

function hostOf(url: string | undefined): string | undefined {
  return url === undefined ? undefined : new URL(url).hostname.replace(/^\[|\]$/g, '');
}
