import type { FileOps } from '../files/file-ops.ts';
import { openFilesLimit } from '../files/open-files-limit.ts';

const mostOpen = 512;

interface OpenFile {
  readonly fd: number;
  readonly sizeBytes: number;
}

interface Entry extends OpenFile {
  uses: number;
  /** No longer in the cache: the last user closes it. */
  evicted: boolean;
}

export interface Descriptor {
  readonly fd: number;
  readonly sizeBytes: number;
  release(): void;
}

/** Open files of blobs, the longest unused are closed first. Blobs never change, so a descriptor stays right. */
export class DescriptorCache {
  readonly #files: FileOps;
  readonly #openFile: (path: string) => Promise<OpenFile>;
  readonly #entries = new Map<string, Promise<Entry>>();
  readonly #onCloseError: (error: unknown) => void;
  /** Idle ones must not use up what uploads and connections need. */
  readonly #maxOpen = Math.min(mostOpen, Math.floor((openFilesLimit() ?? Number.POSITIVE_INFINITY) / 4));

  constructor(
    files: FileOps,
    openFile: (path: string) => Promise<OpenFile>,
    onCloseError: (error: unknown) => void,
  ) {
    this.#files = files;
    this.#openFile = openFile;
    this.#onCloseError = onCloseError;
  }

  /** Rejects with the system's error when there is no such file. */
  async acquire(path: string): Promise<Descriptor> {
    let opening = this.#entries.get(path);
    if (opening === undefined) {
      const fresh = this.#open(path);
      fresh.catch(() => {
        if (this.#entries.get(path) === fresh) this.#entries.delete(path);
      });
      opening = fresh;
    } else {
      this.#entries.delete(path);
    }
    this.#entries.set(path, opening);
    const descriptor = this.#lend(await opening);
    this.#shrink();
    return descriptor;
  }

  /** Of the file that is there now, for this one user. Rejects with the system's error when there is none. */
  async openAlone(path: string): Promise<Descriptor> {
    const entry = await this.#open(path);
    entry.evicted = true;
    return this.#lend(entry);
  }

  /** For a file that is replaced or removed: the next one to ask opens it anew. */
  async forget(path: string): Promise<void> {
    const opening = this.#entries.get(path);
    if (opening === undefined) return;
    this.#entries.delete(path);
    // Where it could not be opened, whoever asked for it is told.
    await opening.then(
      (entry) => this.#evict(entry),
      () => {},
    );
  }

  async forgetAll(paths: readonly string[]): Promise<void> {
    const known = paths.filter((path) => this.#entries.has(path));
    await Promise.all(known.map((path) => this.forget(path)));
  }

  async close(): Promise<void> {
    await this.forgetAll([...this.#entries.keys()]);
  }

  async #open(path: string): Promise<Entry> {
    return { ...(await this.#openFile(path)), uses: 0, evicted: false };
  }

  #shrink(): void {
    if (this.#entries.size <= this.#maxOpen) return;
    const [oldest] = this.#entries;
    if (oldest === undefined) return;
    this.#entries.delete(oldest[0]);
    oldest[1].then((entry) => this.#evict(entry), this.#onCloseError);
  }

  #lend(entry: Entry): Descriptor {
    entry.uses += 1;
    let released = false;
    const release = (): void => {
      if (released) return;
      released = true;
      entry.uses -= 1;
      this.#closeIfDone(entry);
    };
    return { fd: entry.fd, sizeBytes: entry.sizeBytes, release };
  }

  #evict(entry: Entry): void {
    entry.evicted = true;
    this.#closeIfDone(entry);
  }

  #closeIfDone(entry: Entry): void {
    if (entry.evicted && entry.uses === 0) this.#files.close(entry.fd).catch(this.#onCloseError);
  }
}
