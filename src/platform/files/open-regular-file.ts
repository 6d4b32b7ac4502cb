import { constants } from 'node:fs';
import type { FileOps } from './file-ops.ts';

/**
 * For reading. Never waits: a FIFO in place of the file would hold a thread of the pool until somebody writes to it.
 * Rejects with the system's error when there is no such file; anything else of that name, such as a folder, a device or
 * a FIFO, is no such file.
 * @param more flags, such as O_NOFOLLOW
 */
export async function openRegularFile(
  files: FileOps,
  path: string,
  more = 0,
): Promise<{ readonly fd: number; readonly sizeBytes: number }> {
  const fd = await files.open(path, constants.O_RDONLY | constants.O_NONBLOCK | more);
  try {
    const sizeBytes = await files.sizeOf(fd);
    if (sizeBytes === undefined)
      throw Object.assign(new Error(`${path} is no regular file`), { code: 'ENOENT' });
    return { fd, sizeBytes };
  } catch (error) {
    await files.close(fd);
    throw error;
  }
}
