import { join } from 'node:path';
import { ArchiveProblem } from '../../../lib/archive-problem.ts';
import { maxManifestBytes } from '../../../lib/oci/manifest.ts';
import type { FileOps } from '../../../platform/files/file-ops.ts';
import { type Archive, type Visit, wholeOf } from './archive.ts';
import { OpenFile } from './byte-source.ts';
import { insideArchive } from './inside-archive.ts';

/** A folder; what stands in the place of a file and is none is not there. */
export class FolderArchive implements Archive {
  readonly #files: FileOps;
  readonly #path: string;

  constructor(files: FileOps, path: string) {
    this.#files = files;
    this.#path = path;
  }

  async sizeOf(name: string): Promise<number | undefined> {
    await using file = await this.#open(name);
    return file?.sizeBytes;
  }

  async beginningOf(name: string): Promise<Uint8Array> {
    await using file = await this.#open(name);
    return (await file?.read(0, 4)) ?? new Uint8Array();
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    await using file = await this.#open(name);
    if (file === undefined) return undefined;
    if (file.sizeBytes > maxManifestBytes) throw new ArchiveProblem('documentsTooLarge', { entry: name });
    return await wholeOf(file.pieces(0, file.sizeBytes));
  }

  async visit(names: Iterable<string>, visit: Visit): Promise<void> {
    for (const name of names) {
      await using file = await this.#open(name);
      if (file !== undefined) await visit(name, file.sizeBytes, file.pieces(0, file.sizeBytes));
    }
  }

  async #open(name: string): Promise<OpenFile | undefined> {
    const inside = insideArchive(name);
    if (inside === undefined) return undefined;
    try {
      return await OpenFile.open(this.#files, join(this.#path, inside));
    } catch (error) {
      if (error instanceof ArchiveProblem && error.code === 'missing') return undefined;
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is held open.
  }
}
