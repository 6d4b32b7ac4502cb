import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Every name below a folder, folders with a slash, in order; nothing when there is no such folder. */
export function listing(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .map((entry) => {
        const path = relative(folder, join(entry.parentPath, entry.name));
        return entry.isDirectory() ? `${path}/` : path;
      })
      .toSorted();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Names only what differs: a whole store has hundreds of names. */
export function assertSameListing(now: readonly string[], before: readonly string[]): void {
  const came = now.filter((path) => !before.includes(path));
  const went = before.filter((path) => !now.includes(path));
  const told = [...came.map((path) => `+ ${path}`), ...went.map((path) => `- ${path}`)];
  assert.equal(told.length, 0, `${told.slice(0, 12).join('\n')}\n(${told.length} in all)`);
}
