import { setTimeout as delay } from 'node:timers/promises';
import type { ClientBase } from 'pg';
import { StartProblem } from '../../../lib/start-problem.ts';
import { columnTypes, type Migration, type RowChange } from '../migration.ts';
import { migrations } from '../migrations.ts';
import { checkVersion, versionTables } from '../schema-too-new.ts';
import { makeIndex } from './make-index.ts';
import { postgresCode } from './translate-postgres.ts';

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
const deadlock = '40P01';

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
  if (await isUpToDate(client, steps)) return;
  for (const step of steps) await applyInTime(client, step, steps, waits);
}

/** The usual case at a start, told in three statements. Under no lock: what another instance begins meanwhile, it ends. */
async function isUpToDate(client: ClientBase, steps: readonly Migration[]): Promise<boolean> {
  const { rows } = await client.query<{ known: boolean }>(
    "select to_regclass('schema_version') is not null and to_regclass('schema_migration') is not null as known",
  );
  if (rows[0]?.known !== true) return false;
  const version = await client.query<{ min_compatible_version: number }>(minCompatibleVersionSql);
  checkVersion(version.rows[0], steps);
  const applied = await client.query<{ name: string }>('select name from schema_migration');
  const names = new Set(applied.rows.map(({ name }) => name));
  return steps.every(({ name }) => names.has(name));
}

async function applyInTime(
  client: ClientBase,
  step: Migration,
  steps: readonly Migration[],
  { onWait, pauseMs = 2000, patienceMs = 10 * 60_000 }: MigrationWaits,
): Promise<void> {
  const giveUpAt = performance.now() + patienceMs;
  await prepareStep(client, step, patienceMs);
  for (let attempt = 1; ; attempt++) {
    try {
      await applyOnce(client, step, steps);
      return;
    } catch (error) {
      // Whoever waits for a lock of the step, and holds one that its next statement needs, ends either.
      const code = postgresCode(error);
      if (code !== lockNotAvailable && code !== deadlock) throw error;
      if (performance.now() > giveUpAt)
        throw new StartProblem('schemaBusy', { step: step.name }, { cause: error });
      if (attempt === 1) onWait?.(step.name);
    }
    await delay(pauseMs);
  }
}

/** What is done outside of the step's transaction. */
async function prepareStep(client: ClientBase, step: Migration, patienceMs: number): Promise<void> {
  const { name, rows, indexes = [] } = step;
  if ((rows === undefined && indexes.length === 0) || (await isApplied(client, step))) return;
  if (rows !== undefined) await changeRows(client, rows);
  try {
    for (const index of indexes) await makeIndex(client, index, patienceMs);
  } catch (error) {
    if (postgresCode(error) !== lockNotAvailable) throw error;
    throw new StartProblem('schemaBusy', { step: name }, { cause: error });
  }
}

async function applyOnce(client: ClientBase, step: Migration, steps: readonly Migration[]): Promise<void> {
  await client.query('begin');
  try {
    await client.query('select pg_advisory_xact_lock($1)', [migrationLock]);
    for (const statement of versionTables(columnTypes.postgres)) await client.query(statement);
    const version = await client.query<{ min_compatible_version: number }>(minCompatibleVersionSql);
    checkVersion(version.rows[0], steps);
    if (!(await isApplied(client, step))) await apply(client, step);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

async function isApplied(client: ClientBase, step: Migration): Promise<boolean> {
  const { rows } = await client.query('select 1 from schema_migration where name = $1', [step.name]);
  return rows.length > 0;
}

/** Small enough that a push that waits for one of its rows does not notice. */
const rowsAtOnce = 2000;

async function changeRows(client: ClientBase, { table, set, where }: RowChange): Promise<void> {
  let after: string | number = 0;
  for (;;) {
    const found: { rows: { last: string | number | null }[] } = await client.query(
      `select max(id) as last from (
        select id from ${table} where id > $1 order by id limit ${rowsAtOnce}) as next_rows`,
      [after],
    );
    const last = found.rows[0]?.last ?? null;
    if (last === null) return;
    await untilNoDeadlock(() =>
      client.query(`update ${table} set ${set} where id > $1 and id <= $2 and ${where}`, [after, last]),
    );
    after = last;
  }
}

async function untilNoDeadlock(change: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await change();
      return;
    } catch (error) {
      if (postgresCode(error) !== deadlock) throw error;
    }
    await delay(10);
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
