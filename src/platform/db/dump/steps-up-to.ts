import type { Migration } from '../migration.ts';
import { migrations } from '../migrations.ts';
import { SchemaTooNew } from '../schema-too-new.ts';

/**
 * The migrations that make the schema a dump was taken from; those behind it then find its rows as they always do.
 * @throws SchemaTooNew
 */
export function stepsUpTo(schema: number): readonly Migration[] {
  const known = migrations.at(-1)?.version ?? 0;
  if (schema > known) throw new SchemaTooNew(schema, known);
  return migrations.filter(({ version }) => version <= schema);
}
