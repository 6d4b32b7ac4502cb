import { setTimeout as delay } from 'node:timers/promises';
import type { ClientBase } from 'pg';
import { StartProblem } from '../../../lib/start-problem.ts';
import { columnTypes, type Migration } from '../migration.ts';
import { migrations } from '../migrations.ts';
import { checkVersion, versionTables } from '../schema-too-new.ts';

/** Any constant: instances that start at the same time take turns on it. Held by a transaction, not by a session. */
const migrationLock = 4_202_511;

export const minCompatibleVersionSql =
  'select min_compatible_version::int as min_compatible_version from schema_version';

/**
 * A step that waits for a table makes everybody who comes after it wait, readers too. It waits no longer than this at
 * a time, and lets those who came meanwhile pass before it tries again.
 */
const lockTimeoutMs = 250;
const lockNotAvailable = '55P03';

export interface MigrationWaits {
  /** Called once for each step that has to wait for a lock. */
  readonly onWait?: (step: string) => void;
  readonly pauseMs?: number;
  /** Longer than most backups take. */
  readonly patienceMs?: number;
}

/**
 * Brings the schema up to date, one transaction a step, one instance at a time, while others serve. A step that another
 * instance did meanwhile is seen under the lock and left out.
 * @throws SchemaTooNew; StartProblem schemaBusy
 */
export async function migratePostgres(
  client: ClientBase,
  steps: readonly Migration[] = migrations,
  waits: MigrationWaits = {},
): Promise<void> {
  for (const step of steps) await applyInTime(client, step, steps, waits);
}

async function applyInTime(
  client: ClientBase,
  step: Migration,
  steps: readonly Migration[],
  { onWait, pauseMs = 2000, patienceMs = 10 * 60_000 }: MigrationWaits,
): Promise<void> {
  const giveUpAt = performance.now() + patienceMs;
  for (let attempt = 1; ; attempt++) {
    try {
      await applyOnce(client, step, steps);
      return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === lockNotAvailable)) throw error;
      if (performance.now() > giveUpAt)
        throw new StartProblem('schemaBusy', { step: step.name }, { cause: error });
      if (attempt === 1) onWait?.(step.name);
    }
    await delay(pauseMs);
  }
}

async function applyOnce(client: ClientBase, step: Migration, steps: readonly Migration[]): Promise<void> {
  await client.query('begin');
  try {
    await client.query('select pg_advisory_xact_lock($1)', [migrationLock]);
    for (const statement of versionTables(columnTypes.postgres)) await client.query(statement);
    const version = await client.query<{ min_compatible_version: number }>(minCompatibleVersionSql);
    checkVersion(version.rows[0], steps);
    const known = await client.query('select 1 from schema_migration where name = $1', [step.name]);
    if (known.rows.length === 0) await apply(client, step);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

async function apply(client: ClientBase, step: Migration): Promise<void> {
  await client.query(`set local lock_timeout = ${lockTimeoutMs}`);
  for (const statement of step.statements(columnTypes.postgres)) await client.query(statement);
  await client.query(
    `insert into schema_migration (name, applied_at)
     values ($1, (extract(epoch from clock_timestamp()) * 1000)::bigint)`,
    [step.name],
  );
  await client.query('delete from schema_version');
  await client.query('insert into schema_version (id, version, min_compatible_version) values (1, $1, $2)', [
    step.version,
    step.minCompatibleVersion,
  ]);
}
