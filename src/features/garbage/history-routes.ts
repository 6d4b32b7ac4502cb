import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { append } from '../../platform/events/append.ts';
import { listConditions } from '../../platform/http/api/list-conditions.ts';
import { offsetOf, pageAnswer, pageParameters, parsePage } from '../../platform/http/api/page.ts';
import { parseListQuery } from '../../platform/http/api/parse-list-query.ts';
import { parseSort } from '../../platform/http/api/parse-sort.ts';
import {
  executionColumns,
  executionSortKeys,
  findSingleExecution,
  pageOfExecutions,
  type SingleExecution,
} from '../../platform/jobs/rows/execution-page-reads.ts';
import { readLog } from '../../platform/jobs/rows/job-log-reads.ts';
import { stopJob } from '../../platform/jobs/stop-job.ts';
import { collectionSchema, collectionView } from './collection-view.ts';
import { garbageKind } from './garbage-job.ts';

interface Deps {
  readonly db: Database;
  readonly windowMs: number;
}

const tag = 'gc';
const path = '/api/v2.0/system/gc';

const gcId = {
  in: 'path',
  required: true,
  description: 'The id of the run.',
  schema: { type: 'integer', format: 'int64' },
} as const;

/** Harbor's operations on runs of garbage collection. */
export function historyRoutes(deps: Deps): readonly RestRoute[] {
  return [listRoute(deps), readRoute(deps), stopRoute(deps), logRoute(deps)];
}

function listRoute({ db, windowMs }: Deps): RestRoute {
  return restRoute.system({
    method: 'GET',
    path,
    operationId: 'getGCHistory',
    tag,
    summary: 'The runs of garbage collection, the newest first.',
    needs: 'system',
    permission: 'garbage-collection:list',
    parameters: {
      ...pageParameters,
      q: {
        in: 'query',
        description: `Conditions on ${Object.keys(executionColumns).join(', ')}, divided by commas.`,
        schema: { type: 'string' },
      },
      sort: {
        in: 'query',
        description: `${executionSortKeys.join(', ')}, each with - for descending.`,
        schema: { type: 'string' },
      },
    },
    answers: {
      200: {
        description: 'A page of them.',
        headers: ['X-Total-Count', 'Link'],
        schema: { type: 'array', items: collectionSchema },
      },
    },
    refusals: [400, 401, 403],
    run: async (call) => {
      const page = parsePage(call.parameters);
      const { q, sort } = call.parameters;
      const { rows, total } = await pageOfExecutions(db.reader, {
        vendorType: garbageKind,
        conditions: listConditions(parseListQuery(q), executionColumns),
        sort: parseSort(sort, executionSortKeys, { key: 'id', descending: true }),
        offset: offsetOf(page),
        limit: page.size === 0 ? Number.MAX_SAFE_INTEGER : page.size,
      });
      const at = { windowMs, now: await db.now() };
      return pageAnswer(call, page, { items: rows.map((row) => collectionView(row, at)), total });
    },
  });
}

function readRoute({ db, windowMs }: Deps): RestRoute {
  return restRoute.system({
    method: 'GET',
    path: `${path}/{gc_id}`,
    operationId: 'getGC',
    tag,
    summary: 'A run of garbage collection.',
    needs: 'system',
    permission: 'garbage-collection:read',
    parameters: { gc_id: gcId },
    answers: { 200: { description: 'It.', schema: collectionSchema } },
    refusals: [401, 403, 404],
    run: async ({ parameters }) => {
      const row = await requireRun(db, parameters.gc_id);
      return { status: 200, body: collectionView(row, { windowMs, now: await db.now() }) };
    },
  });
}

function stopRoute({ db }: Deps): RestRoute {
  return restRoute.system({
    method: 'PUT',
    path: `${path}/{gc_id}`,
    operationId: 'stopGC',
    tag,
    summary: 'Stops a run that waits at once, and one that is under way within about a second.',
    needs: 'system',
    permission: 'garbage-collection:stop',
    parameters: { gc_id: gcId },
    answers: { 200: { description: 'It stops, or has ended.' } },
    refusals: [401, 403, 404],
    run: async ({ parameters }, { actor }) => {
      const { id: executionId, jobId } = await requireRun(db, parameters.gc_id);
      const now = await db.now();
      await db.transaction(async (tx) => {
        if (!(await stopJob(tx, { id: jobId, executionId }, now))) return;
        const object = `${garbageKind} ${jobId}`;
        await append(tx, { type: 'job.stopped', at: now, actor, projectId: null, object });
      });
      return { status: 200 };
    },
  });
}

function logRoute({ db }: Deps): RestRoute {
  return restRoute.system({
    method: 'GET',
    path: `${path}/{gc_id}/log`,
    operationId: 'getGCLog',
    tag,
    summary: 'What a run has logged so far.',
    needs: 'system',
    permission: 'garbage-collection:read',
    parameters: { gc_id: gcId },
    answers: {
      200: { description: 'At most about 1 MiB.', mediaType: 'text/plain', schema: { type: 'string' } },
    },
    refusals: [401, 403, 404],
    run: async ({ parameters }) => {
      const { jobId } = await requireRun(db, parameters.gc_id);
      const headers = { 'Content-Type': 'text/plain; charset=utf-8' };
      return { status: 200, headers, body: textOf(db, jobId) };
    },
  });
}

async function* textOf(db: Database, jobId: number): AsyncGenerator<string> {
  for await (const { text } of readLog(db.reader, jobId, -1)) yield text;
}

/** @throws AppError NOT_FOUND */
async function requireRun(db: Database, id: number): Promise<SingleExecution> {
  const row = await findSingleExecution(db.reader, garbageKind, id);
  if (row === undefined)
    throw new AppError('NOT_FOUND', { message: `there is no run of garbage collection ${id}` });
  return row;
}
