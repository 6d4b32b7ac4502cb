import { createPrivateKey, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { type Issued, issueAuthority, issueForServer, mayIssueFor } from '../crypto/issue-certificate.ts';
import { ensureFolder } from '../files/ensure-folder.ts';
import type { FileOps } from '../files/file-ops.ts';
import { readFileWhole, writeFileDurably } from '../files/write-file-durably.ts';
import type { Logger } from '../log/logger.ts';
import { authorityFile } from './authority-file.ts';
import type { CertificatePair, CertificateSource } from './certificate-source.ts';
import { coversHost, dayOf } from './check-pair.ts';
import type { Names } from './own-names.ts';

export interface OwnCertificateDeps {
  readonly files: FileOps;
  readonly clock: () => number;
  readonly log: Logger;
  /** Shorter in tests. */
  readonly lookEveryMs?: number;
}

const renewBeforeMs = 30 * 24 * 60 * 60 * 1000;
const defaultLookEveryMs = 60 * 60 * 1000;

/**
 * A certificate from an authority of this data folder's own. Both are made when they are missing; the certificate is
 * made anew in time before it ends, and when the names have changed. The authority stays, so that clients trust it
 * once, unless a name that was asked for is none that it may speak for.
 */
export class OwnCertificate implements CertificateSource {
  readonly #data: string;
  readonly #names: Names;
  readonly #deps: OwnCertificateDeps;
  readonly #timer: NodeJS.Timeout;
  readonly #listeners: ((pair: CertificatePair) => void)[] = [];
  /** Folders that did not exist before. */
  readonly #made: readonly string[];
  #pair: CertificatePair;
  #leaf: X509Certificate;
  #failed = false;
  #renewing = false;

  private constructor(
    data: string,
    names: Names,
    deps: OwnCertificateDeps,
    made: readonly string[],
    pair: CertificatePair,
  ) {
    this.#data = data;
    this.#made = made;
    this.#names = names;
    this.#deps = deps;
    this.#pair = pair;
    this.#leaf = new X509Certificate(pair.certificate);
    this.#timer = setInterval(() => void this.#renew(), deps.lookEveryMs ?? defaultLookEveryMs).unref();
  }

  /** With the data folder's lock held. */
  static async open(data: string, names: Names, deps: OwnCertificateDeps): Promise<OwnCertificate> {
    const made = await ensureFolder(deps.files, folderOf(data), 0o700);
    try {
      return new OwnCertificate(data, names, deps, made, await current(data, names, deps));
    } catch (error) {
      await removeMade(deps.files, made);
      throw error;
    }
  }

  /** What a start that fails has made goes again. */
  takeBack(): Promise<void> {
    return removeMade(this.#deps.files, this.#made);
  }

  get pair(): CertificatePair {
    return this.#pair;
  }

  /** Stands behind the server's own. */
  get authority(): string | undefined {
    return this.#pair.certificate
      .match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/g)
      ?.at(-1);
  }

  covers(host: string): boolean {
    return coversHost(this.#leaf, host);
  }

  problem(now: number): string | undefined {
    const ends = Date.parse(this.#leaf.validTo);
    return this.#failed && ends - now < renewBeforeMs
      ? `the certificate ends on ${dayOf(ends)} and could not be renewed`
      : undefined;
  }

  onChange(listener: (pair: CertificatePair) => void): void {
    this.#listeners.push(listener);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  /** A file system that is slow is not asked again meanwhile. */
  async #renew(): Promise<void> {
    if (this.#renewing) return;
    this.#renewing = true;
    try {
      const pair = await current(this.#data, this.#names, this.#deps);
      this.#failed = false;
      if (pair.certificate === this.#pair.certificate) return;
      this.#pair = pair;
      this.#leaf = new X509Certificate(pair.certificate);
      for (const listener of this.#listeners) listener(pair);
    } catch (error) {
      this.#failed = true;
      this.#deps.log.error({ error }, 'the certificate could not be renewed');
    } finally {
      this.#renewing = false;
    }
  }
}

function folderOf(data: string): string {
  return join(data, 'tls');
}

async function removeMade(files: FileOps, made: readonly string[]): Promise<void> {
  const [outermost] = made;
  if (outermost !== undefined) await files.removeAll(outermost);
}

/** What lies in the data folder, as far as it is good for these names; else it is made anew. */
async function current(
  data: string,
  { asked, found }: Names,
  { files, clock, log }: OwnCertificateDeps,
): Promise<CertificatePair> {
  const folder = folderOf(data);
  await ensureFolder(files, folder, 0o700);
  const now = clock();
  const kept = await readIssued(files, folder, 'ca');
  const fits =
    kept !== undefined && isFresh(kept, now) && asked.every((name) => mayIssueFor(kept.certificate, name));
  const all = [...new Set([...asked, ...found])];
  const authority = fits ? kept : issueAuthority(all, now);
  const names = all.filter((name) => mayIssueFor(authority.certificate, name));
  if (!fits) {
    await keep(files, folder, 'ca', authority);
    const facts = { file: authorityFile(data), names };
    if (kept === undefined)
      log.info(facts, 'an authority for certificates was made; clients have to trust it');
    else
      log.warn(
        facts,
        'a new authority for certificates was made; clients have to trust it instead of the old one',
      );
  }
  const server = await readIssued(files, folder, 'server');
  if (server !== undefined && isFresh(server, now) && isFor(server, authority, names))
    return withIssuer(server, authority);
  const made = issueForServer(authority, names, now);
  await keep(files, folder, 'server', made);
  log.info({ names, until: new X509Certificate(made.certificate).validTo }, 'a certificate was made');
  return withIssuer(made, authority);
}

function isFresh({ certificate }: Issued, now: number): boolean {
  return Date.parse(new X509Certificate(certificate).validTo) - now >= renewBeforeMs;
}

function isFor(server: Issued, authority: Issued, names: readonly string[]): boolean {
  const certificate = new X509Certificate(server.certificate);
  const issuer = new X509Certificate(authority.certificate);
  return (
    certificate.checkIssued(issuer) &&
    certificate.verify(issuer.publicKey) &&
    names.every((name) => coversHost(certificate, name))
  );
}

function withIssuer(server: Issued, authority: Issued): CertificatePair {
  return { certificate: server.certificate + authority.certificate, key: server.key };
}

/** Undefined: not there, or only a part of it, as a crash leaves it. */
async function readIssued(files: FileOps, folder: string, name: string): Promise<Issued | undefined> {
  const [certificate, key] = await Promise.all([
    readFileWhole(files, join(folder, `${name}.crt`)),
    readFileWhole(files, join(folder, `${name}.key`)),
  ]);
  if (certificate === undefined || key === undefined) return undefined;
  const issued = { certificate: certificate.toString('utf8'), key: key.toString('utf8') };
  return isPair(issued) ? issued : undefined;
}

function isPair({ certificate, key }: Issued): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
  } catch {
    // Damaged: as good as missing.
    return false;
  }
}

/** The key first: a certificate without its key is of no use, and is made again. */
async function keep(
  files: FileOps,
  folder: string,
  name: string,
  { certificate, key }: Issued,
): Promise<void> {
  await writeFileDurably(files, join(folder, `${name}.key`), Buffer.from(key), 0o600);
  await writeFileDurably(files, join(folder, `${name}.crt`), Buffer.from(certificate), 0o644);
}
