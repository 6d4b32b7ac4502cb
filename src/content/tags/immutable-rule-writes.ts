import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../../platform/db/database.ts';
import type { DialectName } from '../../platform/db/dialect.ts';
import { prepare } from '../../platform/db/prepare.ts';

function lockOf(project: string, mode: 'to change' | 'to read'): RawBuilder<unknown> {
  const call = sql.raw(mode === 'to read' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock');
  return sql`${call}(hashtext('berth/immutable-rules'), hashtext(${project}))`;
}

const locks = {
  'to read': prepare((db, values: { project: string }) =>
    db.selectNoFrom(lockOf(values.project, 'to read').as('held')),
  ),
  'to change': prepare((db, values: { project: string }) =>
    db.selectNoFrom(lockOf(values.project, 'to change').as('held')),
  ),
} as const;

/**
 * Held to the end of the transaction: rules change alone, tags change beside each other. What a tag's change reads
 * behind it is true until it commits. SQLite has one writer.
 */
export async function lockRules(tx: Tx, projectId: number, mode: 'to change' | 'to read'): Promise<void> {
  if (tx.dialect === 'postgres') await tx.all(locks[mode], { project: String(projectId) });
}

/** The lock `to read` as a value of a statement that changes a tag; null: SQLite needs none. */
export function rulesLock(project: string, dialect: DialectName): RawBuilder<unknown> {
  return dialect === 'postgres' ? lockOf(project, 'to read') : sql`null`;
}

export interface RuleColumns {
  readonly projectId: number;
  readonly definition: string;
  readonly acceptSameDigest: number;
  readonly now: number;
}

const insert = prepare(
  (db, values: { projectId: number; definition: string; acceptSameDigest: number; now: number }) =>
    db
      .insertInto('immutable_rule')
      .values({
        project_id: values.projectId,
        disabled: 0,
        definition: values.definition,
        accept_same_digest: values.acceptSameDigest,
        created_at: values.now,
        updated_at: values.now,
      })
      .onConflict((conflict) => conflict.columns(['project_id', 'definition']).doNothing())
      .returning('id'),
);

/** Undefined: there is the same one. */
export async function insertRule(tx: Tx, input: RuleColumns): Promise<number | undefined> {
  return (await tx.first(insert, { ...input }))?.id;
}

export async function setRule(
  tx: Tx,
  input: {
    readonly id: number;
    readonly disabled: number;
    readonly definition: string;
    readonly acceptSameDigest: number;
    readonly now: number;
  },
): Promise<void> {
  await tx.builder
    .updateTable('immutable_rule')
    .set({
      disabled: input.disabled,
      definition: input.definition,
      accept_same_digest: input.acceptSameDigest,
      updated_at: input.now,
    })
    .where('id', '=', input.id)
    .execute();
}

export async function deleteRule(tx: Tx, id: number): Promise<void> {
  await tx.builder.deleteFrom('immutable_rule').where('id', '=', id).execute();
}
