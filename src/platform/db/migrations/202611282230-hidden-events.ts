import type { Migration } from '../migration.ts';

/** Events that the audit log does not show: steps of others, and kinds that an administrator has left out of it. */
export const hiddenEvents: Migration = {
  name: '202611282230-hidden-events',
  version: 30,
  minCompatibleVersion: 2,
  statements: (t) => [`alter table event add column hidden ${t.int} not null default 0`],
};
