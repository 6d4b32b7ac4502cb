import type { Migration } from '../migration.ts';

/** What a token of a user is limited to, and who used it last. Older code signs nobody in by a token. */
export const personalTokens: Migration = {
  name: '202611281800-personal-tokens',
  version: 18,
  minCompatibleVersion: 2,
  statements: (t) => [
    `alter table token add column narrowed ${t.int} not null default 0`,
    `alter table token add column last_used_address ${t.text} not null default ''`,
    `alter table token add column last_used_client ${t.text} not null default ''`,
    `create table token_scope (
      id ${t.id},
      token_id ${t.int} not null references token (id) on delete cascade,
      project_id ${t.int} references project (id) on delete cascade,
      repository_pattern ${t.text},
      actions ${t.text} not null
    )${t.strict}`,
    `create index token_scope_by_token on token_scope (token_id)`,
    `create index token_scope_by_project on token_scope (project_id)`,
  ],
};
