import { constants } from 'node:fs';
import { dirname } from 'node:path';
import { type FileOps, systemCode } from './file-ops.ts';
import { saysNoLinks, stagedEnding } from './write-file-durably.ts';

export interface PiecesInput<T> {
  readonly path: string;
  readonly pieces: AsyncIterable<Uint8Array>;
  /** A file that is there is replaced; otherwise it stays, and the writing fails with EEXIST. */
  readonly replace: boolean;
  /** Looks at what was written, under the name it has until then; what it throws keeps the file from its name. */
  readonly check: (path: string) => Promise<T>;
}

/**
 * Puts a large file in place whole or not at all, and durably; only its owner may read it. Until it is whole it lies
 * beside its place as `<path>.new`, where a crash may leave it. Two at the same path at once are the caller's to keep
 * apart.
 */
export async function writePiecesDurably<T>(
  files: FileOps,
  { path, pieces, replace, check }: PiecesInput<T>,
): Promise<T> {
  const staged = `${path}${stagedEnding}`;
  await removeLeftover(files, staged);
  try {
    await writeAll(files, staged, pieces);
    const checked = await check(staged);
    if (replace) await files.rename(staged, path);
    else await place(files, staged, path);
    await files.syncFolder(dirname(path));
    return checked;
  } catch (error) {
    await removeLeftover(files, staged);
    throw error;
  }
}

async function place(files: FileOps, staged: string, path: string): Promise<void> {
  try {
    await files.link(staged, path);
  } catch (error) {
    if (!saysNoLinks(error)) throw error;
    // Whoever made a file of that name since the caller looked loses it; there is no other way on such a disk.
    await files.rename(staged, path);
    return;
  }
  await files.unlink(staged);
}

async function writeAll(files: FileOps, path: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  const fd = await files.open(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600);
  try {
    let at = 0;
    for await (const piece of pieces) {
      await files.write(fd, piece, at);
      at += piece.length;
    }
    await files.fdatasync(fd);
  } finally {
    await files.close(fd);
  }
}

/** A file only: whatever else is of that name is not ours. */
async function removeLeftover(files: FileOps, staged: string): Promise<void> {
  try {
    await files.unlink(staged);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
}
