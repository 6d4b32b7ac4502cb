import type { Queries } from '../db/database.ts';
import { readLog } from './rows/job-log-reads.ts';

/** A job's log as text, piece by piece; where pieces are left out, a line says so. */
export async function* printLog(db: Queries, id: number): AsyncGenerator<string> {
  let next = 0;
  for await (const { no, text } of readLog(db, id, -1)) {
    if (no > next) yield '…\n';
    yield text;
    next = no + 1;
  }
}
