import type { Migration } from '../migration.ts';

/** Policies of tag retention, what was run by them, and plans that somebody reviews before they are. */
export const retention: Migration = {
  name: '202611290200-retention',
  version: 33,
  minCompatibleVersion: 2,
  statements: (t) => [
    `create table retention_policy (
      id ${t.id},
      project_id ${t.int} not null unique references project (id) on delete cascade,
      definition ${t.text} not null,
      version ${t.int} not null,
      approved_version ${t.int} not null,
      created_at ${t.int} not null,
      updated_at ${t.int} not null
    )${t.strict}`,
    `create table retention_run (
      execution_id ${t.int} primary key references execution (id) on delete cascade,
      dry_run ${t.int} not null,
      definition ${t.text} not null,
      actor ${t.text} not null,
      plan_id ${t.int},
      review ${t.text} not null
    )${t.strictRowless}`,
    `create table retention_task (
      job_id ${t.int} primary key references job (id) on delete cascade,
      execution_id ${t.int} not null,
      repository_id ${t.int} not null,
      repository ${t.text} not null,
      total ${t.int} not null,
      retained ${t.int} not null,
      unique (execution_id, repository_id)
    )${t.strictRowless}`,
    `create table retention_plan (
      id ${t.id},
      project_id ${t.int} not null references project (id) on delete cascade,
      definition ${t.text} not null,
      made_at ${t.int} not null,
      expires_at ${t.int} not null,
      made_by ${t.text} not null,
      reason ${t.text} not null,
      totals ${t.text} not null,
      execution_id ${t.int}
    )${t.strict}`,
    `create index retention_plan_by_project on retention_plan (project_id, id)`,
    `create table retention_plan_part (
      plan_id ${t.int} not null references retention_plan (id) on delete cascade,
      repository_id ${t.int} not null,
      repository ${t.text} not null,
      drops ${t.text} not null,
      primary key (plan_id, repository_id)
    )${t.strictRowless}`,
  ],
};
