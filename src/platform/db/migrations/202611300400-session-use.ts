import type { Migration } from '../migration.ts';

/** When, from where and by what client a session was last used, for its owner to see. */
export const sessionUse: Migration = {
  name: '202611300400-session-use',
  version: 41,
  minCompatibleVersion: 2,
  statements: (t) => [
    `alter table session add column last_used_at ${t.int}`,
    `alter table session add column last_used_address ${t.text} not null default ''`,
    `alter table session add column last_used_client ${t.text} not null default ''`,
  ],
};
