import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Queries } from '../../platform/db/database.ts';
import { valueList } from '../../platform/db/value-list.ts';
import { findAllTrash, type TrashItem } from './trash-reads.ts';

/** What is in the trash since its project was deleted. */
export async function trashOfProject(db: Queries, projectId: number): Promise<number | undefined> {
  const { rows } = await sql<{ id: number }>`
    select id from trash where project_id = ${projectId} and kind = 'project'`.execute(db.builder);
  return rows[0]?.id;
}

/** The deletion of a repository: its own, or that of its project. */
export async function trashOfRepository(db: Queries, repositoryId: number): Promise<number | undefined> {
  const { rows } = await sql<{ id: number | null }>`
    select trash_id as "id" from repository where id = ${repositoryId}`.execute(db.builder);
  return rows[0]?.id ?? undefined;
}

export async function trashOfArtifact(db: Queries, artifactId: number): Promise<number | undefined> {
  const { rows } = await sql<{ id: number | null }>`
    select trash_id as "id" from artifact where id = ${artifactId}`.execute(db.builder);
  return rows[0]?.id ?? undefined;
}

/** Of more, who restores is told one after the other. */
const mostNeeded = 100;

/**
 * The deletions that stand in the way of restoring one, those first that stand in the way of others: of its project, its
 * repository, what its tag stands for, the children of its indexes.
 */
export async function neededByTrash(db: Queries, item: TrashItem): Promise<readonly TrashItem[]> {
  if (item.kind === 'project') return [];
  // What is found again stands in the way of more, and comes back earlier.
  const content = new Set<number>();
  let found = item.kind === 'tag' ? await standingFor(db, item.id) : await childrenOf(db, [item.id]);
  for (let level = 0; found.length > 0 && level < deepest && content.size < mostNeeded; level += 1) {
    for (const id of found) {
      content.delete(id);
      content.add(id);
    }
    found = (await childrenOf(db, found)).filter((id) => id !== item.id);
  }
  const ids = [...(await placesOf(db, item)), ...[...content].toReversed()];
  const items = new Map((await findAllTrash(db, ids)).map((each) => [each.id, each]));
  return [...new Set(ids)].flatMap((id) => items.get(id) ?? []);
}

const askedAtOnce = 50;

/** Those of these deletions that something may stand in the way of. */
export async function maybeNeedy(db: Queries, trashIds: readonly number[]): Promise<readonly number[]> {
  const needy: number[] = [];
  for (let start = 0; start < trashIds.length; start += askedAtOnce) {
    if (start > 0) await nextTurn();
    needy.push(...(await needyOf(db, trashIds.slice(start, start + askedAtOnce))));
  }
  return needy;
}

async function needyOf(db: Queries, trashIds: readonly number[]): Promise<readonly number[]> {
  const ids = valueList('integer', JSON.stringify(trashIds), db.dialect);
  const { rows } = await sql<{ id: number }>`
    select trash.id as "id" from trash
      left join repository on repository.id = trash.repository_id
      join project on project.id = coalesce(trash.project_id, repository.project_id)
      where trash.id in ${ids} and trash.kind <> 'project' and (project.deleted_at is not null
        or (trash.kind <> 'repository' and repository.deleted_at is not null)
        or exists (select 1 from tag join artifact dead on dead.id = tag.artifact_id
          where tag.trash_id = trash.id and dead.trash_id <> trash.id)
        or exists (select 1 from artifact
          join reference on reference.manifest_id = artifact.blob_id and reference.kind = 'child'
          join artifact child on child.blob_id = reference.blob_id
            and child.repository_id = artifact.repository_id and child.trash_id <> trash.id
          where artifact.trash_id = trash.id))
      order by trash.id`.execute(db.builder);
  return rows.map(({ id }) => id);
}

/** Of indexes in indexes. */
const deepest = 10;

async function placesOf(db: Queries, item: TrashItem): Promise<number[]> {
  const { kind, projectId, repositoryId } = item;
  const project = item.projectDeletedAt === null ? undefined : await trashOfProject(db, projectId);
  const repository =
    kind === 'repository' || item.repositoryDeletedAt === null || repositoryId === null
      ? undefined
      : await trashOfRepository(db, repositoryId);
  return [project, repository].flatMap((id) => id ?? []);
}

/** The deletion of what a tag stands for, unless that was pushed again. */
async function standingFor(db: Queries, trashId: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select distinct dead.trash_id as "id" from tag
      join artifact dead on dead.id = tag.artifact_id and dead.trash_id is not null
      where tag.trash_id = ${trashId} and not exists (select 1 from artifact held
        where held.repository_id = dead.repository_id and held.digest = dead.digest
          and held.deleted_at is null)`.execute(db.builder);
  return rows.map(({ id }) => id);
}

/**
 * Of each child of the indexes of these deletions the last deletion, unless it comes back with its index or was pushed again.
 */
async function childrenOf(db: Queries, trashIds: readonly number[]): Promise<number[]> {
  const ids = valueList('integer', JSON.stringify(trashIds), db.dialect);
  const { rows } = await sql<{ id: number }>`
    select distinct max(child.trash_id) as "id" from artifact
      join reference on reference.manifest_id = artifact.blob_id and reference.kind = 'child'
      join artifact child on child.blob_id = reference.blob_id and child.trash_id is not null
        and child.repository_id = artifact.repository_id
      where artifact.trash_id in ${ids} and not exists (select 1 from artifact other
        where other.blob_id = child.blob_id and other.repository_id = child.repository_id
          and (other.deleted_at is null or other.trash_id = artifact.trash_id))
      group by child.repository_id, child.blob_id
      order by 1 limit ${sql.lit(mostNeeded)}`.execute(db.builder);
  return rows.map(({ id }) => id);
}
