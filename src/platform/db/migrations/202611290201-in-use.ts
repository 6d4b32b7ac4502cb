import type { Migration } from '../migration.ts';

/** Images that run in clusters, by lists that end: retention leaves them alone. Older code does not look there. */
export const inUse: Migration = {
  name: '202611290201-in-use',
  version: 34,
  minCompatibleVersion: 2,
  statements: (t) => [
    `create table in_use_list (
      id ${t.id},
      cluster ${t.text} not null unique,
      updated_at ${t.int} not null,
      expires_at ${t.int} not null,
      updated_by ${t.text} not null
    )${t.strict}`,
    `create table in_use_image (
      list_id ${t.int} not null references in_use_list (id) on delete cascade,
      repository ${t.text} not null,
      tag ${t.text} not null,
      digest ${t.text} not null,
      primary key (list_id, repository, tag, digest)
    )${t.strictRowless}`,
    `create index in_use_image_by_repository on in_use_image (repository)`,
  ],
};
