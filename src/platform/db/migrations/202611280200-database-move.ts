import type { Migration } from '../migration.ts';

/** What a move between two databases has to remember in each of them. */
export const databaseMove: Migration = {
  name: '202611280200-database-move',
  version: 8,
  // Older code does not know that a database was moved; the storage refuses it all the same, by its epoch.
  minCompatibleVersion: 2,
  statements: (t) => [
    `create table database_move (
      id ${t.int} primary key check (id = 1),
      move_id ${t.text} not null,
      state ${t.text} not null check (state in ('begun', 'moved', 'coming', 'arrived')),
      store_id ${t.text} not null,
      schema ${t.int} not null,
      other ${t.text} not null,
      position ${t.text} not null
    )${t.strict}`,
  ],
};
