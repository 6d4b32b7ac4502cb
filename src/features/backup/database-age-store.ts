import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

const first = prepare((db, _values: Record<never, never>) =>
  db.selectFrom('user').select('created_at as at').orderBy('id').limit(1),
);

/** The first start makes it: how old the database is. Epoch milliseconds. */
export async function firstAccountAt(db: Queries): Promise<number | undefined> {
  return (await db.first(first, {}))?.at;
}
