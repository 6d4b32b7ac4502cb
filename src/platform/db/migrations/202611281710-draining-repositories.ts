import type { Migration } from '../migration.ts';

/** Repositories that are deleted but not emptied yet. Older code empties one before it marks it. */
export const drainingRepositories: Migration = {
  name: '202611281710-draining-repositories',
  version: 17,
  minCompatibleVersion: 2,
  statements: () => [
    `create index repository_draining on repository (id) where deleted_at is not null and purge_after is null`,
    `create view held_repository as
      select id, project_id from repository where deleted_at is null or purge_after is null`,
  ],
};
