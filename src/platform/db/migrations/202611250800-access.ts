import type { Migration } from '../migration.ts';

/** Accounts that are switched off, one grant for each role and place, projects that take sparse manifests. */
export const access: Migration = {
  name: '202611250800-access',
  version: 2,
  // Older code would let accounts in that were switched off.
  minCompatibleVersion: 2,
  statements: (t) => [
    `alter table "user" add column disabled ${t.int} not null default 0 check (disabled in (0, 1))`,
    `drop view live_project`,
    `alter table project add column sparse_manifests ${t.int} not null default 0 check (sparse_manifests in (0, 1))`,
    `create view live_project as select * from project where deleted_at is null`,
    `create unique index grant_once on "grant" (
      principal_kind, principal_id, role, scope, coalesce(project_id, 0), coalesce(repository_pattern, ''),
      coalesce(tag_pattern, '')
    )`,
  ],
};
