import type { RecordedType } from '../../lib/event-types.ts';
import type { Database } from '../db/database.ts';
import { putSilenced } from './event-writes.ts';

/** From now on events of these types, and of no others, are hidden from the audit log, on every instance. */
export async function silenceEvents(
  { db }: { readonly db: Database },
  types: readonly RecordedType[],
): Promise<void> {
  const now = await db.now();
  await db.transaction((tx) => putSilenced(tx, { types, now }));
}
