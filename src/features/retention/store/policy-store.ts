import type { Queries, Tx } from '../../../platform/db/database.ts';
import { prepare } from '../../../platform/db/prepare.ts';
import type { RetentionPolicy } from '../plan/policy.ts';

export interface StoredPolicy {
  readonly id: number;
  readonly projectId: number;
  readonly policy: RetentionPolicy;
  readonly definition: string;
  readonly version: number;
  /** The one that somebody ran by hand, or whose plan somebody reviewed. */
  readonly approvedVersion: number;
}

const columns = [
  'id',
  'project_id as projectId',
  'definition',
  'version',
  'approved_version as approvedVersion',
] as const;

const byId = prepare((db, values: { id: number }) =>
  db.selectFrom('retention_policy').select(columns).where('id', '=', values.id),
);

const byProject = prepare((db, values: { projectId: number }) =>
  db.selectFrom('retention_policy').select(columns).where('project_id', '=', values.projectId),
);

export async function findPolicy(db: Queries, id: number): Promise<StoredPolicy | undefined> {
  return stored(await db.first(byId, { id }));
}

export async function findPolicyOf(db: Queries, projectId: number): Promise<StoredPolicy | undefined> {
  return stored(await db.first(byProject, { projectId }));
}

function stored(row: Omit<StoredPolicy, 'policy'> | undefined): StoredPolicy | undefined {
  return row === undefined ? undefined : { ...row, policy: readDefinition(row.definition) };
}

export function readDefinition(definition: string): RetentionPolicy {
  return JSON.parse(definition) as RetentionPolicy;
}

/** Whether both let the same go, whenever they run. */
export function decideAlike(one: string, other: string): boolean {
  const decisive = (definition: string) => JSON.stringify({ ...readDefinition(definition), cron: '' });
  return decisive(one) === decisive(other);
}

type NewPolicy = { readonly projectId: number; readonly definition: string; readonly now: number };

const insert = prepare((db, values: NewPolicy) =>
  db
    .insertInto('retention_policy')
    .values({
      project_id: values.projectId,
      definition: values.definition,
      version: 1,
      approved_version: 0,
      created_at: values.now,
      updated_at: values.now,
    })
    .onConflict((conflict) => conflict.column('project_id').doNothing())
    .returning('id'),
);

/** Undefined: the project has one. */
export async function insertPolicy(tx: Tx, policy: NewPolicy): Promise<number | undefined> {
  return (await tx.first(insert, policy))?.id;
}

const update = prepare((db, values: { id: number; definition: string; now: number }) =>
  db
    .updateTable('retention_policy')
    .set((set) => ({
      definition: values.definition,
      version: set('version', '+', 1),
      updated_at: values.now,
    }))
    .where('id', '=', values.id)
    .where('definition', '!=', values.definition),
);

/** One that says the same stays as it is, so that nobody has to review it again. */
export async function updatePolicy(
  tx: Tx,
  values: { readonly id: number; readonly definition: string; readonly now: number },
): Promise<void> {
  await tx.run(update, { ...values });
}

const approve = prepare((db, values: { id: number; version: number }) =>
  db
    .updateTable('retention_policy')
    .set({ approved_version: values.version })
    .where('id', '=', values.id)
    .where('approved_version', '<', values.version),
);

export async function approvePolicy(
  tx: Tx,
  of: { readonly id: number; readonly version: number },
): Promise<void> {
  await tx.run(approve, { ...of });
}

const remove = prepare((db, values: { id: number }) =>
  db.deleteFrom('retention_policy').where('id', '=', values.id),
);

/** False: there is none. */
export async function deletePolicyRow(tx: Tx, id: number): Promise<boolean> {
  return (await tx.run(remove, { id })) > 0;
}
