import type { Queries, Tx } from '../../../platform/db/database.ts';
import { prepare } from '../../../platform/db/prepare.ts';
import { approvePolicy, findPolicyOf, readDefinition, type StoredPolicy } from './policy-store.ts';

/** The id of the system's own policy, which no project's has. */
export const defaultPolicyId = 0;

const one = prepare((db, _values: Record<never, never>) =>
  db.selectFrom('retention_default').select(['definition', 'version', 'updated_at as updatedAt']),
);

export interface DefaultPolicy {
  readonly definition: string;
  readonly version: number;
  readonly updatedAt: number;
}

export function findDefault(db: Queries): Promise<DefaultPolicy | undefined> {
  return db.first(one, {});
}

const review = prepare((db, values: { projectId: number }) =>
  db.selectFrom('retention_default_review').select('version').where('project_id', '=', values.projectId),
);

/** The one by which a project goes: its own, else the system's. */
export async function policyInForce(db: Queries, projectId: number): Promise<StoredPolicy | undefined> {
  const own = await findPolicyOf(db, projectId);
  if (own !== undefined) return own;
  const found = await findDefault(db);
  if (found === undefined) return undefined;
  const { definition, version } = found;
  const approvedVersion = (await db.first(review, { projectId }))?.version ?? 0;
  const policy = readDefinition(definition);
  return { id: defaultPolicyId, projectId, policy, definition, version, approvedVersion };
}

const approve = prepare((db, values: { projectId: number; version: number }) =>
  db
    .insertInto('retention_default_review')
    .values({ project_id: values.projectId, version: values.version })
    .onConflict((conflict) => conflict.column('project_id').doUpdateSet({ version: values.version })),
);

/** Somebody has seen what it does in that project. */
export async function approveInForce(
  tx: Tx,
  { id, projectId, version }: Pick<StoredPolicy, 'id' | 'projectId' | 'version'>,
): Promise<void> {
  if (id === defaultPolicyId) await tx.run(approve, { projectId, version });
  else await approvePolicy(tx, { id, version });
}

const put = prepare((db, values: { definition: string; version: number; now: number }) =>
  db
    .insertInto('retention_default')
    .values({ id: 1, definition: values.definition, version: values.version, updated_at: values.now })
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet({ definition: values.definition, version: values.version, updated_at: values.now }),
    ),
);

/**
 * One that says the same stays as it is, so that nobody has to review it again. Versions are times: one that was removed and
 * made again is another.
 */
export async function putDefault(
  tx: Tx,
  { definition, now }: { readonly definition: string; readonly now: number },
): Promise<void> {
  const known = await findDefault(tx);
  if (known?.definition === definition) return;
  await tx.run(put, { definition, version: Math.max(now, (known?.version ?? 0) + 1), now });
}

const remove = prepare((db, _values: Record<never, never>) => db.deleteFrom('retention_default'));

/** False: there is none. */
export async function removeDefault(tx: Tx): Promise<boolean> {
  return (await tx.run(remove, {})) > 0;
}

const without = prepare((db, values: { after: number; count: number }) =>
  db
    .selectFrom('live_project')
    .select(['id', 'name'])
    .where('id', '>', values.after)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('retention_policy')
            .select('retention_policy.id')
            .whereRef('retention_policy.project_id', '=', 'live_project.id'),
        ),
      ),
    )
    .orderBy('id')
    .limit(values.count),
);

const rowsAtOnce = 500;

/** By ascending id. */
export async function* projectsWithoutPolicy(
  db: Queries,
): AsyncGenerator<{ readonly id: number; readonly name: string }> {
  for (let after = 0; ; ) {
    const rows = await db.all(without, { after, count: rowsAtOnce });
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}
