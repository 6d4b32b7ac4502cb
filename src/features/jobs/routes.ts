import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { append } from '../../platform/events/append.ts';
import { offsetOf, pageAnswer, pageParameters, parsePage } from '../../platform/http/api/page.ts';
import type { JobKind } from '../../platform/jobs/job-kind.ts';
import { printLog } from '../../platform/jobs/print-log.ts';
import { findExecution, jobCounts } from '../../platform/jobs/rows/execution-reads.ts';
import { countJobs, jobsWithFlag, pageOfJobs } from '../../platform/jobs/rows/job-reads.ts';
import { jobStatuses } from '../../platform/jobs/rows/job-status.ts';
import { retryJob } from '../../platform/jobs/stop-job.ts';
import { cancelJob } from './cancel-job.ts';
import { findShownJob } from './find-shown-job.ts';
import {
  executionSchema,
  executionView,
  jobProperties,
  jobView,
  originProperties,
  originView,
} from './job-view.ts';
import { originsOf } from './origin-store.ts';

interface Deps {
  readonly db: Database;
  readonly kinds: readonly JobKind[];
  /** What stands before the names of robots. */
  readonly prefix: () => string;
}

const tag = 'job';
const path = '/api/berth/v1/jobs';
/** Further ones are not counted. */
const countedTo = 10_000;

/** What kinds that can also only look are told by. */
const dryFlag = 'dryRun';
const dryRun = { type: 'boolean', description: 'Nothing is changed: what would be is told.' } as const;

const jobId = {
  in: 'path',
  required: true,
  description: 'The id of the job.',
  schema: { type: 'integer', format: 'int64' },
} as const;

/** Background work as Berth has it: one job is one unit of an execution. */
export function jobRoutes(deps: Deps): readonly RestRoute[] {
  return [listRoute(deps), readRoute(deps), logRoute(deps), cancelRoute(deps), retryRoute(deps)];
}

function listRoute({ db, prefix }: Deps): RestRoute {
  return restRoute.system({
    method: 'GET',
    path,
    operationId: 'listJobs',
    tag,
    summary: 'Jobs that wait, run or have ended, the newest first.',
    needs: 'system',
    permission: 'jobservice-monitor:list',
    parameters: {
      kind: { in: 'query', description: 'Of this kind only.', schema: { type: 'string' } },
      status: {
        in: 'query',
        description: 'With this status only.',
        schema: { type: 'string', enum: jobStatuses },
      },
      ...pageParameters,
    },
    answers: {
      200: {
        description: 'A page of them.',
        headers: ['X-Total-Count', 'X-Total-Count-Relation', 'Link'],
        schema: {
          type: 'array',
          items: { type: 'object', properties: { ...jobProperties, ...originProperties, dry_run: dryRun } },
        },
      },
    },
    refusals: [400, 401, 403],
    run: async (call) => {
      const page = parsePage(call.parameters);
      const { kind, status } = call.parameters;
      const now = await db.now();
      const filter = { kind: kind === '' ? undefined : kind, status: readStatus(status), now };
      const slice = { offset: offsetOf(page), limit: page.size === 0 ? Number.MAX_SAFE_INTEGER : page.size };
      const rows = await pageOfJobs(db.reader, filter, slice);
      const count = await countJobs(db.reader, filter, countedTo);
      const total = Math.min(count, countedTo);
      const origins = await originsOf(db.reader, rows, prefix());
      const dry = await jobsWithFlag(
        db.reader,
        rows.map(({ id }) => id),
        dryFlag,
      );
      const items = rows.map((row) => ({
        ...jobView(row, now),
        ...originView(origins.get(row.id)),
        ...(dry.has(row.id) ? { dry_run: true } : {}),
      }));
      return pageAnswer(call, page, { items, total, more: count > countedTo });
    },
  });
}

function readStatus(given: string | undefined) {
  return jobStatuses.find((each) => each === given);
}

