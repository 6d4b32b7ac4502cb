import { sql } from 'kysely';
import type { Queries, Tx } from '../../../platform/db/database.ts';
import { prepare } from '../../../platform/db/prepare.ts';

const page = prepare((db, values: { after: number; count: number }) =>
  db
    .selectFrom('tag')
    .select(['id', 'name'])
    .where(sql<boolean>`name_order = ''`)
    .where('id', '>', values.after)
    .orderBy('id')
    .limit(values.count),
);

/** Those in the trash, too: they come back with it. */
export function pageWithoutOrder(
  db: Queries,
  of: { readonly after: number; readonly count: number },
): Promise<{ readonly id: number; readonly name: string }[]> {
  return db.all(page, { ...of });
}

export async function putOrders(
  tx: Tx,
  orders: readonly { readonly id: number; readonly order: string }[],
): Promise<void> {
  const json = JSON.stringify(orders);
  const given =
    tx.dialect === 'sqlite'
      ? sql`json_each(${json}) as given where tag.id = given.value ->> 'id'`
      : sql`json_array_elements(${json}::json) as given (value) where tag.id = (given.value ->> 'id')::bigint`;
  await sql`update tag set name_order = given.value ->> 'order' from ${given}`.execute(tx.builder);
}
