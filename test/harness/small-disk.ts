import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './temporary-folder.ts';
import { isRoot } from './unprivileged.ts';
import { whenTheTestEnds } from './when-the-test-ends.ts';

/** A real disk of a given size, in memory. Undefined with the reason: it cannot be mounted here. */
export function smallDisk(bytes: number): { readonly folder: string } | { readonly missing: string } {
  if (!isRoot) return { missing: 'only root may mount a disk' };
  const folder = join(temporaryFolder(), 'disk');
  mkdirSync(folder);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=0700`, 'tmpfs', folder], {
    encoding: 'utf8',
  });
  if (mounted.status !== 0)
    return { missing: `a disk cannot be mounted here: ${mounted.error?.message ?? mounted.stderr}` };
  // Lazily: the server that is killed at the same moment may still hold it.
  whenTheTestEnds(() => spawnSync('umount', ['-l', folder]));
  return { folder };
}
