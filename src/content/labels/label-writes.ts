import { sql } from 'kysely';
import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

export interface LabelRow {
  readonly name: string;
  readonly description: string;
  readonly color: string;
  /** Null: of the whole system. */
  readonly projectId: number | null;
}

type Values = { [K in keyof LabelRow]: LabelRow[K] } & { readonly now: number };

const add = prepare((db, values: Values) =>
  db
    .insertInto('label')
    .values({
      name: values.name,
      description: values.description,
      color: values.color,
      project_id: values.projectId,
      created_at: values.now,
      updated_at: values.now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id'),
);

/** Its id; undefined when a label of that place has the name. */
export async function addLabel(tx: Tx, row: LabelRow, now: number): Promise<number | undefined> {
  return (await tx.first(add, { ...row, now }))?.id;
}

function locking(strength: 'forUpdate' | 'forKeyShare') {
  return prepare((db, values: { id: number }, dialect) => {
    const query = db
      .selectFrom('label')
      .select(['name', 'description', 'color', 'project_id as projectId'])
      .where('id', '=', values.id);
    return dialect === 'postgres' ? query[strength]() : query;
  });
}

const lock = locking('forUpdate');

export function lockLabel(tx: Tx, id: number): Promise<LabelRow | undefined> {
  return tx.first(lock, { id });
}

const keep = locking('forKeyShare');

/** Kept from being deleted until the transaction ends. */
export function keepLabel(tx: Tx, id: number): Promise<LabelRow | undefined> {
  return tx.first(keep, { id });
}

const taken = prepare((db, values: { id: number; name: string; projectId: number }) =>
  db
    .selectFrom('label')
    .select('id')
    .where(sql<number>`coalesce(project_id, 0)`, '=', values.projectId)
    .where('name', '=', values.name)
    .where('id', '<>', values.id),
);

const change = prepare((db, values: { id: number } & Omit<Values, 'projectId'>) =>
  db
    .updateTable('label')
    .set({
      name: values.name,
      description: values.description,
      color: values.color,
      updated_at: values.now,
    })
    .where('id', '=', values.id),
);

/** False: another label of that place has the name. One at a time only. */
export async function changeLabel(tx: Tx, id: number, row: LabelRow, now: number): Promise<boolean> {
  const { projectId, ...rest } = row;
  const other = await tx.first(taken, { id, name: row.name, projectId: projectId ?? 0 });
  if (other !== undefined) return false;
  await tx.run(change, { id, ...rest, now });
  return true;
}

const remove = prepare((db, values: { id: number }) => db.deleteFrom('label').where('id', '=', values.id));

/** With its marks on artifacts. */
export async function removeLabel(tx: Tx, id: number): Promise<void> {
  await tx.run(remove, { id });
}

const mark = prepare((db, values: { artifactId: number; labelId: number }) =>
  db
    .insertInto('artifact_label')
    .columns(['artifact_id', 'label_id'])
    .expression(
      db
        .selectFrom('live_artifact')
        .select(['id', sql<number>`cast(${values.labelId} as bigint)`.as('label')])
        .where('id', '=', values.artifactId),
    )
    .onConflict((conflict) => conflict.columns(['artifact_id', 'label_id']).doNothing()),
);

const isMarked = prepare((db, values: { artifactId: number; labelId: number }) =>
  db
    .selectFrom('artifact_label')
    .select('label_id')
    .where('artifact_id', '=', values.artifactId)
    .where('label_id', '=', values.labelId),
);

/** `gone`: the artifact was deleted. */
export async function putMark(
  tx: Tx,
  input: { artifactId: number; labelId: number },
): Promise<'added' | 'there' | 'gone'> {
  if ((await tx.run(mark, input)) > 0) return 'added';
  return (await tx.first(isMarked, input)) === undefined ? 'gone' : 'there';
}

const unmark = prepare((db, values: { artifactId: number; labelId: number }) =>
  db
    .deleteFrom('artifact_label')
    .where('artifact_id', '=', values.artifactId)
    .where('label_id', '=', values.labelId),
);

/** False: it was not there. */
export async function takeMark(tx: Tx, input: { artifactId: number; labelId: number }): Promise<boolean> {
  return (await tx.run(unmark, input)) > 0;
}
