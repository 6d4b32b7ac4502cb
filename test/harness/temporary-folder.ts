import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whenTheTestEnds } from './when-the-test-ends.ts';

const made = new Set<string>();

whenTheTestEnds(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A new folder, below the system's temporary one by default; it goes with the process of the test at the latest. */
export function temporaryFolder(parent = tmpdir()): string {
  const folder = mkdtempSync(join(parent, 'berth-test-'));
  // Some tests run the program as another user.
  chmodSync(folder, 0o755);
  made.add(folder);
  return folder;
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  made.delete(folder);
}
