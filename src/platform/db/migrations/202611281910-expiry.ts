import type { Migration } from '../migration.ts';

/** What was said about an end that is near, so that it is said once. Older code says nothing. */
export const expiry: Migration = {
  name: '202611281910-expiry',
  version: 27,
  minCompatibleVersion: 2,
  statements: (t) => [
    `create table expiry_notice (
      object ${t.text} not null primary key,
      expires_at ${t.int} not null,
      days ${t.int} not null
    )${t.strict}`,
    `create index expiry_notice_by_end on expiry_notice (expires_at)`,
    `create index robot_by_end on robot (expires_at) where expires_at is not null`,
    `create index token_by_end on token (expires_at) where expires_at is not null`,
    `create index grant_by_end on "grant" (expires_at) where expires_at is not null`,
  ],
};
