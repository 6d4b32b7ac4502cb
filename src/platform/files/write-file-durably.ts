import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { dirname } from 'node:path';
import { type FileOps, systemCode } from './file-ops.ts';

/** Puts a small file in place whole or not at all, and durably. */
export async function writeFileDurably(
  files: FileOps,
  path: string,
  bytes: Uint8Array,
  mode = 0o644,
): Promise<void> {
  await withStaged(files, path, { bytes, mode }, (staged) => files.rename(staged, path));
  await files.syncFolder(dirname(path));
}

/** What `link` says on a file system that has no hard links. */
const noLinks = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP']);

/**
 * The same for a file that must not be there yet: false when somebody else was first. Where there are no hard links, a
 * crash in the middle leaves a part of it in its place.
 */
export async function createFileDurably(files: FileOps, path: string, bytes: Uint8Array): Promise<boolean> {
  const content = { bytes, mode: 0o644 };
  const created = await withStaged(files, path, content, async (staged) => {
    try {
      await files.link(staged, path).catch((error: unknown) => {
        if (!noLinks.has(systemCode(error) ?? '')) throw error;
        return writeNew(files, path, content);
      });
    } catch (error) {
      if (systemCode(error) === 'EEXIST') return false;
      throw error;
    }
    await files.unlink(staged);
    return true;
  });
  await files.syncFolder(dirname(path));
  return created;
}

/** The end of the names under which files wait to be put in place; a crash may leave one behind. */
export const stagedEnding = '.new';

interface Content {
  readonly bytes: Uint8Array;
  readonly mode: number;
}

/** Synced; nothing of it stays when that fails. */
async function writeNew(files: FileOps, path: string, { bytes, mode }: Content): Promise<void> {
  const fd = await files.open(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, mode);
  try {
    try {
      await files.write(fd, bytes, 0);
      await files.fdatasync(fd);
    } finally {
      await files.close(fd);
    }
  } catch (error) {
    await files.removeAll(path);
    throw error;
  }
}

async function withStaged<T>(
  files: FileOps,
  path: string,
  content: Content,
  place: (staged: string) => Promise<T>,
): Promise<T> {
  // A name of its own: several processes may put the same file in place at the same time.
  const staged = `${path}.${randomUUID()}${stagedEnding}`;
  await writeNew(files, staged, content);
  try {
    const placed = await place(staged);
    if (placed === false) await files.removeAll(staged);
    return placed;
  } catch (error) {
    await files.removeAll(staged);
    throw error;
  }
}

/** Returns undefined when there is no such file. For small files only. */
export async function readFileWhole(files: FileOps, path: string): Promise<Buffer | undefined> {
  let fd: number;
  try {
    fd = await files.open(path, constants.O_RDONLY);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const buffer = Buffer.alloc(await files.sizeOf(fd));
    return buffer.subarray(0, await files.read(fd, buffer, buffer.length, 0));
  } finally {
    await files.close(fd);
  }
}

/** Removes a file durably; one that is not there is fine. */
export async function removeFileDurably(files: FileOps, path: string): Promise<void> {
  try {
    await files.unlink(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  await files.syncFolder(dirname(path));
}
