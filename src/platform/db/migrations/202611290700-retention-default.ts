import type { Migration } from '../migration.ts';

/** A policy of tag retention for projects without one of their own, and which version of it somebody reviewed for a project. */
export const retentionDefault: Migration = {
  name: '202611290700-retention-default',
  version: 38,
  minCompatibleVersion: 2,
  statements: (t) => [
    `create table retention_default (
      id ${t.int} primary key check (id = 1),
      definition ${t.text} not null,
      version ${t.int} not null,
      updated_at ${t.int} not null
    )${t.strict}`,
    `create table retention_default_review (
      project_id ${t.int} primary key references project (id) on delete cascade,
      version ${t.int} not null
    )${t.strict}`,
  ],
};
