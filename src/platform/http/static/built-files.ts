import { join } from 'node:path';
import { type FileOps, systemCode } from '../../files/file-ops.ts';
import { openRegularFile } from '../../files/open-regular-file.ts';

/** What the build wrote beside its files. */
export interface BuiltManifest {
  /** The script that a page begins with. */
  readonly entry: string;
  /** A script that stands in the page itself. */
  readonly first: string;
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

interface Build {
  /** Which one it is. */
  readonly stamp: string;
  readonly manifest: BuiltManifest;
  /** By their names in the folder. */
  readonly contents: ReadonlyMap<string, Buffer>;
}

/**
 * A folder of files for browsers, as the build left it: read as a whole when it is first asked for, and again when another one
 * has been put in its place. What a page asks for later on is of the same build, since the one before is kept, too.
 */
export class BuiltFiles {
  readonly #files: FileOps;
  readonly #folder: string;
  #current: Build | undefined;
  #before: Build | undefined;
  #looking: Promise<void> | undefined;

  constructor(files: FileOps, folder: string) {
    this.#files = files;
    this.#folder = folder;
  }

  /** Undefined: nothing was built. Asked again the next time, as where it could not be read. */
  async manifest(): Promise<BuiltManifest | undefined> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    await this.#looking;
    return this.#current?.manifest;
  }

  /** Undefined: the build made no file of that name. */
  async read(name: string, encoding: Encoding | undefined): Promise<Buffer | undefined> {
    const known = this.#find(name, encoding);
    if (known !== undefined) return known;
    await this.manifest();
    return this.#find(name, encoding);
  }

  #find(name: string, encoding: Encoding | undefined): Buffer | undefined {
    const build = [this.#current, this.#before].find((each) => each?.manifest.files.includes(name));
    return build?.contents.get(`${name}${encoding === undefined ? '' : suffixes[encoding]}`);
  }

  async #look(): Promise<void> {
    const stamp = await this.#stamp();
    // Where there is none by now, one is just being put in its place.
    if (stamp === undefined || stamp === this.#current?.stamp) return;
    let build: Build | undefined;
    try {
      build = await this.#read(stamp);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT' || (await this.#stamp()) === stamp) throw error;
    }
    if (build === undefined || (await this.#stamp()) !== stamp) return this.#look();
    this.#before = this.#current;
    this.#current = build;
  }

  /** The build puts its folder in place as a whole. */
  async #stamp(): Promise<string | undefined> {
    try {
      const { ino, mtimeMs, size } = await this.#files.lstat(join(this.#folder, 'manifest.json'));
      return `${ino} ${mtimeMs} ${size}`;
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  async #read(stamp: string): Promise<Build> {
    const manifest = JSON.parse((await this.#readFile('manifest.json')).toString()) as BuiltManifest;
    const there = new Set((await this.#files.list(join(this.#folder, 'assets'))).map(({ name }) => name));
    const contents = new Map<string, Buffer>();
    for (const file of manifest.files)
      for (const name of [file, ...Object.values(suffixes).map((suffix) => `${file}${suffix}`)])
        if (name === file || there.has(name)) contents.set(name, await this.#readFile(join('assets', name)));
    return { stamp, manifest, contents };
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
