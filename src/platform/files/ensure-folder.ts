import { dirname } from 'node:path';
import { type FileOps, systemCode } from './file-ops.ts';

/**
 * Creates a folder and the missing ones above it, and returns those it created, the outermost first. Each name is made
 * durable in its parent, because a file that is synced inside a folder is lost with the folder's own name.
 */
export async function ensureFolder(files: FileOps, path: string, mode = 0o755): Promise<string[]> {
  const created = await create(files, path, mode);
  for (const folder of created) await files.syncFolder(dirname(folder));
  return created;
}

async function create(files: FileOps, path: string, mode: number): Promise<string[]> {
  try {
    await files.mkdir(path, mode);
    return [path];
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST') return [];
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
  }
  const above = await create(files, dirname(path), mode);
  return [...above, ...(await create(files, path, mode))];
}

/** Folders that others own may not be opened; their names are not ours to keep either. */
const foreign = new Set(['EACCES', 'EPERM', 'EROFS']);

/**
 * Makes the names of a folder and of all above it durable, whoever made them: an earlier start may have died between
 * making one and syncing it.
 */
export async function syncPath(files: FileOps, path: string): Promise<void> {
  for (let at = path; dirname(at) !== at; at = dirname(at)) {
    try {
      await files.syncFolder(dirname(at));
    } catch (error) {
      if (!foreign.has(systemCode(error) ?? '')) throw error;
    }
  }
}
