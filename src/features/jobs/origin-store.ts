import { type SqlBool, sql } from 'kysely';
import { principalNames } from '../../access/names/principal-name-reads.ts';
import type { Queries } from '../../platform/db/database.ts';
import { valueList } from '../../platform/db/value-list.ts';
import type { JobRow } from '../../platform/jobs/rows/job-reads.ts';
import type { ScheduleRow } from '../../platform/jobs/rows/schedule-reads.ts';

/** What a job is about, and who asked for it. */
export interface Origin {
  /** A project or a repository; undefined: the server. */
  readonly place: string | undefined;
  /** The name of a user or robot; undefined: it began by itself, or nobody wrote down who. */
  readonly begunBy: string | undefined;
}

type Job = Pick<JobRow, 'id' | 'kind' | 'executionId' | 'vendorId'>;

const retentionKind = 'RETENTION';
const batchKind = 'BATCH';

/** Of each of these jobs, by its id; one statement for each thing that there is to know. */
export async function originsOf(
  db: Queries,
  jobs: readonly Job[],
  prefix: string,
): Promise<ReadonlyMap<number, Origin>> {
  const runs = jobs.filter(({ kind }) => kind === retentionKind);
  const projects = await policyProjects(db, runs);
  const tasks = await taskRepositories(db, runs);
  const batches = await batchPlaces(
    db,
    jobs.filter(({ kind }) => kind === batchKind),
  );
  const actors = new Map([...(await startedBy(db, jobs)), ...(await ranBy(db, runs))]);
  const names = await principalNames(db, [...actors.values()], prefix);
  return new Map(
    jobs.map(({ id, kind, vendorId }) => {
      const run = kind === retentionKind ? (tasks.get(id) ?? projects.get(vendorId)) : undefined;
      return [id, { place: run ?? batches.get(id), begunBy: names.get(actors.get(id) ?? '') }];
    }),
  );
}

/** Of each of these schedules, by its id: the project, and when it began the last time of which there is a record. */
export async function lastRunsOf(
  db: Queries,
  schedules: readonly Pick<ScheduleRow, 'id' | 'vendorType' | 'vendorId'>[],
): Promise<ReadonlyMap<number, { readonly place: string | undefined; readonly lastAt: number | undefined }>> {
  const projects = await policyProjects(
    db,
    schedules.filter(({ vendorType }) => vendorType === retentionKind),
  );
  const found = new Map<number, { place: string | undefined; lastAt: number | undefined }>();
  for (const { id, vendorType, vendorId } of schedules) {
    const last = await db.builder
      .selectFrom('execution')
      .select('started_at as at')
      .where('vendor_type', '=', vendorType)
      .where('vendor_id', '=', vendorId)
      .where('trigger_kind', '=', 'SCHEDULE')
      .orderBy('id', 'desc')
      .limit(1)
      .execute();
    const place = vendorType === retentionKind ? projects.get(vendorId) : undefined;
    found.set(id, { place, lastAt: last[0]?.at });
  }
  return found;
}

/** Names of projects by what belongs to them: a policy's id, or with the system's policy the project's below 0. */
async function policyProjects(
  db: Queries,
  of: readonly { readonly vendorId: number }[],
): Promise<ReadonlyMap<number, string>> {
  const ids = [...new Set(of.map(({ vendorId }) => vendorId))];
  if (ids.length === 0) return new Map();
  const { builder, dialect } = db;
  const own = await builder
    .selectFrom('retention_policy')
    .innerJoin('live_project', 'live_project.id', 'retention_policy.project_id')
    .select(['retention_policy.id as id', 'live_project.name as name'])
    .where('retention_policy.id', 'in', valueList('integer', jsonOf(ids), dialect))
    .execute();
  const byDefault = await builder
    .selectFrom('live_project')
    .select(['id', 'name'])
    .where('id', 'in', valueList('integer', jsonOf(ids.map((id) => -id)), dialect))
    .execute();
  return new Map([
    ...byDefault.map(({ id, name }) => [-id, name] as const),
    ...own.map(({ id, name }) => [id, name] as const),
  ]);
}

/** A run has a job of its own for each repository. */
async function taskRepositories(db: Queries, of: readonly Job[]): Promise<ReadonlyMap<number, string>> {
  if (of.length === 0) return new Map();
  const rows = await db.builder
    .selectFrom('retention_task')
    .select(['job_id as id', 'repository'])
    .where('job_id', 'in', valueList('integer', jsonOf(of.map(({ id }) => id)), db.dialect))
    .execute();
  return new Map(rows.map(({ id, repository }) => [id, repository]));
}

async function batchPlaces(db: Queries, of: readonly Job[]): Promise<ReadonlyMap<number, string>> {
  if (of.length === 0) return new Map();
  const rows = await db.builder
    .selectFrom('batch')
    .select(['job_id as id', 'place'])
    .where('job_id', 'in', valueList('integer', jsonOf(of.map(({ id }) => id)), db.dialect))
    .execute();
  return new Map(rows.filter(({ place }) => place !== '').map(({ id, place }) => [id, place]));
}

/** Of runs of retention by hand. */
async function ranBy(db: Queries, of: readonly Job[]): Promise<readonly (readonly [number, string])[]> {
  if (of.length === 0) return [];
  const executions = of.map(({ executionId }) => executionId ?? 0);
  const rows = await db.builder
    .selectFrom('retention_run')
    .select(['execution_id as id', 'actor'])
    .where('execution_id', 'in', valueList('integer', jsonOf(executions), db.dialect))
    .execute();
  const actors = new Map(
    rows.map(({ id, actor }) => [id, (JSON.parse(actor) as { principal?: string }).principal ?? '']),
  );
  return of.flatMap(({ id, executionId }) => {
    const actor = actors.get(executionId ?? 0);
    return actor === undefined ? [] : [[id, actor] as const];
  });
}

/** Whatever somebody begins is an event of the log, for as long as the log goes back. */
async function startedBy(db: Queries, of: readonly Job[]): Promise<readonly (readonly [number, string])[]> {
  if (of.length === 0) return [];
  const objects = new Map(of.map(({ id, kind }) => [`${kind} ${id}`, id]));
  const rows = await db.builder
    .selectFrom('event')
    .select(['object', 'actor'])
    .where('object', 'in', valueList('text', jsonOf([...objects.keys()]), db.dialect))
    .where('type', '=', 'job.started')
    // As the index of objects has it.
    .where(sql<SqlBool>`hidden < 2`)
    .execute();
  return rows.map(({ object, actor }) => [objects.get(object) ?? 0, actor] as const);
}

const jsonOf = (values: readonly (string | number)[]): string => JSON.stringify(values);
