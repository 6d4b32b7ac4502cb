import type { Tx } from '../db/database.ts';
import { pauseQueueRow, resumeQueueRow } from './rows/queue-writes.ts';
import { wakeWorkers } from './wake-workers.ts';

/** Nothing of the kind is begun any more, on no instance; what runs goes on. False: so it is already. */
export function pauseQueue(tx: Tx, kind: string, now: number): Promise<boolean> {
  return pauseQueueRow(tx, kind, now);
}

export function resumeQueue(tx: Tx, kind: string): Promise<boolean> {
  tx.onCommit(wakeWorkers);
  return resumeQueueRow(tx, kind);
}
