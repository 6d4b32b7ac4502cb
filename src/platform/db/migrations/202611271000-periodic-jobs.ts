import type { Migration } from '../migration.ts';

/** When each periodic job is due next, and which instance is at it. */
export const periodicJobs: Migration = {
  name: '202611271000-periodic-jobs',
  version: 5,
  minCompatibleVersion: 2,
  statements: (t) => [
    `create table periodic_job (
      name ${t.text} primary key,
      due_at ${t.int} not null,
      lease_holder ${t.text},
      lease_until ${t.int} not null
    )${t.strict}`,
  ],
};
