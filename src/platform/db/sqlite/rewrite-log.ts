import fs from 'node:fs';
import { type FileOps, systemCode } from '../../files/file-ops.ts';

const pieceBytes = 1024 * 1024;

/**
 * Writes an existing log back in place, byte for byte, and syncs it. After a sync failed in an earlier life, the
 * pages of the log are in memory but not on the disk, and marked clean: only writing them again gets them there.
 * Must run before any connection opens; an error means that the server must not start.
 */
export async function rewriteLog(files: FileOps, path: string): Promise<void> {
  let fd: number;
  try {
    fd = await files.open(path, fs.constants.O_RDWR);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  try {
    const buffer = Buffer.allocUnsafe(pieceBytes);
    for (let position = 0; ; position += pieceBytes) {
      const length = await files.read(fd, buffer, pieceBytes, position);
      await files.write(fd, buffer.subarray(0, length), position);
      if (length < pieceBytes) break;
    }
    await files.fdatasync(fd);
  } finally {
    await files.close(fd);
  }
}
