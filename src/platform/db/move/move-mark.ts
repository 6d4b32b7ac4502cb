import type { Queries, Tx } from '../database.ts';
import type { Value } from '../prepare.ts';
import { prepare } from '../prepare.ts';
import type { DatabaseMoveTable } from '../schema.ts';

/** The row of `database_move`. */
export interface MoveMark {
  readonly moveId: string;
  readonly state: DatabaseMoveTable['state'];
  readonly storeId: string;
  readonly schema: number;
  readonly other: string;
  readonly position: string;
}

/** How far a database has been filled: all tables before `table`, and its rows up to that key. */
export interface MovePosition {
  /** Null: every table. */
  readonly table: string | null;
  /** Null: none of its rows. */
  readonly after: readonly Value[] | null;
  /** In all tables. */
  readonly rows: number;
}

const find = prepare((db, _values: Record<string, never>) =>
  db
    .selectFrom('database_move')
    .select(['move_id as moveId', 'state', 'store_id as storeId', 'schema', 'other', 'position']),
);

export function findMoveMark(db: Queries): Promise<MoveMark | undefined> {
  return db.first(find, {});
}

const leave = prepare(
  (
    db,
    values: { moveId: string; state: 'begun' | 'moved'; storeId: string; schema: number; other: string },
  ) =>
    db
      .insertInto('database_move')
      .values({
        id: 1,
        move_id: values.moveId,
        state: values.state,
        store_id: values.storeId,
        schema: values.schema,
        other: values.other,
        position: '',
      })
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet({
          move_id: values.moveId,
          state: values.state,
          store_id: values.storeId,
          schema: values.schema,
          other: values.other,
        }),
      ),
);

/** In the database that is left. `moved`: it is not served any more. */
export async function markLeaving(
  tx: Tx,
  mark: Pick<MoveMark, 'moveId' | 'storeId' | 'schema' | 'other'> & { readonly state: 'begun' | 'moved' },
): Promise<void> {
  await tx.run(leave, { ...mark });
}

const forget = prepare((db, _values: Record<string, never>) =>
  db.deleteFrom('database_move').where('state', '=', 'begun'),
);

/** What was copied so far is of no use any more: rows are about to change. */
export async function forgetBegunMove(tx: Tx): Promise<void> {
  await tx.run(forget, {});
}
