import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { printLog } from '../../platform/jobs/print-log.ts';
import { findJob, runningJobs } from '../../platform/jobs/rows/job-reads.ts';
import { findQueue, listQueues } from '../../platform/jobs/rows/queue-reads.ts';
import type { Instance } from '../../platform/locks/instances.ts';
import { actOnQueue, queueActions } from './act-on-queue.ts';
import { cancelJob } from './cancel-job.ts';
import { findShownJob } from './find-shown-job.ts';
import { poolSchema, poolView, queueSchema, queueView, workerSchema, workersView } from './workers-view.ts';

export interface JobserviceDeps {
  readonly db: Database;
  /** Server processes that live: Harbor's pools of workers. */
  readonly instances: () => Promise<readonly Instance[]>;
}

const tag = 'jobservice';
const path = '/api/v2.0/jobservice';
const all = 'all';

const jobId = {
  in: 'path',
  required: true,
  description: 'The id of the job.',
  schema: { type: 'string' },
} as const;

/** Harbor's operations on its job service, whose jobs are Berth's. */
export function jobserviceRoutes(deps: JobserviceDeps): readonly RestRoute[] {
  return [poolsRoute(deps), workersRoute(deps), ...jobRoutes(deps), ...queueRoutes(deps)];
}

function poolsRoute({ instances }: JobserviceDeps): RestRoute {
  return restRoute.system({
    method: 'GET',
    path: `${path}/pools`,
    operationId: 'getWorkerPools',
    tag,
    summary: 'The server processes that run jobs.',
    needs: 'system',
    permission: 'jobservice-monitor:list',
    parameters: {},
    answers: { 200: { description: 'All that live.', schema: { type: 'array', items: poolSchema } } },
    refusals: [401, 403],
    run: async () => ({ status: 200, body: (await instances()).map(poolView) }),
  });
}

function workersRoute({ db, instances }: JobserviceDeps): RestRoute {
  return restRoute.system({
    method: 'GET',
    path: `${path}/pools/{pool_id}/workers`,
    operationId: 'getWorkers',
    tag,
    summary: 'The workers of a server process, or of all, with the jobs that they are at.',
    needs: 'system',
    permission: 'jobservice-monitor:list',
    parameters: {
      pool_id: {
        in: 'path',
        required: true,
        description: 'The id of a pool; all: of all pools.',
        schema: { type: 'string' },
      },
    },
    answers: { 200: { description: 'They.', schema: { type: 'array', items: workerSchema } } },
    refusals: [401, 403, 404],
    run: async ({ parameters: { pool_id: wanted } }) => {
      const pools = (await instances()).filter(({ name }) => wanted === all || name === wanted);
      if (pools.length === 0)
        throw new AppError('NOT_FOUND', { message: `there is no pool of workers ${wanted.slice(0, 100)}` });
      const running = await runningJobs(db.reader);
      return { status: 200, body: pools.flatMap(({ name }) => workersView(name, running)) };
    },
  });
}

function jobRoutes(deps: JobserviceDeps): readonly RestRoute[] {
  const { db } = deps;
  return [
    restRoute.system({
      method: 'PUT',
      path: `${path}/jobs/{job_id}`,
      operationId: 'stopRunningJob',
      tag,
      summary: 'Stops a job, or with all those that run. Harbor answers 200 also where there is none.',
      needs: 'system',
      permission: 'jobservice-monitor:stop',
      parameters: { job_id: jobId },
      answers: { 200: { description: 'Stopped.' } },
      refusals: [401, 403],
      run: async ({ parameters: { job_id: wanted } }, { actor }) => {
        const one = wanted === all ? undefined : await findJob(db.reader, idOf(wanted));
        const jobs = wanted === all ? await runningJobs(db.reader) : one === undefined ? [] : [one];
        for (const job of jobs) await cancelJob(deps, job, actor);
        return { status: 200 };
      },
    }),
    restRoute.system({
      method: 'GET',
      path: `${path}/jobs/{job_id}/log`,
      operationId: 'actionGetJobLog',
      tag,
      summary: 'What a job has logged so far.',
      needs: 'system',
      permission: 'jobservice-monitor:list',
      parameters: { job_id: jobId },
      answers: {
        200: {
          description: 'At most about 1 MiB.',
          mediaType: 'text/plain',
          schema: { type: 'string' },
        },
      },
      refusals: [401, 403, 404],
      run: async ({ parameters }) => {
        const { id } = await findShownJob(db.reader, idOf(parameters.job_id));
        const headers = { 'Content-Type': 'text/plain; charset=utf-8' };
        return { status: 200, headers, body: printLog(db.reader, id) };
      },
    }),
  ];
}

/** 0, which no job has, for what is no id. */
function idOf(text: string): number {
  const id = Number(text);
  return /^\d{1,16}$/.test(text) && Number.isSafeInteger(id) ? id : 0;
}

function queueRoutes(deps: JobserviceDeps): readonly RestRoute[] {
  const { db } = deps;
  return [
    restRoute.system({
      method: 'GET',
      path: `${path}/queues`,
      operationId: 'listJobQueues',
      tag,
      summary: 'The kinds of jobs, how many of each wait and for how long, and whether they stand still.',
      needs: 'system',
      permission: 'jobservice-monitor:list',
      parameters: {},
      answers: { 200: { description: 'All of them.', schema: { type: 'array', items: queueSchema } } },
      refusals: [401, 403],
      run: async () => {
        const now = await db.now();
        return { status: 200, body: (await listQueues(db.reader)).map((queue) => queueView(queue, now)) };
      },
    }),
    restRoute.system({
      method: 'PUT',
      path: `${path}/queues/{job_type}`,
      operationId: 'actionPendingJobs',
      tag,
      summary:
        'stop: ends the jobs of a kind that wait; pause, resume: none of them begins, or they do again.',
      needs: 'system',
      permission: 'jobservice-monitor:stop',
      parameters: {
        job_type: {
          in: 'path',
          required: true,
          description: 'A kind of jobs; SCHEDULER: the schedules; all: all of them.',
          schema: { type: 'string' },
        },
      },
      body: {
        name: 'action_request',
        schema: { type: 'object', properties: { action: { type: 'string', enum: queueActions } } },
      },
      answers: { 200: { description: 'Done.' } },
      refusals: [401, 403, 404],
      run: async ({ parameters, body }, { actor }) => {
        const action = queueActions.find((each) => each === body.action);
        if (action === undefined)
          throw new AppError('UNPROCESSABLE', {
            message: `action has to be one of ${queueActions.join(', ')}`,
          });
        for (const kind of await kindsOf(db, parameters.job_type))
          await actOnQueue(deps, action, { kind, actor });
        return { status: 200 };
      },
    }),
  ];
}

/** In any case of letters, as in Harbor, whose command line sends ALL. */
async function kindsOf(db: Database, given: string): Promise<readonly string[]> {
  const wanted = given.toUpperCase();
  if (wanted === all.toUpperCase()) return (await listQueues(db.reader)).map(({ kind }) => kind);
  if ((await findQueue(db.reader, wanted)) !== undefined) return [wanted];
  throw new AppError('NOT_FOUND', { message: `there are no jobs of the kind ${wanted.slice(0, 100)}` });
}
