import type { ClientBase } from 'pg';
import { columnTypes, type Migration } from '../migration.ts';
import { migrations } from '../migrations.ts';
import { checkVersion, versionTables } from '../schema-too-new.ts';

/** Any constant: instances that start at the same time take turns on it. Held by a transaction, not by a session. */
const migrationLock = 4_202_511;

/**
 * Brings the schema up to date, one transaction a step, one instance at a time. A step that another instance did
 * meanwhile is seen under the lock and left out.
 * @throws SchemaTooNew
 */
export async function migratePostgres(
  client: ClientBase,
  steps: readonly Migration[] = migrations,
): Promise<void> {
  for (const step of steps) await applyOnce(client, step, steps);
}

async function applyOnce(client: ClientBase, step: Migration, steps: readonly Migration[]): Promise<void> {
  await client.query('begin');
  try {
    await client.query('select pg_advisory_xact_lock($1)', [migrationLock]);
    for (const statement of versionTables(columnTypes.postgres)) await client.query(statement);
    const version = await client.query<{ min_compatible_version: number }>(
      'select min_compatible_version::int as min_compatible_version from schema_version',
    );
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
