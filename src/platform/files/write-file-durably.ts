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
  // A name of its own: several processes may put the same file in place at the same time.
  const staged = `${path}.${randomUUID()}.new`;
  const fd = await files.open(staged, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, mode);
  try {
    try {
      await files.write(fd, bytes, 0);
      await files.fdatasync(fd);
    } finally {
      await files.close(fd);
    }
    await files.rename(staged, path);
  } catch (error) {
    await files.removeAll(staged);
    throw error;
  }
  await files.syncFolder(dirname(path));
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
