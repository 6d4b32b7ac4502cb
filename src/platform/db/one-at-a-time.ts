import { sql } from 'kysely';
import type { Tx } from './database.ts';

/** Until the transaction ends no other one gets past this with the same name. SQLite's transactions are alone anyway. */
export async function oneAtATime(tx: Tx, name: string): Promise<void> {
  if (tx.dialect === 'sqlite') return;
  await sql`select pg_advisory_xact_lock(hashtext(${`berth/${name}`}))`.execute(tx.builder);
}
