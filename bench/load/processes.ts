import { existsSync, readdirSync, readFileSync } from 'node:fs';

/**
 * User and system time of a process with its threads and its children, in seconds: PostgreSQL has one for each
 * connection. Linux counts it in hundredths.
 */
export function cpuSeconds(pid: number): number {
  const path = `/proc/${pid}/stat`;
  // A child may have ended since it was found.
  if (!existsSync(path)) return 0;
  const text = readFileSync(path, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  // Of the process, and of its children that have ended.
  const own = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) / 100;
  return childrenOf(pid).reduce((sum, child) => sum + cpuSeconds(child), own);
}

function childrenOf(pid: number): readonly number[] {
  if (!existsSync(`/proc/${pid}/task`)) return [];
  return readdirSync(`/proc/${pid}/task`)
    .flatMap((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').split(' '))
    .filter((child) => child !== '')
    .map(Number);
}

export function rssMiB(pid: number): number {
  const found = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
  return Number(found?.[1] ?? 0) / 1024;
}
