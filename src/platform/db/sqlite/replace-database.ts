import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ensureFolder } from '../../files/ensure-folder.ts';
import { type FileOps, systemCode } from '../../files/file-ops.ts';
import { filePieces } from '../../files/file-pieces.ts';
import { saysNoLinks } from '../../files/write-file-durably.ts';
import { writePiecesDurably } from '../../files/write-pieces-durably.ts';
import { rewriteLog } from './rewrite-log.ts';

/** Where a database is made that is to replace the one beside it. */
export function pathOfNew(path: string): string {
  return `${path}.new`;
}

/** What a restore left that did not come to its end. The lock of the data folder has to be held. */
export async function removeUnfinished(files: FileOps, path: string): Promise<void> {
  for (const ending of ['', '-wal', '-shm', '-journal']) await files.removeAll(`${pathOfNew(path)}${ending}`);
}

export interface PresentDatabase {
  /** Undefined when it cannot be read. */
  readonly epoch: number | undefined;
  /** Why it cannot be read. */
  readonly damage: unknown;
}

/**
 * Looks at the database that is to be replaced, and folds its log into it. Undefined when there is none. The lock of the
 * data folder has to be held.
 */
export async function settlePresent(files: FileOps, path: string): Promise<PresentDatabase | undefined> {
  if (!(await exists(files, path))) return undefined;
  await rewriteLog(files, `${path}-wal`);
  try {
    using db = new DatabaseSync(path, { timeout: 5000 });
    const row = db.prepare('select epoch from store_identity').get() as { epoch: number } | undefined;
    db.exec('pragma wal_checkpoint(truncate)');
    return { epoch: row?.epoch, damage: undefined };
  } catch (damage) {
    return { epoch: undefined, damage };
  }
}

/**
 * Puts the new database in place of the present one, which keeps a second name in the folder `keptIn`; wherever this
 * ends, one of the two is whole under the database's name. Both must be closed. Returns whether there was anything to
 * keep: a log without its database is, and SQLite would write its pages into the new one.
 */
export async function replaceDatabase(files: FileOps, path: string, keptIn: string): Promise<boolean> {
  const folder = dirname(path);
  // The log is there only when it could not be folded in.
  const present: string[] = [];
  for (const name of ['berth.db', 'berth.db-wal'])
    if (await exists(files, join(folder, name))) present.push(name);
  if (present.length > 0) {
    await ensureFolder(files, keptIn, 0o700);
    for (const name of present) await linkOrCopy(files, join(folder, name), join(keptIn, name));
    await files.syncFolder(keptIn);
  }
  for (const ending of ['-wal', '-shm']) await files.removeAll(`${path}${ending}`);
  // Gone for good before there is a database that the log does not belong to.
  await files.syncFolder(folder);
  await files.rename(pathOfNew(path), path);
  await files.syncFolder(folder);
  return present.length > 0;
}

/** No connection is open, so a descriptor takes nobody's locks away. */
async function linkOrCopy(files: FileOps, from: string, to: string): Promise<void> {
  try {
    await files.link(from, to);
  } catch (error) {
    if (!saysNoLinks(error)) throw error;
    const pieces = filePieces(files, from);
    await writePiecesDurably(files, { path: to, pieces, replace: true, check: () => Promise.resolve() });
  }
}

async function exists(files: FileOps, path: string): Promise<boolean> {
  try {
    await files.stat(path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}
