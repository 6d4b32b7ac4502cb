import { sql } from 'kysely';
import type { Queries } from '../../db/database.ts';
import { prepare } from '../../db/prepare.ts';

const sizes = prepare((db, values: { id: number }) =>
  db
    .selectFrom('job_log')
    .select(['no', sql<number>`length(text)`.as('size')])
    .where('job_id', '=', values.id)
    .orderBy('no'),
);

/** How long each piece of a job's log is, in characters. */
export function logSizes(db: Queries, id: number): Promise<{ readonly no: number; readonly size: number }[]> {
  return db.all(sizes, { id });
}

const pieces = prepare((db, values: { id: number; after: number }) =>
  db
    .selectFrom('job_log')
    .select(['no', 'text'])
    .where('job_id', '=', values.id)
    .where('no', '>', values.after)
    .orderBy('no')
    .limit(100),
);

/** A job's log behind a piece (-1: from its start), some pieces at a time. */
export async function* readLog(
  db: Queries,
  id: number,
  after: number,
): AsyncGenerator<{ readonly no: number; readonly text: string }> {
  for (let last = after; ; ) {
    const rows = await db.all(pieces, { id, after: last });
    yield* rows;
    const end = rows.at(-1);
    if (end === undefined) return;
    last = end.no;
  }
}
