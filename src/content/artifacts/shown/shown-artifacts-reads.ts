import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';

type Condition = RawBuilder<SqlBool>;

/** Rows that nobody has described yet are known by their subject. */
export function isNoAccessory(artifact: string): Condition {
  return sql<SqlBool>`${sql.ref(`${artifact}.accessory_kind`)} is null and ${sql.ref(`${artifact}.subject`)} is null`;
}

/** Keeps PostgreSQL from answering for all artifacts at once, for which it reads every tag and reference there is. */
const each = sql`limit 1 offset 0`;

export function isTagged(artifact: string): Condition {
  return sql<SqlBool>`exists (select 1 from live_tag where live_tag.artifact_id = ${sql.ref(`${artifact}.id`)} ${each})`;
}

/**
 * A live index of the repository lists it. The plus keeps SQLite from looking for the parent among all artifacts of the
 * repository.
 */
export function isListed(artifact: string): Condition {
  return sql<SqlBool>`exists (
    select 1 from reference inner join live_artifact as parent on parent.blob_id = reference.manifest_id
    where reference.blob_id = ${sql.ref(`${artifact}.blob_id`)} and reference.kind = 'child'
      and +parent.repository_id = ${sql.ref(`${artifact}.repository_id`)} ${each})`;
}

/** Of whom an artifact may be a child. In the words of the index, without which SQLite would not use it. */
const hasChildren = sql`parent.media_type in (
  'application/vnd.oci.image.index.v1+json', 'application/vnd.docker.distribution.manifest.list.v2+json')`;

/**
 * How many artifacts lists show of a place: all but accessories, which an index knows, less the children without a tag of
 * the live indexes there. It costs what there is of those, not a look at each artifact.
 * @param place `repository_id` or `project_id`
 */
export function countShown(
  place: 'repository_id' | 'project_id',
  id: Expression<unknown>,
): RawBuilder<number> {
  const at = (table: string) => sql`${sql.ref(`${table}.${place}`)} = ${id}`;
  return sql<number>`((select count(*) from live_artifact as every where ${at('every')} and ${isNoAccessory('every')})
    - (select count(*) from (
      select distinct child.id from live_artifact as parent
        cross join reference cross join live_artifact as child
        where ${at('parent')} and ${hasChildren}
          and reference.manifest_id = parent.blob_id and reference.kind = 'child'
          and child.blob_id = reference.blob_id and child.repository_id = parent.repository_id
          and ${isNoAccessory('child')} and not ${isTagged('child')}) as hidden))`;
}
