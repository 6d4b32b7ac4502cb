import { dirname } from 'node:path';
import { type FileOps, systemCode } from '../files/file-ops.ts';
import type { Deletion } from './blob-store.ts';
import type { FolderSync } from './folder-sync.ts';
import { translateFileError } from './translate-file-error.ts';

export interface DoomedFile {
  readonly path: string;
  /** Its folder is made with it and goes with it. */
  readonly hasOwnFolder: boolean;
}

/** The pool of threads that does it also reads for everybody else. */
const atOnce = 4;

/** What is to be synced once for all whose names were in it. */
interface Changed {
  readonly failuresBefore: number;
  readonly files: number[];
}

/**
 * Removes files, durably when it resolves, with one sync of each folder whose names changed: of a thousand blobs in the
 * order of their digests few folders. One that cannot be removed keeps none of the others.
 */
export async function removeFiles(
  files: FileOps,
  folders: FolderSync,
  doomed: readonly DoomedFile[],
): Promise<Deletion[]> {
  const results: Deletion[] = doomed.map(() => ({ kind: 'absent' }));
  const changed = new Map<string, Changed>();
  const waiting = doomed.entries();
  const work = async (): Promise<void> => {
    for (const [index, file] of waiting) {
      try {
        results[index] = await removeFile(files, file.path);
        await noteChange(file, index);
      } catch (error) {
        results[index] = failed(error);
      }
    }
  };
  // Asked before any name changes.
  const before = new Map(
    doomed.flatMap(({ path }) =>
      [dirname(path), dirname(dirname(path))].map((folder) => [folder, folders.failures(folder)] as const),
    ),
  );
  const noteChange = async ({ path, hasOwnFolder }: DoomedFile, index: number): Promise<void> => {
    const own = dirname(path);
    const folder = hasOwnFolder && (await removeIfEmpty(files, own)) ? dirname(own) : own;
    const known = changed.get(folder);
    if (known !== undefined) known.files.push(index);
    else changed.set(folder, { failuresBefore: before.get(folder) ?? 0, files: [index] });
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  for (const [folder, { failuresBefore, files: inIt }] of changed) {
    try {
      await folders.sync(folder, failuresBefore);
    } catch (error) {
      // The whole folder is gone, with what was in it: somebody else made that durable, or will.
      if (systemCode(error) === 'ENOENT') continue;
      for (const index of inIt) results[index] = failed(error);
    }
  }
  return results;
}

async function removeFile(files: FileOps, path: string): Promise<Deletion> {
  try {
    const { size: sizeBytes } = await files.lstat(path);
    await files.unlink(path);
    return { kind: 'deleted', sizeBytes };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return { kind: 'absent' };
    throw error;
  }
}

/** False: it is not empty. One that is gone was removed by somebody whose sync may still be to come. */
export async function removeIfEmpty(files: FileOps, folder: string): Promise<boolean> {
  try {
    await files.rmdir(folder);
    return true;
  } catch (error) {
    const code = systemCode(error);
    if (code !== 'ENOTEMPTY' && code !== 'ENOENT' && code !== 'EEXIST') throw error;
    return code === 'ENOENT';
  }
}

function failed(error: unknown): Deletion {
  return { kind: 'failed', error: translateFileError(error) };
}
