import type { Migration } from '../migration.ts';

/** Which tags must stay what they are. Older code does not look. */
export const immutableRules: Migration = {
  name: '202611281700-immutable-rules',
  version: 16,
  minCompatibleVersion: 2,
  statements: (t) => [
    `create table immutable_rule (
      id ${t.id},
      project_id ${t.int} not null references project (id) on delete cascade,
      disabled ${t.int} not null,
      definition ${t.text} not null,
      accept_same_digest ${t.int} not null,
      created_at ${t.int} not null,
      updated_at ${t.int} not null
    )${t.strict}`,
    `create unique index immutable_rule_by_definition on immutable_rule (project_id, definition)`,
  ],
};
