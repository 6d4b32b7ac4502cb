import type { ClientBase } from 'pg';
import { UnusableServer } from './unusable-server.ts';

const shownTables = 3;

/**
 * Whether the database holds nothing yet. Before a migration writes anything: a database with tables is Berth's, or another program's. The first migration makes
 * all tables in one transaction, so a half of them is never seen; tables of an extension do not count.
 * @throws UnusableServer foreignTables
 */
export async function refuseForeignTables(client: ClientBase): Promise<'fresh' | 'ours'> {
  const { rows } = await client.query<{ ours: boolean; tables: string[] }>(
    `select
       (select count(*) = 2 from pg_attribute a where a.attrelid = to_regclass(quote_ident(current_schema()) || '.schema_migration')
         and a.attname in ('name', 'applied_at')) as ours,
       array(select t.relname::text from pg_class t
         where t.relnamespace = current_schema()::regnamespace and t.relkind in ('r', 'p')
           and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = t.oid and d.deptype = 'e')
         order by t.relname) as tables`,
  );
  const [{ ours, tables } = { ours: true, tables: [] }] = rows;
  if (ours) return 'ours';
  if (tables.length === 0) return 'fresh';
  const shown = tables.slice(0, shownTables).join(', ') + (tables.length > shownTables ? ', …' : '');
  throw new UnusableServer('foreignTables', `the database holds tables of another program: ${shown}`, shown);
}
