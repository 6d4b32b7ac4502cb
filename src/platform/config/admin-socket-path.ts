import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** The kernel's limit for the path of a socket is 108 bytes on Linux and 104 on macOS. */
const maxPathBytes = 100;

/** Where the server of a data folder is talked to from the same machine: inside the folder, if the path is short enough. */
export function adminSocketPath(data: string): string {
  const inside = join(data, 'run', 'admin.sock');
  if (Buffer.byteLength(inside) <= maxPathBytes) return inside;
  return join(tmpdir(), `berth-${userInfo().uid}-${shortName(data)}`, 'admin.sock');
}

/** Tells paths apart, no more (FNV-1a, 32 bits). */
function shortName(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(36);
}
