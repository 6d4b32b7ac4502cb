import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { systemCode } from '../files/file-ops.ts';

/** Linux's tables of connections: local and remote address, state, and the length of the send queue. */
const tables = ['/proc/net/tcp', '/proc/net/tcp6'] as const;

let reading: Promise<string> | undefined;

/**
 * Bytes that the kernel has taken and the other side has not acknowledged. Megabytes may lie there: a reader that
 * takes them slowly looks like one that takes nothing, seen from the process. Undefined where there is no such table.
 */
export async function unsentBytes(socket: Socket): Promise<number | undefined> {
  if (socket.localPort === undefined || socket.remotePort === undefined) return undefined;
  reading ??= readTables().finally(() => {
    reading = undefined;
  });
  return sendQueue(await reading, socket.localPort, socket.remotePort);
}

/** Sums over all rows of these ports: the address is left out, since it only matters that the sum moves. */
export function sendQueue(table: string, localPort: number, remotePort: number): number | undefined {
  const port = (value: number): string => value.toString(16).toUpperCase().padStart(4, '0');
  const row = new RegExp(
    `^ *\\d+: [0-9A-F]+:${port(localPort)} [0-9A-F]+:${port(remotePort)} [0-9A-F]+ ([0-9A-F]+):`,
    'gm',
  );
  const queues = Array.from(table.matchAll(row), (match) => Number.parseInt(match[1] ?? '0', 16));
  return queues.length === 0 ? undefined : queues.reduce((sum, each) => sum + each, 0);
}

async function readTables(): Promise<string> {
  return (await Promise.all(tables.map(readTable))).join('');
}

async function readTable(path: string): Promise<string> {
  try {
    return await readFile(path, 'latin1');
  } catch (error) {
    // Another system than Linux, or a kernel without IPv6.
    if (['ENOENT', 'EACCES'].includes(systemCode(error) ?? '')) return '';
    throw error;
  }
}
