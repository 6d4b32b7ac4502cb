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
  /** Begins to encrypt with it. */
  readonly use: (source: CertificateSource) => void;
}

/**
 * The certificate of a start. One that is given in files is asked for before the start makes anything; an own one is
 * made in the data folder, whose lock has to be held. Each is put to use as soon as it is there: who has connected
 * already waits for it, however long the start then takes.
 */
export class StartCertificate implements Disposable {
  readonly #input: TlsInput;
  readonly #deps: TlsDeps;
  #source: CertificateSource | undefined;

  private constructor(input: TlsInput, deps: TlsDeps) {
    this.#input = input;
    this.#deps = deps;
  }

  /** @throws StartProblem certificateUnreadable, configInvalid */
  static async open(input: TlsInput, deps: TlsDeps): Promise<StartCertificate> {
    const opened = new StartCertificate(input, deps);
    const { tls, externalUrl } = input;
    if (tls.mode === 'files') {
      const { certificate, key } = tls;
      const host = hostOf(externalUrl);
      opened.#use(await CertificateFiles.open({ certificate, key }, { ...deps, host }));
    }
    return opened;
  }

  /** Returns what takes back what was made. */
  async openOwn(): Promise<() => Promise<void>> {
    const { tls, data, externalUrl } = this.#input;
    if (tls.mode !== 'self') return () => Promise.resolve();
    // Whoever brings a certificate along does not pay for the making of them.
    const { OwnCertificate } = await import('./own-certificate.ts');
    const host = hostOf(externalUrl);
    const names = ownNames([...(host === undefined ? [] : [host]), ...tls.names]);
    const own = await OwnCertificate.open(data, names, this.#deps);
    this.#use(own);
    return () => own.takeBack();
  }

  get source(): CertificateSource | undefined {
    return this.#source;
  }

  [Symbol.dispose](): void {
    this.#source?.[Symbol.dispose]();
  }

  #use(source: CertificateSource): void {
    this.#source = source;
    this.#deps.use(source);
  }
}

/**
 * PEM of the authorities whose certificates clients have to show; undefined: they need none.
 * @throws StartProblem certificateUnreadable
 */
export async function readClientAuthorities(
  paths: readonly string[],
  files: FileOps,
): Promise<string | undefined> {
  const parts = await Promise.all(paths.map((path) => readAuthorities(path, files)));
  return parts.length === 0 ? undefined : parts.map((part) => `${part.trimEnd()}\n`).join('');
}

async function readAuthorities(path: string, files: FileOps): Promise<string> {
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
