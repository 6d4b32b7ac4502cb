import { sql } from 'kysely';
import { principalText, type SignedInPrincipal } from '../../access/principal.ts';
import type { Visible } from '../../access/visible.ts';
import { inVisibleProjects } from '../../access/visible-reads.ts';
import type { Queries, Tx } from '../../platform/db/database.ts';
import type { DialectName } from '../../platform/db/dialect.ts';
import { prepare } from '../../platform/db/prepare.ts';
import type { BatchAction } from '../../platform/db/schema/schema-of-batches.ts';
import type { Actor } from '../../platform/events/append.ts';
import type { Batch, Item, LabelOfBatch } from './batch.ts';

/** Of its job: what its items have in common. */
export interface BatchInput {
  readonly label?: LabelOfBatch;
}

type BatchValues = {
  readonly id: number;
  readonly action: BatchAction;
  readonly place: string;
  readonly projectId: number | null;
  readonly repositoryId: number | null;
  readonly undoes: number | null;
  readonly askedBy: string;
  readonly principal: string;
  readonly actor: string;
};

const insertOne = prepare((db, values: BatchValues) =>
  db.insertInto('batch').values({
    job_id: values.id,
    action: values.action,
    place: values.place,
    project_id: values.projectId,
    repository_id: values.repositoryId,
    undoes: values.undoes,
    asked_by: values.askedBy,
    principal: values.principal,
    actor: values.actor,
  }),
);

/** @param items JSON: a list of `no`, `id`, `name` and `outcome` */
const insertItems = prepare((db, values: { id: number; items: string }, dialect) => {
  const each =
    dialect === 'sqlite' ? sql`json_each(${values.items})` : sql`json_array_elements(${values.items}::json)`;
  const number = (name: string) =>
    dialect === 'sqlite' ? sql`value ->> ${sql.lit(name)}` : sql`(value ->> ${sql.lit(name)})::bigint`;
  const job = dialect === 'sqlite' ? sql`${values.id}` : sql`${values.id}::bigint`;
  return db
    .insertInto('batch_item')
    .columns(['job_id', 'no', 'object_id', 'name', 'outcome', 'code', 'reason'])
    .expression(
      sql<never>`select ${job}, ${number('no')}, ${number('id')}, value ->> 'name', value ->> 'outcome', '', ''
        from ${each}${dialect === 'sqlite' ? sql`` : sql` as value`} where true`,
    );
});

const itemsAtOnce = 2000;

/** @param missing names of things that are not there any more */
export async function insertBatch(
  tx: Tx,
  batch: Omit<Batch, 'askedAt' | 'label'>,
  { found, missing }: { readonly found: readonly Item[]; readonly missing: readonly string[] },
): Promise<void> {
  const { principal, actor, ...row } = batch;
  const text = { principal: JSON.stringify(principal), actor: JSON.stringify(actor) };
  await tx.run(insertOne, { ...row, ...text, askedBy: actor.principal });
  const items = [
    ...found.map(({ id, name }) => ({ id, name, outcome: 'waiting' })),
    ...missing.map((name) => ({ id: 0, name, outcome: 'gone' })),
  ].map((item, no) => ({ ...item, no: no + 1 }));
  for (let at = 0; at < items.length; at += itemsAtOnce)
    await tx.run(insertItems, { id: batch.id, items: JSON.stringify(items.slice(at, at + itemsAtOnce)) });
}

const columns = [
  'batch.job_id as id',
  'batch.action',
  'batch.place',
  'batch.project_id as projectId',
  'batch.repository_id as repositoryId',
  'batch.undoes',
  'batch.principal',
  'batch.actor',
  'job.created_at as askedAt',
  'job.input',
] as const;

const one = prepare((db, values: { id: number }) =>
  db
    .selectFrom('batch')
    .innerJoin('job', 'job.id', 'batch.job_id')
    .select(columns)
    .where('job_id', '=', values.id),
);

export async function findBatch(db: Queries, id: number): Promise<Batch | undefined> {
  const row = await db.first(one, { id });
  return row === undefined ? undefined : toBatch(row);
}

type BatchRow = Omit<Batch, 'principal' | 'actor' | 'label'> & {
  readonly principal: string;
  readonly actor: string;
  readonly input: string;
};

function toBatch({ input, ...row }: BatchRow): Batch {
  const principal = JSON.parse(row.principal) as SignedInPrincipal;
  const { label } = (JSON.parse(input) as BatchInput | null) ?? {};
  const whole = { ...row, principal, actor: JSON.parse(row.actor) as Actor };
  return label === undefined ? whole : { ...whole, label };
}

interface OfAsker {
  readonly askedBy: string;
  /** Of a token, what was asked for by it; 0: all of the account. */
  readonly token: number;
}

