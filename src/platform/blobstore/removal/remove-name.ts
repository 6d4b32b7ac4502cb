import { dirname } from 'node:path';
import { systemCode } from '../../files/file-ops.ts';

export interface DoomedFile {
  readonly path: string;
  /** Its folder is made with it and goes with it. */
  readonly hasOwnFolder: boolean;
}

/** What became of a file's name. */
export type RemovedName =
  | {
      readonly kind: 'removed';
      /** Undefined: it was not there. */
      readonly sizeBytes: number | undefined;
      readonly folderIsGone: boolean;
    }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Done before it returns, or later. */
export interface NameOps {
  lstat(path: string): MaybeLater<{ readonly size: number }>;
  unlink(path: string): MaybeLater<void>;
  rmdir(path: string): MaybeLater<void>;
}

type MaybeLater<T> = T | Promise<T>;

/** Removes a file, and its own folder once that is empty. Nothing is synced. */
export async function removeName(files: NameOps, { path, hasOwnFolder }: DoomedFile): Promise<RemovedName> {
  try {
    const sizeBytes = await removeFile(files, path);
    const folderIsGone = hasOwnFolder && (await removeIfEmpty(files, dirname(path)));
    return { kind: 'removed', sizeBytes, folderIsGone };
  } catch (error) {
    return { kind: 'failed', error };
  }
}

async function removeFile(files: NameOps, path: string): Promise<number | undefined> {
  try {
    const { size } = await files.lstat(path);
    await files.unlink(path);
    return size;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** False: it is not empty. One that is gone was removed by somebody whose sync may still be to come. */
export async function removeIfEmpty(files: Pick<NameOps, 'rmdir'>, folder: string): Promise<boolean> {
  try {
    await files.rmdir(folder);
    return true;
  } catch (error) {
    const code = systemCode(error);
    if (code !== 'ENOTEMPTY' && code !== 'ENOENT' && code !== 'EEXIST') throw error;
    return code === 'ENOENT';
  }
}
