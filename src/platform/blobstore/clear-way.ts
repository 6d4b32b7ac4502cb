import { dirname } from 'node:path';
import { type FileOps, systemCode } from '../files/file-ops.ts';

// A folder of the layout that is a symbolic link leads out of the storage. Only links above the layout are the
// operator's: a folder of it on another disk could not be renamed into.

async function isLink(files: FileOps, path: string): Promise<boolean> {
  try {
    return (await files.lstat(path)).isSymbolicLink();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Whether the way to an object, its own folder or that of its prefix, is a link. */
export async function isBehindLink(files: FileOps, path: string): Promise<boolean> {
  const folder = dirname(path);
  const links = await Promise.all([isLink(files, folder), isLink(files, dirname(folder))]);
  return links.includes(true);
}

/**
 * Before an object is put in place: a link in place of its own folder goes, so that what is pushed is there again.
 * Rejects where the prefix is one, behind which other objects may be.
 */
export async function clearWay(files: FileOps, path: string): Promise<void> {
  const folder = dirname(path);
  const prefix = dirname(folder);
  if (await isLink(files, prefix))
    throw Object.assign(new Error(`${prefix} is a symbolic link; nothing is put behind it`), {
      code: 'ELOOP',
    });
  if (await isLink(files, folder)) await files.unlink(folder);
}
