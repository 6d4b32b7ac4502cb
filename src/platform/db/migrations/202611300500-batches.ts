import type { Migration } from '../migration.ts';

/**
 * One change of many things, each with what became of it; and which one of them a deletion belongs to. What tags are
 * ordered by as versions: empty in rows of older code, until a job fills it in.
 */
export const batches: Migration = {
  name: '202611300500-batches',
  version: 42,
  minCompatibleVersion: 2,
  statements: (t) => [
    `create table batch (
      job_id ${t.int} primary key references job (id) on delete cascade,
      action ${t.text} not null,
      place ${t.text} not null,
      project_id ${t.int},
      repository_id ${t.int},
      undoes ${t.int},
      asked_by ${t.text} not null,
      principal ${t.text} not null,
      actor ${t.text} not null
    )${t.strict}`,
    `create index batch_by_asker on batch (asked_by, job_id)`,
    `create index batch_by_undone on batch (undoes, job_id) where undoes is not null`,
    `create table batch_item (
      job_id ${t.int} not null references batch (job_id) on delete cascade,
      no ${t.int} not null,
      object_id ${t.int} not null,
      name ${t.text} not null,
      outcome ${t.text} not null check (outcome in ('waiting', 'done', 'refused', 'gone')),
      code ${t.text} not null,
      reason ${t.text} not null,
      bytes ${t.int},
      primary key (job_id, no)
    )${t.strictRowless}`,
    `create index batch_item_by_outcome on batch_item (job_id, outcome, no)`,
    `alter table trash add column job_id ${t.int}`,
    // Of a view the columns are those of its table when it was made. It goes first: whoever reads locks in that order.
    `drop view live_tag`,
    `alter table tag add column name_order ${t.text} not null default ''`,
    `create view live_tag as select * from tag where deleted_at is null`,
  ],
};
