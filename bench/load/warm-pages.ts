import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filling } from './blob.ts';

/**
 * Writes and deletes a file of the size of the coming load. In a virtual machine memory that was free for some seconds
 * belongs to the host again, and the page cache pays up to ten times the kernel time for it: without this the server
 * whose turn comes first would pay for all.
 */
export function warmPages(bytes: number): void {
  const path = join(tmpdir(), `berth-bench-warm-${process.pid}`);
  const file = openSync(path, 'w');
  for (let left = bytes; left > 0; left -= filling.length)
    writeSync(file, filling, 0, Math.min(left, filling.length));
  closeSync(file);
  unlinkSync(path);
}
