import type { Migration } from '../migration.ts';

/**
 * What PostgreSQL counts artifacts and repositories by: it keeps equal keys together, so that one of a single column is a
 * tenth of those that lists are read by. SQLite counts by those.
 */
export const countIndexes: Migration = {
  name: '202611282210-count-indexes',
  version: 29,
  minCompatibleVersion: 2,
  indexes: [
    {
      name: 'artifact_count_by_project',
      on: 'artifact (project_id) where deleted_at is null and accessory_kind is null and subject is null',
    },
    {
      name: 'repository_count_by_project',
      on: 'repository (project_id) where visible_at is not null and deleted_at is null',
    },
  ],
  statements: () => [],
};
