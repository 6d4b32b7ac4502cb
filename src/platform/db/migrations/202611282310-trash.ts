import type { Migration } from '../migration.ts';

/**
 * What was deleted together is one thing in the trash. Older code deletes without it: a job makes a row for that later.
 * Digests that must not come back; older code does not look there.
 */
export const trash: Migration = {
  name: '202611282310-trash',
  version: 32,
  minCompatibleVersion: 2,
  statements: (t) => [
    `create table trash (
      id ${t.id},
      kind ${t.text} not null check (kind in ('tag', 'artifact', 'repository', 'project')),
      project_id ${t.int} references project (id) on delete cascade,
      repository_id ${t.int} references repository (id) on delete cascade,
      tag ${t.text},
      digest ${t.text},
      freed_bytes ${t.int} not null,
      kept ${t.text},
      deleted_at ${t.int} not null,
      purge_after ${t.int} not null,
      deleted_by ${t.text} not null
    )${t.strict}`,
    `create index trash_by_time on trash (deleted_at, id)`,
    `create index trash_by_end on trash (purge_after, id)`,
    `create index trash_by_repository on trash (repository_id)`,
    `create index trash_by_project on trash (project_id)`,
    ...['repository', 'artifact', 'tag'].flatMap((table) => [
      `alter table ${table} add column trash_id ${t.int}`,
      `create index ${table}_by_trash on ${table} (trash_id, id) where trash_id is not null`,
      `create index ${table}_not_in_trash on ${table} (id) where deleted_at is not null and trash_id is null`,
    ]),
    `create table blocked_digest (
      digest ${t.text} primary key,
      object ${t.text} not null,
      blocked_by ${t.text} not null,
      blocked_at ${t.int} not null
    )${t.strictRowless}`,
  ],
};
