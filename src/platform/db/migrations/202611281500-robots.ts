import type { Migration } from '../migration.ts';

/**
 * What robot accounts need beyond a name and a secret. Older code signs in no robots, and to it a grant of a robot is
 * a role that it does not know.
 */
export const robots: Migration = {
  name: '202611281500-robots',
  version: 14,
  minCompatibleVersion: 2,
  statements: (t) => [
    `alter table robot add column description ${t.text} not null default ''`,
    `alter table robot add column secret_version ${t.int} not null default 1`,
    `alter table robot add column duration_days ${t.int} not null default -1`,
    `alter table robot add column creator_kind ${t.text} not null default 'user' check (creator_kind in ('user', 'robot'))`,
    `alter table robot add column creator_id ${t.int} not null default 1`,
    `alter table robot add column updated_at ${t.int} not null default 0`,
    `alter table robot add column last_used_at ${t.int}`,
    `alter table robot add column last_used_address ${t.text} not null default ''`,
    `alter table robot add column last_used_client ${t.text} not null default ''`,
    `create index robot_by_project on robot (project_id, name)`,
    `alter table "grant" add column permissions ${t.text}`,
  ],
};
