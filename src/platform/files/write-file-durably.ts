import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { dirname } from 'node:path';
import { type FileOps, systemCode } from './file-ops.ts';
import { openRegularFile } from './open-regular-file.ts';

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

export function saysNoLinks(error: unknown): boolean {
  return noLinks.has(systemCode(error) ?? '');
}

/**
 * The same for a file that must not be there yet: false when somebody else was first. Where there are no hard links, a
 * crash in the middle leaves a part of it in its place.
 */
export async function createFileDurably(files: FileOps, path: string, bytes: Uint8Array): Promise<boolean> {
  const content = { bytes, mode: 0o644 };
  const created = await withStaged(files, path, content, async (staged) => {
    try {
      await linkOrWrite(files, { staged, path, content });
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

async function linkOrWrite(
  files: FileOps,
  what: { staged: string; path: string; content: { bytes: Uint8Array; mode: number } },
): Promise<void> {
  try {
    await files.link(what.staged, what.path);
  } catch (error) {
    if (!saysNoLinks(error)) throw error;
    await writeSynced(files, what.path, what.content).catch(async (failure: unknown) => {
      if (systemCode(failure) !== 'EEXIST') await files.removeAll(what.path);
      throw failure;
    });
  }
}

/** The end of the names under which files wait to be put in place; a crash may leave one behind. */
export const stagedEnding = '.new';

async function withStaged<T>(
  files: FileOps,
  path: string,
  content: { readonly bytes: Uint8Array; readonly mode: number },
  place: (staged: string) => Promise<T>,
): Promise<T> {
  // A name of its own: several processes may put the same file in place at the same time.
  const staged = `${path}.${randomUUID()}${stagedEnding}`;
  try {
    await writeSynced(files, staged, content);
    const placed = await place(staged);
    if (placed === false) await files.removeAll(staged);
    return placed;
  } catch (error) {
    await files.removeAll(staged);
    throw error;
  }
}

/** A new file, whose content is durable; its name is not yet. */
export async function writeSynced(
  files: FileOps,
  path: string,
  content: { readonly bytes: Uint8Array; readonly mode: number },
): Promise<void> {
  const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY;
  const fd = await files.open(path, flags, content.mode);
  try {
    await files.write(fd, content.bytes, 0);
    await files.fdatasync(fd);
  } finally {
    await files.close(fd);
  }
}

/** Returns undefined when there is no such file. For small files only. */
export async function readFileWhole(files: FileOps, path: string): Promise<Buffer | undefined> {
  let file: Awaited<ReturnType<typeof openRegularFile>>;
  try {
    file = await openRegularFile(files, path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const buffer = Buffer.alloc(file.sizeBytes);
    return buffer.subarray(0, await files.read(file.fd, buffer, buffer.length, 0));
  } finally {
    await files.close(file.fd);
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
