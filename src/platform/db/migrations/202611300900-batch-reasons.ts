import type { Migration } from '../migration.ts';

/** Why a thing of a batch stayed as it was, for programs. Older code leaves it null: then there is the sentence. */
export const batchReasons: Migration = {
  name: '202611300900-batch-reasons',
  version: 45,
  minCompatibleVersion: 2,
  statements: (t) => [`alter table batch_item add column because ${t.text}`],
};
