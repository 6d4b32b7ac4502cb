import type { Migration } from '../migration.ts';

/** What projects, repositories and tags take up, as it was counted last; what was moved and kept month by month. */
export const storageFigures: Migration = {
  name: '202611290600-storage-figures',
  version: 37,
  minCompatibleVersion: 2,
  statements: (t) => {
    const bytes = `logical_bytes ${t.int} not null, unique_bytes ${t.int} not null, shared_bytes ${t.int} not null`;
    return [
      `create table storage_total (
        id ${t.int} primary key check (id = 1),
        logical_bytes ${t.int} not null,
        trash_bytes ${t.int} not null,
        unreferenced_bytes ${t.int} not null,
        event_id ${t.int} not null,
        began_at ${t.int} not null,
        ended_at ${t.int} not null
      )${t.strict}`,
      `create table storage_project (
        project_id ${t.int} primary key, ${bytes}, trash_bytes ${t.int} not null
      )${t.strict}`,
      `create table storage_repository (
        repository_id ${t.int} primary key, ${bytes},
        trash_bytes ${t.int} not null,
        untagged_bytes ${t.int} not null
      )${t.strict}`,
      `create table storage_tag (
        tag_id ${t.int} primary key, repository_id ${t.int} not null, ${bytes}
      )${t.strict}`,
      `create index storage_tag_by_repository on storage_tag (repository_id, tag_id)`,
      ...['repository', 'tag'].flatMap((of) =>
        ['logical', 'unique', 'shared'].map(
          (which) => `create index storage_${of}_by_${which} on storage_${of} (${which}_bytes, ${of}_id)`,
        ),
      ),
      `create index storage_repository_by_untagged on storage_repository (untagged_bytes, repository_id)
        where untagged_bytes > 0`,
      `create table storage_trash_day (
        day ${t.int} primary key,
        bytes ${t.int} not null
      )${t.strict}`,
      `create table storage_day (
        project_id ${t.int} not null,
        day ${t.int} not null,
        bytes ${t.int} not null,
        primary key (project_id, day)
      )${t.strictRowless}`,
      `create table storage_accrual (
        id ${t.int} primary key check (id = 1),
        hour ${t.int} not null
      )${t.strict}`,
      `create table storage_month (
        month ${t.int} not null,
        project_id ${t.int} not null,
        account ${t.text} not null,
        pushed_bytes ${t.int} not null,
        pulled_bytes ${t.int} not null,
        stored_kib_hours ${t.int} not null,
        primary key (month, project_id, account)
      )${t.strictRowless}`,
    ];
  },
};
