import { sql } from 'kysely';
import type { Tx } from '../../../platform/db/database.ts';

interface Transfer {
  readonly repositoryId: number;
  readonly from: number;
  readonly to: number;
  readonly now: number;
}

/**
 * Labels of the project that a repository leaves become those of the same name in the other one, made where there is
 * none. Labels of the system stay as they are.
 */
export async function transferLabels(tx: Tx, { repositoryId, from, to, now }: Transfer): Promise<void> {
  const used = sql`(select label_id from artifact_label where artifact_id in
    (select artifact.id from artifact where artifact.repository_id = ${repositoryId}))`;
  await sql`insert into label (name, description, color, project_id, created_at, updated_at)
    select name, description, color, cast(${to} as bigint), cast(${now} as bigint), cast(${now} as bigint)
      from label where project_id = ${from} and id in ${used}
    on conflict do nothing`.execute(tx.builder);
  await sql`insert into artifact_label (artifact_id, label_id)
    select artifact_label.artifact_id, there.id from artifact_label
      inner join artifact on artifact.id = artifact_label.artifact_id
      inner join label on label.id = artifact_label.label_id
      inner join label as there on there.project_id = ${to} and there.name = label.name
      where artifact.repository_id = ${repositoryId} and label.project_id = ${from}
    on conflict do nothing`.execute(tx.builder);
  await sql`delete from artifact_label where artifact_id in
      (select artifact.id from artifact where artifact.repository_id = ${repositoryId})
    and label_id in (select label.id from label where label.project_id = ${from})`.execute(tx.builder);
}
