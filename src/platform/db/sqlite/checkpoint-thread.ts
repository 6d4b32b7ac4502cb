import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadData } from '../../threads/threads.ts';
import { connectionPragmas } from './connection-pragmas.ts';

/** Beyond this the log is started over, which holds the writer up for as long as it takes. */
const restartAboveBytes = 128 * 1024 * 1024;
const walFrameBytes = 4096 + 24;

export interface CheckpointInput {
  readonly path: string;
  /** One Int32: 1 once a checkpoint failed, seen by the main thread before the message arrives. */
  readonly failed: SharedArrayBuffer;
}

export interface CheckpointResult {
  readonly logFrames?: number;
  readonly error?: unknown;
}

/** `passive`: whatever the size of the log. */
export type CheckpointOrder = 'checkpoint' | 'passive' | 'close';

interface CheckpointRow {
  readonly busy: number;
  readonly log: number;
}

function checkpoint(db: DatabaseSync, order: CheckpointOrder): CheckpointResult {
  const passive = db.prepare('pragma wal_checkpoint(passive)').get() as unknown as CheckpointRow;
  if (order === 'passive' || passive.log * walFrameBytes <= restartAboveBytes)
    return { logFrames: passive.log };
  // Busy is no failure: readers were in the way, and the next round tries again.
  const restarted = db.prepare('pragma wal_checkpoint(restart)').get() as unknown as CheckpointRow;
  return { logFrames: restarted.log };
}

/** Answers each message with one checkpoint. A failed one is never tried again here: the process has to end. */
function serve(input: CheckpointInput): void {
  const port = parentPort;
  if (port === null) throw new Error('checkpoint-thread runs in a thread only');
  const db = new DatabaseSync(input.path, { timeout: 5000 });
  for (const pragma of connectionPragmas) db.exec(pragma);
  db.prepare('select count(*) from schema_migration').get();
  port.on('message', (message: CheckpointOrder) => {
    if (message === 'close') {
      db.close();
      port.close();
      return;
    }
    try {
      port.postMessage(checkpoint(db, message) satisfies CheckpointResult);
    } catch (error) {
      Atomics.store(new Int32Array(input.failed), 0, 1);
      port.postMessage({ error } satisfies CheckpointResult);
    }
  });
}

serve((workerData as ThreadData).input as CheckpointInput);
