import { sql } from 'kysely';
import type { Queries } from '../../platform/db/database.ts';
import { findTrash, type TrashItem } from './trash-reads.ts';

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
  const needed: TrashItem[] = [];
  const seen = new Set([item.id]);
  const visit = async (of: TrashItem): Promise<void> => {
    for (const id of await directlyNeeded(db, of)) {
      if (seen.has(id) || seen.size > mostNeeded) continue;
      seen.add(id);
      const found = await findTrash(db, id);
      if (found === undefined) continue;
      await visit(found);
      needed.push(found);
    }
  };
  await visit(item);
  return needed;
}

async function directlyNeeded(db: Queries, item: TrashItem): Promise<number[]> {
  const { kind, projectId, repositoryId } = item;
  if (kind === 'project') return [];
  const places = [
    item.projectDeletedAt === null ? undefined : await trashOfProject(db, projectId),
    kind === 'repository' || item.repositoryDeletedAt === null || repositoryId === null
      ? undefined
      : await trashOfRepository(db, repositoryId),
  ];
  const content = kind === 'tag' ? await standingFor(db, item.id) : await childrenOf(db, item.id);
  return [...places.flatMap((id) => id ?? []), ...content];
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

/** Deletions of children of the indexes of a deletion, unless they were pushed again. */
async function childrenOf(db: Queries, trashId: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select distinct child.trash_id as "id" from artifact
      join reference on reference.manifest_id = artifact.blob_id and reference.kind = 'child'
      join artifact child on child.blob_id = reference.blob_id and child.trash_id is not null
        and child.repository_id = artifact.repository_id
      where artifact.trash_id = ${trashId} and child.trash_id <> ${trashId}
        and not exists (select 1 from artifact held
          where held.blob_id = child.blob_id and held.repository_id = child.repository_id
            and held.deleted_at is null)
      order by 1 limit ${sql.lit(mostNeeded)}`.execute(db.builder);
  return rows.map(({ id }) => id);
}
