import { sql } from 'kysely';
import type { Tx } from '../../platform/db/database.ts';
import { valueList } from '../../platform/db/value-list.ts';
import { holdsIt, isClaimed, lockById, refersTo } from '../blobs/removal/removal-writes.ts';
import { changeUsage, releaseAllInProject } from '../repositories/usage-writes.ts';
import { condemnWithoutObject } from '../trash/purge-writes.ts';
import type { Link } from './garbage-reads.ts';

const idList = (tx: Tx, ids: readonly number[]) => valueList('integer', JSON.stringify(ids), tx.dialect);

export interface Condemned {
  readonly count: number;
  readonly bytes: number;
  /** Publications that ended in nothing although something waits for them: they are to be pushed again. */
  readonly missing: number;
}

/**
 * Behind the lock of their rows, for which publishers and manifests wait or are waited for, and in a statement of its own:
 * what is needed stays as it is. Rows that somebody holds are left to the next run.
 * @param sizes of those whose object may not be there what the storage really holds
 */
export async function condemn(
  tx: Tx,
  {
    ids,
    sizes,
    now,
  }: {
    readonly ids: readonly number[];
    readonly sizes: ReadonlyMap<number, number>;
    readonly now: number;
  },
): Promise<Condemned> {
  const rows = await lockById(tx, ids, 'skip');
  const locked = rows.filter(({ state }) => ['live', 'missing', 'pending'].includes(state));
  if (locked.length === 0) return { count: 0, bytes: 0, missing: 0 };
  const { rows: asked } = await sql<{ id: number; claimed: number; needed: number }>`
    select id as "id", case when ${isClaimed(now)} then 1 else 0 end as "claimed",
        case when ${holdsIt()} or ${refersTo()} then 1 else 0 end as "needed"
      from blob where id in ${idList(
        tx,
        locked.map(({ id }) => id),
      )}`.execute(tx.builder);
  const known = new Map(asked.map((row) => [row.id, row]));
  const free = locked.filter(({ id }) => known.get(id)?.claimed === 0);
  const unneeded = free.filter(({ id }) => known.get(id)?.needed === 0);
  const waited = free.filter(({ id, state }) => state === 'pending' && known.get(id)?.needed === 1);
  await setState(tx, 'condemned', unneeded, now);
  await setState(tx, 'missing', waited, now);
  let bytes = 0;
  for (const { id, bytes: told } of unneeded) {
    const size = sizes.get(id) ?? told;
    bytes += size;
    if (size !== told) await sql`update blob set size = ${size} where id = ${id}`.execute(tx.builder);
  }
  return { count: unneeded.length, bytes, missing: waited.length };
}

async function setState(
  tx: Tx,
  state: 'condemned' | 'missing',
  rows: readonly { readonly id: number }[],
  now: number,
): Promise<void> {
  if (rows.length === 0) return;
  await sql`update blob set state = ${state}, state_at = ${now} where id in ${idList(
    tx,
    rows.map(({ id }) => id),
  )}`.execute(tx.builder);
}

/**
 * Ends links that no artifact of their repository needs, and that were touched last before `end`: the condition is asked
 * behind the lock of the blob, for which pushes of manifests wait, and of the link itself, since who is told that a blob is
 * there touches only that. Returns the blob of each that ended.
 */
export async function endLinks(tx: Tx, links: readonly Link[], end: number): Promise<readonly number[]> {
  const projects = await keepInProject(tx, [...new Set(links.map(({ repositoryId }) => repositoryId))]);
  const held = new Map(
    (await lockById(tx, [...new Set(links.map(({ blobId }) => blobId))], 'skip')).map((row) => [row.id, row]),
  );
  const freed = new Map<number, number>();
  const ended: number[] = [];
  const byRepository = Map.groupBy(
    links.filter(({ blobId }) => held.has(blobId)),
    ({ repositoryId }) => repositoryId,
  );
  for (const [repositoryId, some] of byRepository) {
    const projectId = projects.get(repositoryId);
    if (projectId === undefined) continue;
    const ids = some.map(({ blobId }) => blobId);
    const { rows } = await sql<{ blobId: number; hidden: number }>`
      delete from blob_link where repository_id = ${repositoryId} and blob_id in ${idList(tx, ids)}
        and touched_at <= ${end}
        and not exists (select 1 from reference join artifact on artifact.blob_id = reference.manifest_id
          where reference.blob_id = blob_link.blob_id and artifact.repository_id = blob_link.repository_id)
        returning blob_id as "blobId", hidden as "hidden"`.execute(tx.builder);
    ended.push(...rows.map(({ blobId }) => blobId));
    // A hidden one was released when it was hidden.
    const counted = rows.filter(({ hidden }) => hidden === 0).map(({ blobId }) => blobId);
    if (counted.length === 0) continue;
    let bytes = freed.get(projectId) ?? 0;
    for (const id of await releaseAllInProject(tx, projectId, counted)) bytes += held.get(id)?.bytes ?? 0;
    freed.set(projectId, bytes);
  }
  for (const [projectId, bytes] of [...freed].toSorted(([a], [b]) => a - b))
    await changeUsage(tx, projectId, -bytes);
  return ended;
}

/**
 * The projects of repositories that nobody moves or deletes until the transaction ends. Before the blobs, as everybody takes
 * them: a move counts what a repository links.
 */
async function keepInProject(tx: Tx, ids: readonly number[]): Promise<ReadonlyMap<number, number>> {
  const locking = tx.dialect === 'postgres' ? sql`for key share skip locked` : sql``;
  const { rows } = await sql<{ id: number; projectId: number }>`
    select id as "id", project_id as "projectId" from repository where id in ${idList(tx, ids)}
      order by id ${locking}`.execute(tx.builder);
  return new Map(rows.map(({ id, projectId }) => [id, projectId]));
}

/** The bytes of manifests that no repository has; asked behind the lock, which a push of the same waits for. */
export async function dropManifests(tx: Tx, ids: readonly number[], now: number): Promise<number> {
  const locked = (await lockById(tx, ids, 'skip')).map(({ id }) => id);
  if (locked.length === 0) return 0;
  const { rows } = await sql<{ id: number; copiedAt: number | null }>`
    delete from manifest where blob_id in ${idList(tx, locked)}
      and not exists (select 1 from artifact where artifact.blob_id = manifest.blob_id)
      returning blob_id as "id", copied_at as "copiedAt"`.execute(tx.builder);
  const uncopied = rows.filter(({ copiedAt }) => copiedAt === null).map(({ id }) => id);
  await condemnWithoutObject(tx, uncopied, now);
  return rows.length;
}
