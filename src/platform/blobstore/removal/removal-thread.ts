import { lstatSync, rmdirSync, unlinkSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { systemCode } from '../../files/file-ops.ts';
import { type DoomedFile, type NameOps, type RemovedName, removeName } from './remove-name.ts';

export interface RemovalRequest {
  readonly doomed: readonly DoomedFile[];
}

/** An error loses its code on the way between threads. */
export interface ToldError {
  readonly message: string;
  readonly code: string | undefined;
  readonly syscall: string | undefined;
}

export type ToldName =
  | Exclude<RemovedName, { kind: 'failed' }>
  | { readonly kind: 'failed'; readonly error: ToldError };

export interface RemovalAnswer {
  readonly names: readonly ToldName[];
}

/** Nobody else waits in this thread, and a call that waits costs a tenth of one that is sent to the pool. */
const waiting: NameOps = { lstat: lstatSync, unlink: unlinkSync, rmdir: rmdirSync };

const port = parentPort;
if (port === null) throw new Error('removal-thread runs in a thread only');
port.on('message', (request: RemovalRequest) => {
  void remove(request.doomed).then((names) => {
    port.postMessage({ names } satisfies RemovalAnswer);
  });
});

async function remove(doomed: readonly DoomedFile[]): Promise<readonly ToldName[]> {
  const names: ToldName[] = [];
  for (const file of doomed) {
    const removed = await removeName(waiting, file);
    names.push(removed.kind === 'failed' ? { kind: 'failed', error: told(removed.error) } : removed);
  }
  return names;
}

function told(error: unknown): ToldError {
  const { message, syscall } = error as NodeJS.ErrnoException;
  return { message: String(message), code: systemCode(error), syscall };
}
