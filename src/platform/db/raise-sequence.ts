import { sql } from 'kysely';
import type { Tx } from './database.ts';
import type { Schema } from './schema.ts';

/** After rows with given ids: the next one made without an id gets a higher one. SQLite sees to that by itself. */
export async function raiseSequence(tx: Tx, table: keyof Schema): Promise<void> {
  if (tx.dialect === 'sqlite') return;
  const quoted = `"${table}"`;
  await sql`select setval(pg_get_serial_sequence(${quoted}, 'id'), (select max(id) from ${sql.table(table)}))`.execute(
    tx.builder,
  );
}
