import type { Migration } from '../migration.ts';

/** A session ends with the password that it was opened by. */
export const sessionVersion: Migration = {
  name: '202611281300-session-version',
  version: 12,
  minCompatibleVersion: 2,
  statements: (t) => [
    `alter table session add column password_version ${t.int} not null default 0`,
    `create index session_by_end on session (expires_at)`,
  ],
};
