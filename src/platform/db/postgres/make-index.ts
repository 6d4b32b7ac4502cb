import { setTimeout as delay } from 'node:timers/promises';
import type { ClientBase } from 'pg';
import type { NewIndex } from '../migration.ts';
import { postgresCode } from './translate-postgres.ts';

const deadlock = '40P01';
/** Another instance has begun it since. */
const alreadyThere: readonly (string | undefined)[] = ['42P07', '23505'];
const pollMs = 200;

/**
 * Makes an index without keeping writers waiting. It waits itself for the transactions that are open, for as long as
 * `patienceMs` each time.
 * @throws an error of PostgreSQL with 55P03 when one of them does not end in time
 */
export async function makeIndex(client: ClientBase, index: NewIndex, patienceMs: number): Promise<void> {
  await client.query(`set lock_timeout = ${patienceMs}`);
  try {
    while ((await stateOf(client, index)) !== 'made') await attempt(client, index);
  } finally {
    await client.query('reset lock_timeout');
  }
}

async function attempt(client: ClientBase, index: NewIndex): Promise<void> {
  const state = await stateOf(client, index);
  if (state === 'being made') {
    await delay(pollMs);
    return;
  }
  try {
    if (state === 'broken off') await client.query(`drop index concurrently if exists ${index.name}`);
    await client.query(`create index concurrently ${index.name} on ${index.on}`);
  } catch (error) {
    const code = postgresCode(error);
    if (code !== deadlock && !alreadyThere.includes(code)) throw error;
    await delay(pollMs);
  }
}

type IndexState = 'absent' | 'being made' | 'broken off' | 'made';

async function stateOf(client: ClientBase, { name }: NewIndex): Promise<IndexState> {
  const { rows } = await client.query<{ valid: boolean; busy: boolean }>(
    `select indisvalid as valid,
        exists (select 1 from pg_stat_progress_create_index as progress
          where progress.index_relid = pg_index.indexrelid and progress.datname = current_database()) as busy
      from pg_index where indexrelid = to_regclass($1)`,
    [name],
  );
  const [found] = rows;
  if (found === undefined) return 'absent';
  if (found.valid) return 'made';
  return found.busy ? 'being made' : 'broken off';
}
