import { join } from 'node:path';
import { ensureFolder } from '../../platform/files/ensure-folder.ts';
import { type FileOps, systemCode } from '../../platform/files/file-ops.ts';
import { filePieces } from '../../platform/files/file-pieces.ts';
import { removeFileDurably, stagedEnding } from '../../platform/files/write-file-durably.ts';
import { writePiecesDurably } from '../../platform/files/write-pieces-durably.ts';
import { snapshotTime } from './snapshot-name.ts';

export interface FolderSnapshot {
  readonly name: string;
  readonly takenAt: number;
  readonly path: string;
}

const ending = '.jsonl.gz';

/** The snapshots of a data folder. Other files in it, such as copies from before a migration, are left alone. */
export class SnapshotFolder {
  readonly #files: FileOps;
  readonly #path: string;

  constructor(files: FileOps, path: string) {
    this.#files = files;
    this.#path = path;
  }

  /** The oldest first. */
  async list(): Promise<FolderSnapshot[]> {
    const names = (await this.#names()).filter((file) => file.endsWith(ending)).toSorted();
    return names.flatMap((file) => {
      const name = file.slice(0, -ending.length);
      const takenAt = snapshotTime(name);
      return takenAt === undefined ? [] : [{ name, takenAt, path: join(this.#path, file) }];
    });
  }

  /** @param check looks at what was written, given back piece by piece */
  async write<T>(
    name: string,
    pieces: AsyncIterable<Uint8Array>,
    check: (pieces: AsyncIterable<Uint8Array>) => Promise<T>,
  ): Promise<T> {
    await ensureFolder(this.#files, this.#path, 0o700);
    const path = join(this.#path, `${name}${ending}`);
    return writePiecesDurably(this.#files, {
      path,
      pieces,
      replace: true,
      check: (staged) => check(filePieces(this.#files, staged)),
    });
  }

  open({ path }: FolderSnapshot): AsyncIterable<Uint8Array> {
    return filePieces(this.#files, path);
  }

  async remove({ path }: FolderSnapshot): Promise<void> {
    await removeFileDurably(this.#files, path);
  }

  /** What a crash left. Nobody may be writing one. */
  async removeIncomplete(): Promise<void> {
    for (const file of await this.#names()) {
      const name = file.slice(0, -(ending.length + stagedEnding.length));
      if (file.endsWith(`${ending}${stagedEnding}`) && snapshotTime(name) !== undefined)
        await this.#files.removeAll(join(this.#path, file));
    }
  }

  async #names(): Promise<string[]> {
    try {
      return (await this.#files.list(this.#path)).map((entry) => entry.name);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return [];
      throw error;
    }
  }
}
