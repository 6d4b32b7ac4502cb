import type { Migration } from '../migration.ts';

/** Objects of the storage that no row speaks of, how far the search for them is, and what finds the row of a key. */
export const strays: Migration = {
  name: '202611300100-strays',
  version: 39,
  minCompatibleVersion: 2,
  indexes: [{ name: 'blob_by_storage_key', on: 'blob (storage_key) where storage_key is not null' }],
  statements: (t) => [
    ...(t.dialect === 'sqlite'
      ? [`create index blob_by_storage_key on blob (storage_key) where storage_key is not null`]
      : []),
    `create table stray (
      object_key ${t.text} primary key,
      size ${t.int} not null,
      first_seen_at ${t.int} not null,
      last_seen_at ${t.int} not null,
      purge_after ${t.int}
    )${t.strictRowless}`,
    `create index stray_by_end on stray (purge_after) where purge_after is not null`,
    `create table stray_search (
      id ${t.int} primary key check (id = 1),
      job_id ${t.int} not null,
      epoch ${t.int} not null,
      began_at ${t.int} not null,
      ended_at ${t.int},
      after_key ${t.text} not null,
      objects ${t.int} not null,
      bytes ${t.int} not null,
      young ${t.int} not null,
      applied_plan ${t.text} not null
    )${t.strict}`,
  ],
};
