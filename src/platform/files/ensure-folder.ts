import { dirname } from 'node:path';
import { type FileOps, systemCode } from './file-ops.ts';

/**
 * Creates a folder and the missing ones above it. Each new name is made durable in its parent, because a file
 * that is synced inside a folder is lost with the folder's own name.
 */
export async function ensureFolder(files: FileOps, path: string, mode = 0o755): Promise<void> {
  try {
    await files.mkdir(path, mode);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await ensureFolder(files, dirname(path), mode);
    await ensureFolder(files, path, mode);
    return;
  }
  await files.syncFolder(dirname(path));
}