const ofAsker = prepare(
  (db, values: { [K in keyof OfAsker]: OfAsker[K] } & { offset: number; limit: number }, dialect) =>
    db
      .selectFrom('batch')
      .innerJoin('job', 'job.id', 'batch.job_id')
      .select(columns)
      .where('asked_by', '=', values.askedBy)
      .where(askedByToken(values.token, dialect))
      .orderBy('job_id', 'desc')
      .offset(values.offset)
      .limit(values.limit),
);

const countOfAsker = prepare((db, values: { [K in keyof OfAsker]: OfAsker[K] }, dialect) =>
  db
    .selectFrom('batch')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('asked_by', '=', values.askedBy)
    .where(askedByToken(values.token, dialect)),
);

function askedByToken(token: number, dialect: DialectName) {
  const by =
    dialect === 'sqlite'
      ? sql`batch.principal ->> 'personalToken'`
      : sql`(batch.principal::json ->> 'personalToken')::bigint`;
  const given = dialect === 'sqlite' ? sql`${token}` : sql`${token}::bigint`;
  return sql<boolean>`(${given} = 0 or ${by} = ${given})`;
}

/** What somebody asked for, the newest first. */
export async function pageOfBatches(
  db: Queries,
  asker: SignedInPrincipal,
  slice: { readonly offset: number; readonly limit: number },
): Promise<{ readonly rows: readonly Batch[]; readonly total: number }> {
  const token = asker.kind === 'user' ? (asker.personalToken ?? 0) : 0;
  const of = { askedBy: principalText(asker), token };
  const rows = await db.all(ofAsker, { ...of, ...slice });
  return { rows: rows.map(toBatch), total: Number((await db.first(countOfAsker, of))?.count ?? 0) };
}

/** What somebody may see: their own, what takes that back and what takes back that, of a project that is among the places, or everywhere. The newest first. */
export async function pageOfSeenBatches(
  db: Queries,
  asker: SignedInPrincipal,
  { places, offset, limit }: { readonly places: Visible; readonly offset: number; readonly limit: number },
): Promise<{ readonly rows: readonly Batch[]; readonly total: number }> {
  const token = asker.kind === 'user' ? (asker.personalToken ?? 0) : 0;
  const seen = db.builder
    .withRecursive('of_asker(id)', (given) =>
      given
        .selectFrom('batch')
        .select('job_id as id')
        .where('asked_by', '=', principalText(asker))
        .where(askedByToken(token, db.dialect))
        .union(
          given
            .selectFrom('batch')
            .innerJoin('of_asker', 'of_asker.id', 'batch.undoes')
            .select('batch.job_id as id'),
        ),
    )
    .selectFrom('batch')
    .innerJoin('job', 'job.id', 'batch.job_id')
    .where((where) =>
      where.or([
        where('batch.job_id', 'in', (within) => within.selectFrom('of_asker').select('of_asker.id')),
        places.kind === 'all'
          ? sql<boolean>`1 = 1`
          : where(
              'batch.project_id',
              'in',
              where
                .selectFrom('live_project')
                .select('live_project.id')
                .where(inVisibleProjects(places, db.dialect)),
            ),
      ]),
    );
  const rows = await seen.select(columns).orderBy('job_id', 'desc').offset(offset).limit(limit).execute();
  const counted = await seen
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return { rows: rows.map(toBatch), total: Number(counted.count) };
}

const undoing = prepare((db, values: { id: number }) =>
  db
    .selectFrom('batch')
    .select('job_id as id')
    .where('undoes', '=', values.id)
    .orderBy('job_id', 'desc')
    .limit(1),
);

/** The newest one that takes it back. */
export async function findUndoing(db: Queries, id: number): Promise<number | undefined> {
  return (await db.first(undoing, { id }))?.id;
}

const trashed = prepare((db, values: { batchId: number; repositoryId: number }) =>
  db
    .selectFrom('trash')
    .select(['id', 'freed_bytes as bytes'])
    .where('job_id', '=', values.batchId)
    .where('repository_id', '=', values.repositoryId),
);

/** A repository that a batch has put in the trash, as long as it is there. */
export function findTrashedRepository(
  db: Queries,
  of: { readonly batchId: number; readonly repositoryId: number },
): Promise<{ readonly id: number; readonly bytes: number } | undefined> {
  return db.first(trashed, { ...of });
}

const restorable = prepare((db, values: { id: number }) =>
  db
    .selectFrom('trash')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('job_id', '=', values.id),
);

/** How much of what a batch deleted is still in the trash. */
export async function countRestorable(db: Queries, id: number): Promise<number> {
  return Number((await db.first(restorable, { id }))?.count ?? 0);
}
