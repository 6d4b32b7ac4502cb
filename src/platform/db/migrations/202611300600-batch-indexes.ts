import type { Migration, NewIndex } from '../migration.ts';

const indexes: readonly NewIndex[] = [
  { name: 'trash_by_job', on: 'trash (job_id, id) where job_id is not null' },
  { name: 'tag_by_order', on: 'tag (repository_id, name_order, name) where deleted_at is null' },
  { name: 'tag_without_order', on: `tag (id) where name_order = ''` },
];

/** What a batch has deleted is found by it, and tags in the order of versions: of the columns of the step before. */
export const batchIndexes: Migration = {
  name: '202611300600-batch-indexes',
  version: 43,
  minCompatibleVersion: 2,
  indexes,
  statements: ({ dialect }) =>
    dialect === 'sqlite' ? indexes.map(({ name, on }) => `create index ${name} on ${on}`) : [],
};
