import type { Migration } from '../migration.ts';

/** What each server process says about itself. Older code neither writes nor reads it. */
export const instance: Migration = {
  name: '202611280130-instance',
  version: 7,
  minCompatibleVersion: 2,
  statements: (t) => [
    `create table instance (
      name ${t.text} primary key,
      host ${t.text} not null,
      version ${t.text} not null,
      started_at ${t.int} not null,
      seen_at ${t.int} not null,
      requests_per_minute ${t.int} not null,
      lag_p99_us ${t.int} not null,
      pool_used ${t.int} not null,
      pool_limit ${t.int} not null,
      pool_waiting ${t.int} not null,
      leases ${t.int} not null,
      rss_bytes ${t.int} not null
    )${t.strict}`,
  ],
};
