import type { Migration } from '../migration.ts';

/** What of a closed period of the audit log is left once a purge has looked at it. Older code purges nothing. */
export const auditRemainder: Migration = {
  name: '202611290400-audit-remainder',
  version: 36,
  minCompatibleVersion: 2,
  statements: (t) => [
    `create table audit_remainder (
      number ${t.int} primary key,
      rows ${t.int} not null,
      removed ${t.int} not null,
      hash ${t.text} not null,
      held ${t.text} not null,
      removing ${t.text} not null,
      seal ${t.text} not null
    )${t.strict}`,
  ],
};
