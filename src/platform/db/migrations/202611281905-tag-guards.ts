import type { Migration } from '../migration.ts';

/** From where tags were moved, and who alone may move which. Older code tells nothing of the former, and does not look at the latter. */
export const tagGuards: Migration = {
  name: '202611281905-tag-guards',
  version: 26,
  minCompatibleVersion: 2,
  statements: (t) => [
    `alter table tag_history add column address ${t.text} not null default ''`,
    `alter table tag_history add column client ${t.text} not null default ''`,
    `create table tag_protection (
      id ${t.id},
      project_id ${t.int} not null references project (id) on delete cascade,
      repository_pattern ${t.text} not null,
      tag_pattern ${t.text} not null,
      created_at ${t.int} not null,
      updated_at ${t.int} not null
    )${t.strict}`,
    `create unique index tag_protection_by_pattern on tag_protection (project_id, repository_pattern, tag_pattern)`,
    `create table tag_protection_holder (
      protection_id ${t.int} not null references tag_protection (id) on delete cascade,
      principal_kind ${t.text} not null,
      principal_id ${t.int} not null,
      primary key (protection_id, principal_kind, principal_id)
    )${t.strict}`,
  ],
};
