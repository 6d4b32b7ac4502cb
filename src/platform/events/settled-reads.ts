import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Database } from '../db/database.ts';

const pollMs = 20;

/** The highest id that was given to an event, also to one that is not there yet or never will be. */
export async function newestEventId({ dialect, reader: { builder } }: Database): Promise<number> {
  const id =
    dialect === 'sqlite'
      ? sql<number | null>`(select max(id) from event)`
      : sql<number | null>`pg_sequence_last_value(pg_get_serial_sequence('event', 'id')::regclass)`;
  return (await builder.selectNoFrom([id.as('id')]).executeTakeFirstOrThrow()).id ?? 0;
}

/**
 * The highest id below which no event will appear any more; undefined: some transaction takes too long to tell. With
 * SQLite transactions are one after the other, in the order of their ids. PostgreSQL gives ids in another order than it
 * commits: whoever was given one of those so far holds the lock of writers on the table until the end of the
 * transaction, and took it before. So the ids are read first, then who holds that lock, and then those are waited for.
 */
export async function settledEventId(db: Database, { patienceMs = 5000 } = {}): Promise<number | undefined> {
  const id = await newestEventId(db);
  if (db.dialect === 'sqlite') return id;
  const { builder } = db.reader;
  const writers = async (): Promise<ReadonlySet<string>> => {
    const { rows } = await sql<{ holder: string }>`select virtualtransaction as holder from pg_locks
      where locktype = 'relation' and relation = 'event'::regclass and mode = 'RowExclusiveLock' and granted
        and database = (select oid from pg_database where datname = current_database())`.execute(builder);
    return new Set(rows.map(({ holder }) => holder));
  };
  const giveUpAt = performance.now() + patienceMs;
  let waited = await writers();
  while (waited.size > 0) {
    if (performance.now() > giveUpAt) return undefined;
    await delay(pollMs);
    waited = waited.intersection(await writers());
  }
  return id;
}
