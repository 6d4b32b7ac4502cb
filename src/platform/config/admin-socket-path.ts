import { lstatSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { StartProblem } from '../../lib/start-problem.ts';

/** The kernel's limit for the path of a socket is 108 bytes on Linux and 104 on macOS. */
const maxPathBytes = 100;

/** Where the server of a data folder is talked to from the same machine. */
export interface AdminSocketPath {
  readonly path: string;
  /** Not inside the data folder, whose path is too long, but where everybody can make folders. */
  readonly shared: boolean;
}

export function adminSocketPath(data: string): AdminSocketPath {
  const inside = join(data, 'run', 'admin.sock');
  if (Buffer.byteLength(inside) <= maxPathBytes) return { path: inside, shared: false };
  return { path: join(tmpdir(), `berth-${userInfo().uid}-${shortName(data)}`, 'admin.sock'), shared: true };
}

/**
 * Somebody else may have made the folder first, to get what is said over the socket.
 * @throws StartProblem socketFolderUnsafe; the system's error when there is no folder
 */
export function refuseForeignFolder(socket: AdminSocketPath): void {
  if (!socket.shared) return;
  const folder = dirname(socket.path);
  const facts = lstatSync(folder);
  const own = facts.isDirectory() && facts.uid === userInfo().uid && (facts.mode & 0o077) === 0;
  if (!own) throw new StartProblem('socketFolderUnsafe', { folder });
}

/** Tells paths apart, no more (FNV-1a, 32 bits). */
function shortName(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(36);
}
