import type { Migration } from '../migration.ts';

/**
 * Repositories that never got an artifact are looked for now and then. Whether a manifest's bytes also lie in the storage, from which a lost database is brought back. Older code leaves the
 * column null, so what it adds is copied later.
 */
export const manifestCopy: Migration = {
  name: '202611271100-manifest-copy',
  version: 6,
  minCompatibleVersion: 2,
  statements: (t) => [
    `alter table manifest add column copied_at ${t.int}`,
    `create index manifest_to_copy on manifest (blob_id) where copied_at is null`,
    `create index repository_invisible on repository (id) where visible_at is null and deleted_at is null`,
    // The bytes of a manifest are in the database: it is never missing.
    `update blob set state = 'live' where state = 'missing' and id in (select blob_id from manifest)`,
  ],
};
