import type { Migration } from '../migration.ts';

/** What the layers hold that somebody looked into. Older code does not look there. */
export const layerFiles: Migration = {
  name: '202611300200-layer-files',
  version: 40,
  minCompatibleVersion: 2,
  statements: (t) => [
    `create table layer_files (
      blob_id ${t.int} primary key references blob (id) on delete cascade,
      format ${t.int} not null,
      read_at ${t.int} not null,
      problem ${t.text},
      content ${t.bytes} not null
    )${t.strict}`,
  ],
};
