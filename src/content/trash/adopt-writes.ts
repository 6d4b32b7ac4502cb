import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../../platform/db/database.ts';

interface Orphan {
  readonly id: number;
  readonly deletedAt: number;
  readonly purgeAfter: number;
}

const by = 'system';

async function give(tx: Tx, values: RawBuilder<unknown>, { deletedAt, purgeAfter }: Orphan): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    insert into trash (kind, project_id, repository_id, tag, digest, freed_bytes, deleted_at, purge_after, deleted_by)
      select ${values}, 0, ${sql.lit(deletedAt)}, ${sql.lit(purgeAfter)}, ${sql.lit(by)}
      returning id as "id"`.execute(tx.builder);
  const [made] = rows;
  if (made === undefined) throw new Error('a row of the trash was not made');
  return made.id;
}

async function found<T extends Orphan>(tx: Tx, query: RawBuilder<T>): Promise<T[]> {
  return (await query.execute(tx.builder)).rows;
}

const locked = (tx: Tx) => (tx.dialect === 'postgres' ? sql`for update skip locked` : sql``);

/** Deleted repositories, with all that was deleted in them by the same code. */
async function adoptRepositories(tx: Tx, count: number): Promise<number> {
  const rows = await found(
    tx,
    sql<Orphan>`select id as "id", deleted_at as "deletedAt", purge_after as "purgeAfter" from repository
      where deleted_at is not null and trash_id is null and purge_after is not null
        and exists (select 1 from project where project.id = repository.project_id and project.deleted_at is null)
      order by id limit ${count} ${locked(tx)}`,
  );
  for (const row of rows) {
    const id = await give(tx, sql`'repository', null, ${sql.lit(row.id)}, null, null`, row);
    await sql`update repository set trash_id = ${id} where id = ${row.id}`.execute(tx.builder);
    for (const table of ['artifact', 'tag'])
      await sql`update ${sql.table(table)} set trash_id = ${id} where repository_id = ${row.id}
        and deleted_at >= ${row.deletedAt} and trash_id is null`.execute(tx.builder);
  }
  return rows.length;
}

async function adoptProjects(tx: Tx, count: number): Promise<number> {
  const rows = await found(
    tx,
    sql<Orphan>`select id as "id", deleted_at as "deletedAt", purge_after as "purgeAfter" from project
      where deleted_at is not null and purge_after is not null
        and not exists (select 1 from trash where trash.project_id = project.id)
      order by id limit ${count} ${locked(tx)}`,
  );
  for (const row of rows) {
    const id = await give(tx, sql`'project', ${sql.lit(row.id)}, null, null, null`, row);
    await sql`update repository set trash_id = ${id} where project_id = ${row.id} and deleted_at is not null
      and trash_id is null`.execute(tx.builder);
  }
  return rows.length;
}

/** What older code took out of a repository that newer code had begun to delete. */
async function adoptDrained(tx: Tx, count: number): Promise<number> {
  const only = tx.dialect === 'postgres' ? sql`for update of artifact skip locked` : sql``;
  const { rows } = await sql<{ id: number; trashId: number }>`
    select artifact.id as "id", repository.trash_id as "trashId" from artifact
      join repository on repository.id = artifact.repository_id
      join trash on trash.id = repository.trash_id and trash.kind = 'repository'
      where artifact.deleted_at is not null and artifact.trash_id is null
        and artifact.deleted_at >= repository.deleted_at
      order by artifact.id limit ${count} ${only}`.execute(tx.builder);
  for (const { id, trashId } of rows) {
    await sql`update artifact set trash_id = ${trashId} where id = ${id}`.execute(tx.builder);
    await sql`update tag set trash_id = ${trashId} where artifact_id = ${id} and deleted_at is not null
      and trash_id is null`.execute(tx.builder);
  }
  return rows.length;
}

/** Artifacts of live repositories, with the tags that went with them. */
async function adoptArtifacts(tx: Tx, count: number): Promise<number> {
  const rows = await found(
    tx,
    sql<Orphan & { repositoryId: number; digest: string }>`
      select id as "id", deleted_at as "deletedAt", purge_after as "purgeAfter", repository_id as "repositoryId",
        digest as "digest" from artifact
      where deleted_at is not null and trash_id is null and exists (select 1 from repository
        where repository.id = artifact.repository_id
          and (repository.deleted_at is null or repository.purge_after is not null))
      order by id limit ${count} ${locked(tx)}`,
  );
  for (const row of rows) {
    const { repositoryId, digest } = row;
    const id = await give(tx, sql`'artifact', null, ${sql.lit(repositoryId)}, null, ${sql.lit(digest)}`, row);
    await sql`update artifact set trash_id = ${id} where id = ${row.id}`.execute(tx.builder);
    await sql`update tag set trash_id = ${id} where artifact_id = ${row.id} and deleted_at = ${row.deletedAt}
      and trash_id is null`.execute(tx.builder);
  }
  return rows.length;
}

async function adoptTags(tx: Tx, count: number): Promise<number> {
  const rows = await found(
    tx,
    sql<Orphan & { repositoryId: number; name: string; digest: string }>`
      select id as "id", deleted_at as "deletedAt", purge_after as "purgeAfter", repository_id as "repositoryId",
        name as "name", digest as "digest" from tag
      where deleted_at is not null and trash_id is null and exists (select 1 from repository
        where repository.id = tag.repository_id
          and (repository.deleted_at is null or repository.purge_after is not null))
      order by id limit ${count} ${locked(tx)}`,
  );
  for (const row of rows) {
    const { repositoryId, name, digest } = row;
    const place = sql`'tag', null, ${sql.lit(repositoryId)}, ${sql.lit(name)}, ${sql.lit(digest)}`;
    const id = await give(tx, place, row);
    await sql`update tag set trash_id = ${id} where id = ${row.id}`.execute(tx.builder);
  }
  return rows.length;
}

/** What the trash is told of a deletion that older code made: nothing names it, so that it could not be listed. */
export const adoptions = [adoptProjects, adoptRepositories, adoptDrained, adoptArtifacts, adoptTags] as const;
