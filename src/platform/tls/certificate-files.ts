import type { X509Certificate } from 'node:crypto';
import { StartProblem } from '../../lib/start-problem.ts';
import { type FileOps, systemCode } from '../files/file-ops.ts';
import { readFileWhole } from '../files/write-file-durably.ts';
import type { Logger } from '../log/logger.ts';
import type { CertificatePair, CertificateSource } from './certificate-source.ts';
import { checkPair, coversHost, dayOf, UnusablePair } from './check-pair.ts';

export interface CertificateFilePaths {
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateFilesDeps {
  readonly files: FileOps;
  readonly clock: () => number;
  readonly log: Logger;
  /** That clients use, where it is known. */
  readonly host: string | undefined;
  /** Shorter in tests. */
  readonly lookEveryMs?: number;
}

const defaultLookEveryMs = 5000;
const soonMs = 14 * 24 * 60 * 60 * 1000;

/**
 * A certificate and its key in two files, which others renew. They are looked at every few seconds: notices of changes
 * do not reach through the links that Kubernetes mounts secrets with. A pair that cannot be used is told of, and the one
 * before stays, so that a renewal of which only one half is there yet does no harm.
 */
export class CertificateFiles implements CertificateSource {
  readonly #paths: CertificateFilePaths;
  readonly #deps: CertificateFilesDeps;
  readonly #timer: NodeJS.Timeout;
  readonly #listeners: ((pair: CertificatePair) => void)[] = [];
  #pair: CertificatePair;
  #leaf: X509Certificate;
  /** The pair that lay there last and was no good. */
  #refused: { readonly pair: CertificatePair; readonly why: string } | undefined;
  #unreadable: string | undefined;
  #looking = false;

  private constructor(
    paths: CertificateFilePaths,
    deps: CertificateFilesDeps,
    found: { readonly pair: CertificatePair; readonly leaf: X509Certificate },
  ) {
    this.#paths = paths;
    this.#deps = deps;
    this.#pair = found.pair;
    this.#leaf = found.leaf;
    this.#timer = setInterval(() => void this.#lookOnce(), deps.lookEveryMs ?? defaultLookEveryMs).unref();
  }

  /** @throws StartProblem certificateUnreadable, configInvalid */
  static async open(paths: CertificateFilePaths, deps: CertificateFilesDeps): Promise<CertificateFiles> {
    const pair = await readPair(paths, deps.files);
    try {
      return new CertificateFiles(paths, deps, { pair, leaf: checkPair(pair, deps.clock(), deps.host) });
    } catch (error) {
      if (!(error instanceof UnusablePair)) throw error;
      throw unusable(paths, error);
    }
  }

  get pair(): CertificatePair {
    return this.#pair;
  }

  get authority(): undefined {
    return undefined;
  }

  covers(host: string): boolean {
    return coversHost(this.#leaf, host);
  }

  problem(now: number): string | undefined {
    if (this.#unreadable !== undefined) return this.#unreadable;
    if (this.#refused !== undefined)
      return `the certificate that was put in place is not used: ${this.#refused.why}`;
    const ends = Date.parse(this.#leaf.validTo);
    if (ends <= now) return `the certificate expired on ${dayOf(ends)}`;
    if (ends - now < soonMs) return `the certificate expires on ${dayOf(ends)}`;
    // Some connect all the same: those that check nothing, and curl.
    return this.#leaf.subjectAltName === undefined
      ? 'the certificate has no subjectAltName: Docker and most other clients refuse it for any host'
      : undefined;
  }

  onChange(listener: (pair: CertificatePair) => void): void {
    this.#listeners.push(listener);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  /** A file system that is slow is not asked again meanwhile. */
  async #lookOnce(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    await this.#look();
    this.#looking = false;
  }

  async #look(): Promise<void> {
    const { files, clock, log, host } = this.#deps;
    let pair: CertificatePair;
    try {
      pair = await readPair(this.#paths, files);
    } catch (error) {
      const first = this.#unreadable === undefined;
      this.#unreadable = 'the certificate or its key cannot be read any more';
      if (first) log.error({ error }, this.#unreadable);
      return;
    }
    this.#unreadable = undefined;
    if (isSame(pair, this.#pair)) {
      this.#refused = undefined;
      return;
    }
    if (this.#refused !== undefined && isSame(pair, this.#refused.pair)) return;
    try {
      this.#leaf = checkPair(pair, clock(), host);
    } catch (error) {
      this.#refused = { pair, why: error instanceof UnusablePair ? error.message : 'it is damaged' };
      log.error({ error }, 'a new certificate is not used; the one before stays');
      return;
    }
    this.#refused = undefined;
    this.#pair = pair;
    for (const listener of this.#listeners) listener(pair);
    log.info({ until: this.#leaf.validTo }, 'a new certificate is used for new connections');
  }
}

function unusable({ certificate, key }: CertificateFilePaths, cause: UnusablePair): StartProblem {
  const { en, zh } = cause.text;
  const texts = { en: `${certificate} with ${key}: ${en}`, zh: `${certificate} 与 ${key}：${zh}` };
  return new StartProblem('configInvalid', texts, { cause });
}

function isSame(one: CertificatePair, other: CertificatePair): boolean {
  return one.certificate === other.certificate && one.key === other.key;
}

async function readPair(paths: CertificateFilePaths, files: FileOps): Promise<CertificatePair> {
  const [certificate, key] = await Promise.all([
    readText(paths.certificate, files),
    readText(paths.key, files),
  ]);
  return { certificate, key };
}

async function readText(path: string, files: FileOps): Promise<string> {
  let bytes: Uint8Array | undefined;
  let cause: unknown;
  try {
    bytes = await readFileWhole(files, path);
  } catch (error) {
    cause = error;
  }
  if (bytes !== undefined) return Buffer.from(bytes).toString('utf8');
  const why = cause === undefined ? 'ENOENT' : (systemCode(cause) ?? 'unknown');
  throw new StartProblem('certificateUnreadable', { file: path, cause: why }, { cause });
}
