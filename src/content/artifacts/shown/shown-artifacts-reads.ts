import { type RawBuilder, type SqlBool, sql } from 'kysely';

type Condition = RawBuilder<SqlBool>;

/** Rows that nobody has described yet are known by their subject. */
export function isNoAccessory(artifact: string): Condition {
  return sql<SqlBool>`${sql.ref(`${artifact}.accessory_kind`)} is null and ${sql.ref(`${artifact}.subject`)} is null`;
}

export function isTagged(artifact: string): Condition {
  return sql<SqlBool>`exists (select 1 from live_tag where live_tag.artifact_id = ${sql.ref(`${artifact}.id`)})`;
}

/**
 * A live index of the repository lists it. The plus keeps SQLite from looking for the parent among all artifacts of the
 * repository.
 */
export function isListed(artifact: string): Condition {
  return sql<SqlBool>`exists (
    select 1 from reference inner join live_artifact as parent on parent.blob_id = reference.manifest_id
    where reference.blob_id = ${sql.ref(`${artifact}.blob_id`)} and reference.kind = 'child'
      and +parent.repository_id = ${sql.ref(`${artifact}.repository_id`)})`;
}

/** What lists show and count: no accessories, and of the children of an index only those that have a tag. */
export function isShown(artifact: string): Condition {
  return sql<SqlBool>`${isNoAccessory(artifact)} and (${isTagged(artifact)} or not ${isListed(artifact)})`;
}
