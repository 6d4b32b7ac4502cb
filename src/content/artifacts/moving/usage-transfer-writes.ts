import { sql } from 'kysely';
import type { Tx } from '../../../platform/db/database.ts';
import { prepare } from '../../../platform/db/prepare.ts';

const chunk = 1000;

const held = prepare((db, values: { repositoryId: number }) =>
  db
    .selectFrom(
      db
        .selectFrom('blob_link')
        .where('repository_id', '=', values.repositoryId)
        .where('hidden', '=', 0)
        .select('blob_id')
        .unionAll(
          db.selectFrom('live_artifact').where('repository_id', '=', values.repositoryId).select('blob_id'),
        )
        .as('held'),
    )
    .innerJoin('blob', 'blob.id', 'held.blob_id')
    .groupBy(['blob.id', 'blob.size'])
    .select((select) => ['blob.id', 'blob.size', select.fn.countAll<number>().as('holders')])
    .orderBy('blob.id'),
);

interface Held {
  readonly id: number;
  readonly size: number;
  readonly holders: number;
}

/**
 * What a repository holds is held by another project from now on. Nobody may be pushing into the repository, nor into
 * the project that it leaves. Returns what either is charged more or less; `changeUsage` is left to the caller.
 */
export async function transferHeld(
  tx: Tx,
  input: { readonly repositoryId: number; readonly from: number; readonly to: number },
): Promise<{ readonly freed: number; readonly charged: number }> {
  const all = await tx.all(held, { repositoryId: input.repositoryId });
  let [freed, charged] = [0, 0];
  for (let start = 0; start < all.length; start += chunk) {
    const page = all.slice(start, start + chunk).map((row) => ({ ...row, holders: Number(row.holders) }));
    charged += await hold(tx, input.to, page);
    freed += await release(tx, input.from, page);
  }
  return { freed, charged };
}

/** The rows `id`, `holders` of a list, in a statement. */
function rowsOf(tx: Tx, page: readonly Held[]) {
  const list = JSON.stringify(page.map(({ id, holders }) => [id, holders]));
  return tx.dialect === 'sqlite'
    ? sql`(select (value ->> 0) as id, (value ->> 1) as holders from json_each(${list}))`
    : sql`(select (value ->> 0)::bigint as id, (value ->> 1)::bigint as holders from json_array_elements(${list}::json) as value)`;
}

async function hold(tx: Tx, projectId: number, page: readonly Held[]): Promise<number> {
  const { rows } = await sql<{ id: number; holders: number }>`
    insert into project_blob (project_id, blob_id, holders)
      select cast(${projectId} as bigint), held.id, held.holders from ${rowsOf(tx, page)} as held
        where true order by held.id
      on conflict (project_id, blob_id) do update set holders = project_blob.holders + excluded.holders
      returning blob_id as id, holders`.execute(tx.builder);
  const after = new Map(rows.map(({ id, holders }) => [Number(id), Number(holders)]));
  return sizeOf(page.filter(({ id, holders }) => after.get(id) === holders));
}

async function release(tx: Tx, projectId: number, page: readonly Held[]): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    update project_blob set holders = project_blob.holders - held.holders from ${rowsOf(tx, page)} as held
      where project_blob.project_id = ${projectId} and project_blob.blob_id = held.id
        and project_blob.holders > held.holders
      returning project_blob.blob_id as id`.execute(tx.builder);
  const shared = new Set(rows.map(({ id }) => Number(id)));
  const last = page.filter(({ id }) => !shared.has(id));
  await sql`delete from project_blob where project_id = ${projectId}
    and blob_id in (select held.id from ${rowsOf(tx, last)} as held)`.execute(tx.builder);
  return sizeOf(last);
}

function sizeOf(blobs: readonly Held[]): number {
  return blobs.reduce((sum, { size }) => sum + size, 0);
}
