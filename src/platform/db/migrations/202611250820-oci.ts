import type { Migration } from '../migration.ts';

/** Which artifacts are about a subject, found by its digest as they write it, in the order of their pushes. */
export const oci: Migration = {
  name: '202611250820-oci',
  version: 4,
  minCompatibleVersion: 2,
  statements: (t) => [
    `alter table artifact add column subject ${t.text}`,
    `update artifact set subject = (
      select digest from reference where manifest_id = artifact.blob_id and kind = 'subject'
    )`,
    `create index artifact_by_subject on artifact (repository_id, subject, id)
      where subject is not null and deleted_at is null`,
    `create index artifact_by_subject_and_type on artifact (repository_id, subject, artifact_type, id)
      where subject is not null and deleted_at is null`,
    `drop view live_artifact`,
    `create view live_artifact as select * from artifact where deleted_at is null`,
  ],
};
