import type { Migration } from '../migration.ts';

/** Failed sign-ins, counted over all instances. */
export const login: Migration = {
  name: '202611250810-login',
  version: 3,
  minCompatibleVersion: 2,
  statements: (t) => [
    `create table login_failure (
      account ${t.text} not null,
      address ${t.text} not null,
      failures ${t.int} not null,
      free_at ${t.int} not null,
      expires_at ${t.int} not null,
      primary key (account, address)
    )${t.strictRowless}`,
    `create index login_failure_by_end on login_failure (expires_at)`,
  ],
};
