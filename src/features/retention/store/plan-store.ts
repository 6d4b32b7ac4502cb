import type { Queries, Tx } from '../../../platform/db/database.ts';
import { prepare } from '../../../platform/db/prepare.ts';
import type { Drop, PlannedRepository, PlanTotals, ProjectPlan } from '../preview/plan-project.ts';

export interface StoredPlan {
  readonly id: number;
  readonly projectId: number;
  readonly definition: string;
  readonly madeAt: number;
  readonly expiresAt: number;
  readonly madeBy: string;
  readonly reason: string;
  readonly totals: PlanTotals;
  /** The run that carries it out. */
  readonly executionId: number | null;
}

type PlanValues = Omit<StoredPlan, 'id' | 'totals' | 'executionId'> & { readonly totals: string };

const insert = prepare((db, values: PlanValues) =>
  db
    .insertInto('retention_plan')
    .values({
      project_id: values.projectId,
      definition: values.definition,
      made_at: values.madeAt,
      expires_at: values.expiresAt,
      made_by: values.madeBy,
      reason: values.reason,
      totals: values.totals,
      execution_id: null,
    })
    .returning('id'),
);

const insertPart = prepare(
  (db, values: { planId: number; repositoryId: number; repository: string; drops: string }) =>
    db.insertInto('retention_plan_part').values({
      plan_id: values.planId,
      repository_id: values.repositoryId,
      repository: values.repository,
      drops: values.drops,
    }),
);

const forget = prepare((db, values: { now: number }) =>
  db.deleteFrom('retention_plan').where('expires_at', '<', values.now),
);

/** How long one that has ended is still known as that. */
const keptMs = 7 * 24 * 60 * 60 * 1000;

/** Those that ended a week ago are forgotten by the way. */
export async function insertPlan(
  tx: Tx,
  plan: Omit<PlanValues, 'totals'>,
  { totals, repositories }: ProjectPlan,
): Promise<number> {
  await tx.run(forget, { now: plan.madeAt - keptMs });
  const row = await tx.first(insert, { ...plan, totals: JSON.stringify(totals) });
  if (row === undefined) throw new Error('a plan was inserted without an id');
  for (const { repository, drops } of repositories) {
    const part = { repositoryId: repository.id, repository: repository.name, drops: JSON.stringify(drops) };
    await tx.run(insertPart, { planId: row.id, ...part });
  }
  return row.id;
}

const one = prepare((db, values: { id: number }) =>
  db
    .selectFrom('retention_plan')
    .select([
      'id',
      'project_id as projectId',
      'definition',
      'made_at as madeAt',
      'expires_at as expiresAt',
      'made_by as madeBy',
      'reason',
      'totals',
      'execution_id as executionId',
    ])
    .where('id', '=', values.id),
);

export async function findPlan(db: Queries, id: number): Promise<StoredPlan | undefined> {
  const row = await db.first(one, { id });
  return row === undefined ? undefined : { ...row, totals: JSON.parse(row.totals) as PlanTotals };
}

const parts = prepare((db, values: { planId: number }) =>
  db
    .selectFrom('retention_plan_part')
    .select(['repository_id as id', 'repository as name', 'drops'])
    .where('plan_id', '=', values.planId)
    .orderBy('repository'),
);

export async function partsOfPlan(db: Queries, planId: number): Promise<readonly PlannedRepository[]> {
  const rows = await db.all(parts, { planId });
  return rows.map(({ drops, ...repository }) => ({
    repository,
    drops: JSON.parse(drops) as readonly Drop[],
  }));
}

const part = prepare((db, values: { planId: number; repositoryId: number }) =>
  db
    .selectFrom('retention_plan_part')
    .select('drops')
    .where('plan_id', '=', values.planId)
    .where('repository_id', '=', values.repositoryId),
);

/** What goes from one repository, by digest, with the tags of that time. */
export async function plannedOf(
  db: Queries,
  of: { readonly planId: number; readonly repositoryId: number },
): Promise<ReadonlyMap<string, readonly string[]>> {
  const row = await db.first(part, { ...of });
  const drops = row === undefined ? [] : (JSON.parse(row.drops) as readonly Drop[]);
  return new Map(drops.map(({ digest, tags }) => [digest, tags]));
}

const take = prepare((db, values: { id: number; executionId: number; now: number }) =>
  db
    .updateTable('retention_plan')
    .set({ execution_id: values.executionId })
    .where('id', '=', values.id)
    .where('execution_id', 'is', null)
    .where('expires_at', '>', values.now),
);

/** False: it has ended, or somebody else carries it out. */
export async function takePlan(
  tx: Tx,
  of: { readonly id: number; readonly executionId: number; readonly now: number },
): Promise<boolean> {
  return (await tx.run(take, { ...of })) > 0;
}
