import type { Migration } from '../migration.ts';

/** Background work: executions, their jobs with what they log, schedules, queues that stand still. Older code runs none. */
export const jobs: Migration = {
  name: '202611282240-jobs',
  version: 31,
  minCompatibleVersion: 2,
  statements: (t) => [
    `create table execution (
      id ${t.id},
      vendor_type ${t.text} not null,
      vendor_id ${t.int} not null,
      trigger_kind ${t.text} not null check (trigger_kind in ('MANUAL', 'SCHEDULE', 'EVENT')),
      status ${t.text} not null check (status in ('Running', 'Stopped', 'Error', 'Success')),
      message ${t.text} not null,
      started_at ${t.int} not null,
      updated_at ${t.int} not null,
      ended_at ${t.int}
    )${t.strict}`,
    `create index execution_by_vendor on execution (vendor_type, vendor_id, id)`,
    `alter table job add column execution_id ${t.int} references execution (id) on delete cascade`,
    `alter table job add column failures ${t.int} not null default 0`,
    `alter table job add column lost ${t.int} not null default 0`,
    `alter table job add column message ${t.text} not null default ''`,
    `alter table job add column progress ${t.text} not null default ''`,
    `alter table job add column result ${t.text} not null default '{}'`,
    `alter table job add column unique_key ${t.text}`,
    `alter table job add column stop_asked ${t.int} not null default 0`,
    `alter table job add column started_at ${t.int}`,
    `alter table job add column updated_at ${t.int} not null default 0`,
    `create index job_by_execution on job (execution_id, state)`,
    `create index job_waiting on job (kind, run_at, id) where state in ('queued', 'running')`,
    `create unique index job_unique on job (unique_key) where unique_key is not null and state in ('queued', 'running')`,
    `create index job_by_kind on job (kind, id)`,
    `create table job_log (
      job_id ${t.int} not null references job (id) on delete cascade,
      no ${t.int} not null,
      text ${t.text} not null,
      primary key (job_id, no)
    )${t.strictRowless}`,
    `create table job_queue (
      kind ${t.text} primary key,
      paused_at ${t.int}
    )${t.strict}`,
    `create table schedule (
      id ${t.id},
      vendor_type ${t.text} not null,
      vendor_id ${t.int} not null,
      cron ${t.text} not null,
      time_zone ${t.text} not null,
      input ${t.text} not null,
      next_at ${t.int} not null,
      updated_at ${t.int} not null,
      unique (vendor_type, vendor_id)
    )${t.strict}`,
    `create index schedule_by_next on schedule (next_at)`,
    `alter table instance add column pid ${t.int} not null default 0`,
  ],
};
