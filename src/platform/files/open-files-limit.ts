import { readFileSync } from 'node:fs';
import { systemCode } from './file-ops.ts';

/** How many files and connections the process may have open at once; Node has raised it as far as it can. Linux only. */
export function openFilesLimit(): number | undefined {
  try {
    const [, limit] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return limit === undefined ? undefined : Number(limit);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
