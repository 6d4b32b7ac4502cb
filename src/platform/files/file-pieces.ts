import { constants } from 'node:fs';
import type { FileOps } from './file-ops.ts';

const pieceBytes = 256 * 1024;

/** The bytes of a file, in pieces with memory of their own. */
export async function* filePieces(files: FileOps, path: string): AsyncGenerator<Uint8Array> {
  const fd = await files.open(path, constants.O_RDONLY);
  try {
    for (let at = 0; ; ) {
      const piece = Buffer.allocUnsafeSlow(pieceBytes);
      const count = await files.read(fd, piece, pieceBytes, at);
      if (count > 0) yield piece.subarray(0, count);
      if (count < pieceBytes) return;
      at += count;
    }
  } finally {
    await files.close(fd);
  }
}
