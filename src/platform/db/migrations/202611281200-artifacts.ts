import type { Migration } from '../migration.ts';

/**
 * What lists show of artifacts and repositories. `described` 0: not known yet, as of all rows from before and of what
 * older code pushes; a job finds it out.
 */
export const artifacts: Migration = {
  name: '202611281200-artifacts',
  version: 11,
  minCompatibleVersion: 2,
  statements: (t) => [
    `alter table repository add column description ${t.text} not null default ''`,
    `alter table repository add column pull_count ${t.int} not null default 0`,
    `alter table artifact add column kind ${t.text}`,
    `alter table artifact add column config_type ${t.text}`,
    `alter table artifact add column total_size ${t.int}`,
    `alter table artifact add column pulled_at ${t.int}`,
    `alter table artifact add column accessory_kind ${t.text}`,
    `alter table artifact add column accessory_subject ${t.text}`,
    `alter table artifact add column described ${t.int} not null default 0`,
    `alter table tag add column pulled_at ${t.int}`,
    `create table manifest_detail (
      blob_id ${t.int} primary key references manifest (blob_id) on delete cascade,
      annotations ${t.text},
      extra_attrs ${t.text},
      icon ${t.text}
    )${t.strict}`,
    `create index manifest_detail_by_icon on manifest_detail (icon) where icon is not null`,
    `create index artifact_by_push on artifact (repository_id, pushed_at, id) where deleted_at is null`,
    `create index artifact_by_accessory on artifact (repository_id, accessory_subject, id)
      where accessory_subject is not null and deleted_at is null`,
    `create index artifact_to_describe on artifact (id) where described <> 1 and deleted_at is null`,
    `create index repository_by_creation on repository (created_at, id)
      where visible_at is not null and deleted_at is null`,
    `drop view live_repository`,
    `create view live_repository as select * from repository where deleted_at is null`,
    `drop view live_artifact`,
    `create view live_artifact as select * from artifact where deleted_at is null`,
    `drop view live_tag`,
    `create view live_tag as select * from tag where deleted_at is null`,
  ],
};
