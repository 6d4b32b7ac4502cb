import type { Migration, NewIndex } from '../migration.ts';

const notStep = 'where hidden < 2';

const indexes: readonly NewIndex[] = [
  { name: 'event_at_time', on: `event (at, id) ${notStep}` },
  { name: 'event_in_project', on: `event (project_id, at, id) ${notStep}` },
  { name: 'event_of_type', on: `event (type, at, id) ${notStep}` },
  { name: 'event_by_whom', on: `event (actor, at, id) ${notStep}` },
  { name: 'event_of_object', on: `event (object, at, id) ${notStep}` },
];

const before = ['time', 'project', 'type', 'actor', 'object'].map((by) => `drop index event_by_${by}`);

/**
 * The indexes of the audit log, without the steps that are written with `hidden` 2. SQLite builds the list of
 * `type not in (…)`, the condition before, once for each index of each new row, which costs more than the index. Older
 * code goes on without those that it names: PostgreSQL finds these for it, and on SQLite there is no other server.
 */
export const eventIndexes: Migration = {
  name: '202611300800-event-indexes',
  version: 44,
  minCompatibleVersion: 2,
  indexes,
  statements: ({ dialect }) => [
    ...(dialect === 'sqlite' ? indexes.map(({ name, on }) => `create index ${name} on ${on}`) : []),
    ...before,
  ],
};
