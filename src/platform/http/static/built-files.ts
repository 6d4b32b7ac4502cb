import { join } from 'node:path';
import { type FileOps, systemCode } from '../../files/file-ops.ts';
import { openRegularFile } from '../../files/open-regular-file.ts';

/** What the build wrote beside its files. */
export interface BuiltManifest {
  /** The script that a page begins with. */
  readonly entry: string;
  /** Scripts that it is going to ask for at once. */
  readonly preload: readonly string[];
  /** What else the pages of an address need, the first one that matches: a regular expression of paths, and scripts. */
  readonly pages: readonly { readonly pattern: string; readonly scripts: readonly string[] }[];
  readonly style: string;
  /** Names of all files, whose names change with their content. */
  readonly files: readonly string[];
}

export type Encoding = 'br' | 'gzip';

const suffixes: Readonly<Record<Encoding, string>> = { br: '.br', gzip: '.gz' };

/** A folder of files for browsers, as the build left it: read when it is first asked for, and kept in memory. */
export class BuiltFiles {
  readonly #files: FileOps;
  readonly #folder: string;
  readonly #contents = new Map<string, Promise<Buffer>>();
  #manifest: Promise<BuiltManifest | undefined> | undefined;

  constructor(files: FileOps, folder: string) {
    this.#files = files;
    this.#folder = folder;
  }

  /** Undefined: nothing was built. Asked again the next time, as where it could not be read. */
  async manifest(): Promise<BuiltManifest | undefined> {
    this.#manifest ??= this.#readManifest();
    let found: BuiltManifest | undefined;
    try {
      found = await this.#manifest;
    } finally {
      if (found === undefined) this.#manifest = undefined;
    }
    return found;
  }

  /** Undefined: the build made no file of that name. */
  async read(name: string, encoding: Encoding | undefined): Promise<Buffer | undefined> {
    const manifest = await this.manifest();
    if (manifest === undefined || !manifest.files.includes(name)) return undefined;
    const path = join('assets', `${name}${encoding === undefined ? '' : suffixes[encoding]}`);
    const content = this.#contents.get(path) ?? this.#readFile(path);
    this.#contents.set(path, content);
    content.catch(() => this.#contents.delete(path));
    return content;
  }

  async #readManifest(): Promise<BuiltManifest | undefined> {
    try {
      const text = (await this.#readFile('manifest.json')).toString();
      return JSON.parse(text) as BuiltManifest;
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  async #readFile(path: string): Promise<Buffer> {
    const { fd, sizeBytes } = await openRegularFile(this.#files, join(this.#folder, path));
    try {
      const content = Buffer.alloc(sizeBytes);
      await this.#files.read(fd, content, sizeBytes, 0);
      return content;
    } finally {
      await this.#files.close(fd);
    }
  }
}
