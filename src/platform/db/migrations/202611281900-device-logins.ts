import type { Migration } from '../migration.ts';

/** Sign-ins of command lines that wait for a person. Older code knows nothing of them. */
export const deviceLogins: Migration = {
  name: '202611281900-device-logins',
  version: 24,
  minCompatibleVersion: 2,
  statements: (t) => [
    `create table device_login (
      id ${t.id},
      device_hash ${t.text} not null,
      user_hash ${t.text} not null,
      name ${t.text} not null,
      address ${t.text} not null,
      address_block ${t.text} not null,
      client ${t.text} not null,
      state ${t.text} not null,
      user_id ${t.int} references "user" (id),
      interval_ms ${t.int} not null,
      next_poll_at ${t.int} not null,
      created_at ${t.int} not null,
      expires_at ${t.int} not null
    )${t.strict}`,
    `create unique index device_login_by_device on device_login (device_hash)`,
    `create unique index device_login_by_user_code on device_login (user_hash)`,
    `create index device_login_by_block on device_login (address_block)`,
    `create index device_login_by_end on device_login (expires_at)`,
    `create index device_login_by_user on device_login (user_id)`,
  ],
};
