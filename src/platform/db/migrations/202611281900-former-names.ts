import type { Migration } from '../migration.ts';

/**
 * Where projects and repositories were before. Older code does not look: what it is asked for by an old name is not
 * there, and it gives such names out again.
 */
export const formerNames: Migration = {
  name: '202611281900-former-names',
  version: 25,
  minCompatibleVersion: 2,
  statements: (t) => [
    `create table former_project (
      name ${t.text} primary key,
      project_id ${t.int} not null references project (id) on delete cascade,
      since ${t.int} not null,
      ends_at ${t.int} not null
    )${t.strict}`,
    `create index former_project_by_project on former_project (project_id)`,
    `create table former_repository (
      project_id ${t.int} not null references project (id) on delete cascade,
      path ${t.text} not null,
      repository_id ${t.int} not null references repository (id) on delete cascade,
      since ${t.int} not null,
      ends_at ${t.int} not null,
      primary key (project_id, path)
    )${t.strictRowless}`,
    `create index former_repository_by_repository on former_repository (repository_id)`,
  ],
};