function readRoute({ db, prefix }: Deps): RestRoute {
  return restRoute.system({
    method: 'GET',
    path: `${path}/{job_id}`,
    operationId: 'getJob',
    tag,
    summary: 'A job, how far it is, and its execution.',
    needs: 'system',
    permission: 'jobservice-monitor:list',
    parameters: { job_id: jobId },
    answers: {
      200: {
        description: 'It.',
        schema: {
          type: 'object',
          properties: {
            ...jobProperties,
            ...originProperties,
            dry_run: dryRun,
            execution: executionSchema,
          },
        },
      },
    },
    refusals: [401, 403, 404],
    run: async ({ parameters }) => {
      const job = await findShownJob(db.reader, parameters.job_id);
      const executionId = job.executionId ?? 0;
      const execution = await findExecution(db.reader, executionId);
      const counts = await jobCounts(db.reader, executionId);
      const shown = execution === undefined ? {} : { execution: executionView(execution, counts) };
      const dry = (await jobsWithFlag(db.reader, [job.id], dryFlag)).has(job.id) ? { dry_run: true } : {};
      const origin = originView((await originsOf(db.reader, [job], prefix())).get(job.id));
      return { status: 200, body: { ...jobView(job, await db.now()), ...origin, ...dry, ...shown } };
    },
  });
}

function logRoute({ db }: Deps): RestRoute {
  return restRoute.system({
    method: 'GET',
    path: `${path}/{job_id}/log`,
    operationId: 'getJobLog',
    tag,
    summary: 'What a job has logged so far, also while it runs.',
    needs: 'system',
    permission: 'jobservice-monitor:list',
    parameters: { job_id: jobId },
    answers: {
      200: { description: 'At most about 1 MiB.', mediaType: 'text/plain', schema: { type: 'string' } },
    },
    refusals: [401, 403, 404],
    run: async ({ parameters }) => {
      const { id } = await findShownJob(db.reader, parameters.job_id);
      const headers = { 'Content-Type': 'text/plain; charset=utf-8' };
      return { status: 200, headers, body: printLog(db.reader, id) };
    },
  });
}

function cancelRoute({ db }: Deps): RestRoute {
  return restRoute.system({
    method: 'POST',
    path: `${path}/{job_id}/cancel`,
    operationId: 'cancelJob',
    tag,
    summary: 'Stops a job that waits at once, and one that runs within about a second.',
    needs: 'system',
    permission: 'jobservice-monitor:stop',
    parameters: { job_id: jobId },
    answers: { 202: { description: 'It stops.' } },
    refusals: [401, 403, 404, 412],
    run: async ({ parameters }, { actor }) => {
      const job = await findShownJob(db.reader, parameters.job_id);
      if (!(await cancelJob({ db }, job, actor)))
        throw new AppError('PRECONDITION', { message: `job ${job.id} has ended` });
      return { status: 202 };
    },
  });
}

function retryRoute({ db, kinds }: Deps): RestRoute {
  return restRoute.system({
    method: 'POST',
    path: `${path}/{job_id}/retry`,
    operationId: 'retryJob',
    tag,
    summary: 'Begins a job again that failed or was stopped.',
    needs: 'system',
    permission: 'jobservice-monitor:stop',
    parameters: { job_id: jobId },
    answers: { 202: { description: 'It waits for its turn.' } },
    refusals: [401, 403, 404, 412],
    run: async ({ parameters }, { actor }) => {
      const job = await findShownJob(db.reader, parameters.job_id);
      const isCancelled = job.state === 'stopped' || job.stopAsked !== 0;
      if (isCancelled && kinds.some(({ name, staysStopped }) => name === job.kind && staysStopped === true))
        throw new AppError('PRECONDITION', {
          message: `job ${job.id} was cancelled, and it acts with the rights of who asked for it`,
          detail: 'whoever wants the rest done asks for that as one more job',
        });
      const now = await db.now();
      await db.transaction(async (tx) => {
        if (!(await retryJob(tx, job, now)))
          throw new AppError('PRECONDITION', {
            message: `job ${job.id} cannot be begun again`,
            detail: 'only one that failed or was stopped, while none like it is on its way',
          });
        const object = `${job.kind} ${job.id}`;
        await append(tx, { type: 'job.retried', at: now, actor, projectId: null, object });
      });
      return { status: 202 };
    },
  });
}
