import type { Migration } from '../migration.ts';

/** Roles that a registry makes for itself. To older code a grant of one of them confers nothing. */
export const ownRoles: Migration = {
  name: '202611281920-roles',
  version: 28,
  minCompatibleVersion: 2,
  statements: (t) => [
    `create table role (
      id ${t.id},
      name ${t.text} not null unique,
      level ${t.text} not null check (level in ('system', 'project')),
      permissions ${t.text} not null,
      created_at ${t.int} not null,
      updated_at ${t.int} not null
    )${t.strict}`,
    `create index grant_by_role on "grant" (role)`,
  ],
};
