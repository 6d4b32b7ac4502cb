import type { Migration } from '../migration.ts';

/** What lists of the artifacts of a project or repository are read and counted by. */
export const artifactLists: Migration = {
  name: '202611281812-artifact-lists',
  version: 22,
  minCompatibleVersion: 2,
  statements: () => {
    // SQLite looks the row up for a condition of the index itself, unless the index has the columns, too.
    const shown = `deleted_at, accessory_kind, subject)
      where deleted_at is null and accessory_kind is null and subject is null`;
    const withChildren = `blob_id, media_type, deleted_at) where deleted_at is null and media_type in (
      'application/vnd.oci.image.index.v1+json', 'application/vnd.docker.distribution.manifest.list.v2+json')`;
    return [
      `create index artifact_shown_by_push on artifact (repository_id, pushed_at, id, ${shown}`,
      `create index artifact_shown_by_project on artifact (project_id, pushed_at, id, repository_id, ${shown}`,
      `create index artifact_with_children on artifact (repository_id, ${withChildren}`,
      `create index artifact_with_children_by_project on artifact (project_id, repository_id, ${withChildren}`,
      // Readers wait from here on.
      `drop index artifact_by_push`,
    ];
  },
};
