import { dirname } from 'node:path';
import { systemCode } from '../../files/file-ops.ts';
import type { Deletion } from '../blob-store.ts';
import type { FolderSync } from '../folder-sync.ts';
import { translateFileError } from '../translate-file-error.ts';
import { type DoomedFile, type NameOps, type RemovedName, removeName } from './remove-name.ts';

/** Who removes names, and says what became of each, in their order. */
export type NameRemover = (doomed: readonly DoomedFile[]) => Promise<readonly RemovedName[]>;

/** The pool of threads that does it also reads for everybody else. */
const namesAtOnce = 4;
/** Syncs that wait for the disk together are served by one of its flushes. */
const syncsAtOnce = 16;

/** What is to be synced once for all whose names were in it. */
interface Changed {
  readonly failures: number;
  readonly files: number[];
}

/**
 * Removes files, durably when it resolves, with one sync of each folder whose names changed: of many blobs at most those of
 * the 256 prefixes. One that cannot be removed keeps none of the others.
 */
export async function removeFiles(
  remove: NameRemover,
  folders: FolderSync,
  doomed: readonly DoomedFile[],
): Promise<Deletion[]> {
  // Asked before any name changes.
  const failuresBefore = folders.failuresNow();
  const changed = new Map<string, Changed>();
  const results = (await remove(doomed)).map((removed, index): Deletion => {
    if (removed.kind === 'failed') return failed(removed.error);
    const own = dirname(doomed[index]?.path ?? '');
    const folder = removed.folderIsGone ? dirname(own) : own;
    const known = changed.get(folder);
    if (known !== undefined) known.files.push(index);
    else changed.set(folder, { failures: failuresBefore(folder), files: [index] });
    const { sizeBytes } = removed;
    return sizeBytes === undefined ? { kind: 'absent' } : { kind: 'deleted', sizeBytes };
  });
  await inParallel(syncsAtOnce, changed.entries(), async ([folder, { failures, files }]) => {
    try {
      await folders.sync(folder, failures);
    } catch (error) {
      // The whole folder is gone, with what was in it: somebody else made that durable, or will.
      if (systemCode(error) === 'ENOENT') return;
      for (const index of files) results[index] = failed(error);
    }
  });
  return results;
}

/** Some at a time, by calls that leave the thread. */
export function removingBy(files: NameOps): NameRemover {
  return async (doomed) => {
    const results: RemovedName[] = [];
    await inParallel(namesAtOnce, doomed.entries(), async ([index, file]) => {
      results[index] = await removeName(files, file);
    });
    return results;
  };
}

async function inParallel<T>(
  lanes: number,
  all: IteratorObject<T>,
  work: (each: T) => Promise<void>,
): Promise<void> {
  const lane = async (): Promise<void> => {
    for (const each of all) await work(each);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

function failed(error: unknown): Deletion {
  return { kind: 'failed', error: translateFileError(error) };
}
