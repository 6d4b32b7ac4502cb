import type { Migration } from '../migration.ts';

/** What accounts say of themselves, looking them up in any case, groups and who is in them. */
export const people: Migration = {
  name: '202611281400-people',
  version: 13,
  // Older code does not read the grants of groups: it gives less, never more.
  minCompatibleVersion: 2,
  statements: (t) => [
    `alter table "user" add column comment ${t.text} not null default ''`,
    `create index user_by_lower_name on "user" (lower(username)) where deleted_at is null`,
    `create index user_by_lower_email on "user" (lower(email)) where deleted_at is null`,
    `create table user_group (
      id ${t.id},
      name ${t.text} not null,
      type ${t.int} not null check (type between 0 and 3),
      created_at ${t.int} not null,
      updated_at ${t.int} not null
    )${t.strict}`,
    `create unique index user_group_by_name on user_group (name, type)`,
    `create table user_group_member (
      group_id ${t.int} not null references user_group (id) on delete cascade,
      user_id ${t.int} not null references "user" (id) on delete cascade,
      source ${t.text} not null,
      created_at ${t.int} not null,
      primary key (group_id, user_id, source)
    )${t.strict}`,
    `create index user_group_member_by_user on user_group_member (user_id, group_id)`,
  ],
};
