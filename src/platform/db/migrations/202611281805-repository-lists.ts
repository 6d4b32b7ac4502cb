import type { Migration } from '../migration.ts';

/**
 * What lists of repositories and projects are sorted, filtered and counted by, without a look at the rows that are not
 * shown on the page.
 */
export const repositoryLists: Migration = {
  name: '202611281805-repository-lists',
  version: 19,
  minCompatibleVersion: 2,
  statements: () => {
    // SQLite looks the row up for a condition of the index itself, unless the index has the columns, too.
    const shown = 'visible_at, deleted_at) where visible_at is not null and deleted_at is null';
    const live = 'deleted_at) where deleted_at is null';
    return [
      `create index repository_shown_by_creation on repository (created_at, id, project_id, full_name, ${shown}`,
      `create index repository_shown_by_update on repository (updated_at, id, project_id, full_name, ${shown}`,
      `create index repository_shown_by_pulls on repository (pull_count, id, project_id, full_name, ${shown}`,
      `create index repository_shown_by_name on repository (full_name, id, project_id, ${shown}`,
      `create index repository_shown_by_project on repository (project_id, created_at, id, full_name, ${shown}`,
      `create index project_by_visibility on project (public, id, name, ${live}`,
      `create index project_by_creation on project (created_at, id, public, ${live}`,
      `create index project_by_update on project (updated_at, id, public, ${live}`,
      // Readers wait from here on.
      `drop index repository_by_creation`,
    ];
  },
};
