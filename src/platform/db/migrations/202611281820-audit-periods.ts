import type { Migration } from '../migration.ts';

/**
 * What proves that the events are as they were written, and how far others have got them. Older code writes events all
 * the same, and closes no period.
 */
export const auditPeriods: Migration = {
  name: '202611281820-audit-periods',
  version: 23,
  minCompatibleVersion: 2,
  statements: (t) => [
    `create table audit_period (
      number ${t.int} primary key,
      after_id ${t.int} not null,
      to_id ${t.int} not null,
      rows ${t.int} not null,
      hash ${t.text} not null,
      closed_at ${t.int} not null,
      seal ${t.text} not null
    )${t.strict}`,
    `create table audit_head (
      id ${t.int} primary key check (id = 1),
      number ${t.int} not null,
      seal ${t.text} not null
    )${t.strict}`,
    `create table event_cursor (
      name ${t.text} primary key,
      last_id ${t.int} not null,
      moved_at ${t.int} not null
    )${t.strict}`,
  ],
};
