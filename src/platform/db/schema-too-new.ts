import type { ColumnTypes, Migration } from './migration.ts';

/** The database was written by a newer Berth whose schema this code cannot work on. */
export class SchemaTooNew extends Error {
  override readonly name = 'SchemaTooNew';
  readonly needed: number;
  readonly known: number;

  constructor(needed: number, known: number) {
    super(`the database needs code for schema ${needed} or newer; this code knows schema ${known}`);
    this.needed = needed;
    this.known = known;
  }
}

/** Kept beside the migrations themselves, since they have to be read before the first has run. */
export function versionTables(types: ColumnTypes): string[] {
  return [
    `create table if not exists schema_migration (
      name ${types.text} primary key,
      applied_at ${types.int} not null
    )${types.strict}`,
    `create table if not exists schema_version (
      id ${types.int} primary key check (id = 1),
      version ${types.int} not null,
      min_compatible_version ${types.int} not null
    )${types.strict}`,
  ];
}

/** @throws SchemaTooNew only when the newer schema says that older code cannot work on it. */
export function checkVersion(
  found: { min_compatible_version: number } | undefined,
  steps: readonly Migration[],
): void {
  const known = steps.at(-1)?.version ?? 0;
  if (found !== undefined && found.min_compatible_version > known) {
    throw new SchemaTooNew(found.min_compatible_version, known);
  }
}
