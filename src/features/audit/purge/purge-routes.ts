import { type RestRoute, restRoute } from '../../../access/rest-route.ts';
import { AppError } from '../../../lib/errors.ts';
import type { Database } from '../../../platform/db/database.ts';
import { append } from '../../../platform/events/append.ts';
import { listConditions } from '../../../platform/http/api/list-conditions.ts';
import { offsetOf, pageAnswer, pageParameters, parsePage } from '../../../platform/http/api/page.ts';
import { parseListQuery } from '../../../platform/http/api/parse-list-query.ts';
import { parseSort } from '../../../platform/http/api/parse-sort.ts';
import { readLog } from '../../../platform/jobs/rows/job-log-reads.ts';
import { findSchedule } from '../../../platform/jobs/rows/schedule-reads.ts';
import { stopJob } from '../../../platform/jobs/stop-job.ts';
import { findRun, type PurgeRun, pageOfRuns, type RunColumn, runColumns } from './purge-history-store.ts';
import { purgeKind, purgeOf } from './purge-job.ts';
import { purgeSchema, runView, scheduleView } from './run-view.ts';
import { requireMayPurge, type SchedulePurgeDeps, schedulePurge } from './schedule-purge.ts';

const tag = 'purge';
const path = '/api/v2.0/system/purgeaudit';
const number = { type: 'integer', format: 'int64' } as const;
const text = { type: 'string' } as const;

const purgeId = {
  purge_id: { in: 'path', required: true, description: 'The id of the run.', schema: number },
} as const;

const body = {
  name: 'schedule',
  schema: {
    type: 'object',
    properties: {
      // As clients send back what they read; they count for nothing.
      id: number,
      status: text,
      creation_time: { ...text, format: 'date-time' },
      update_time: { ...text, format: 'date-time' },
      schedule: {
        type: 'object',
        properties: {
          type: {
            ...text,
            description: 'Hourly, Daily, Weekly, Custom; Manual: once, now; None: no more.',
            enum: ['Hourly', 'Daily', 'Weekly', 'Custom', 'Manual', 'None', 'Schedule'],
          },
          cron: { ...text, description: '0 minutes hours day-of-month month day-of-week, in UTC.' },
        },
      },
      parameters: {
        type: 'object',
        properties: {
          audit_retention_hour: { ...number, description: 'Rows go after so many hours; 0: none goes.' },
          include_event_types: {
            ...text,
            description:
              'Which rows, divided by commas: create_artifact, pull_artifact, …; other: all but those of artifacts.',
          },
          pull_retention_hour: { ...number, description: 'Pulls go after so many hours instead.' },
          dry_run: { type: 'boolean', description: 'Only counts.' },
        },
      },
    },
  },
} as const;

/** Harbor's operations on the purge of the audit log. */
export function purgeRoutes(deps: SchedulePurgeDeps): readonly RestRoute[] {
  return [
    historyRoute(deps),
    scheduleRoute(deps),
    createRoute(deps),
    updateRoute(deps),
    readRoute(deps),
    stopRoute(deps),
    logRoute(deps),
  ];
}

function historyRoute({ db }: SchedulePurgeDeps): RestRoute {
  return restRoute.system({
    method: 'GET',
    path,
    operationId: 'getPurgeHistory',
    tag,
    summary: 'The runs of the purge that are kept, the newest first.',
    needs: 'system',
    permission: 'purge-audit:list',
    parameters: {
      ...pageParameters,
      q: { in: 'query', description: 'Conditions on id, status, trigger, start_time.', schema: text },
      sort: { in: 'query', description: 'Such as -start_time, the default, or id.', schema: text },
    },
    answers: {
      200: {
        description: 'One page.',
        headers: ['X-Total-Count', 'Link'],
        schema: { type: 'array', items: purgeSchema },
      },
    },
    refusals: [400, 401, 403],
    run: async (call) => {
      const page = parsePage(call.parameters);
      const columns = Object.keys(runColumns) as RunColumn[];
      const { rows, count } = await pageOfRuns(db.reader, {
        conditions: listConditions(parseListQuery(call.parameters.q), runColumns),
        sort: parseSort(call.parameters.sort, columns, { key: 'start_time', descending: true }),
        offset: offsetOf(page),
        limit: page.size === 0 ? Number.MAX_SAFE_INTEGER : page.size,
      });
      return pageAnswer(call, page, { items: rows.map(runView), total: count });
    },
  });
}

function readRoute({ db }: SchedulePurgeDeps): RestRoute {
  return restRoute.system({
    method: 'GET',
    path: `${path}/{purge_id}`,
    operationId: 'getPurgeJob',
    tag,
    summary: 'A run of the purge.',
    needs: 'system',
    permission: 'purge-audit:read',
    parameters: purgeId,
    answers: { 200: { description: 'It.', schema: purgeSchema } },
    refusals: [401, 403, 404],
    run: async ({ parameters }) => ({
      status: 200,
      body: runView(await requireRun({ db }, parameters.purge_id)),
    }),
  });
}

function stopRoute(deps: SchedulePurgeDeps): RestRoute {
  const { db } = deps;
  return restRoute.system({
    method: 'PUT',
    path: `${path}/{purge_id}`,
    operationId: 'stopPurge',
    tag,
    summary:
      'Stops a run of the purge. What it has removed stays removed; one that has ended stays as it is.',
    needs: 'system',
    permission: 'purge-audit:stop',
    parameters: purgeId,
    answers: { 200: { description: 'Stopped.' } },
    refusals: [401, 403, 404],
    run: async ({ parameters }, asker) => {
      requireMayPurge(deps, asker);
      const { id, jobId } = await requireRun({ db }, parameters.purge_id);
      const now = await db.now();
      await db.transaction(async (tx) => {
        if (!(await stopJob(tx, { id: jobId, executionId: id }, now))) return;
        const event = { type: 'job.stopped', at: now, actor: asker.actor, projectId: null } as const;
        await append(tx, { ...event, object: `${purgeKind} ${jobId}` });
      });
      return { status: 200 };
    },
  });
}

function logRoute({ db }: SchedulePurgeDeps): RestRoute {
  return restRoute.system({
    method: 'GET',
    path: `${path}/{purge_id}/log`,
    operationId: 'getPurgeJobLog',
    tag,
    summary: 'What a run of the purge has logged so far.',
    needs: 'system',
    permission: 'purge-audit:read',
    parameters: purgeId,
    answers: { 200: { description: 'At most about 1 MiB.', mediaType: 'text/plain', schema: text } },
    refusals: [401, 403, 404],
    run: async ({ parameters }) => {
      const { jobId } = await requireRun({ db }, parameters.purge_id);
      const headers = { 'Content-Type': 'text/plain; charset=utf-8' };
      return { status: 200, headers, body: textOf(db, jobId) };
    },
  });
}

function scheduleRoute({ db }: SchedulePurgeDeps): RestRoute {
  return restRoute.system({
    method: 'GET',
    path: `${path}/schedule`,
    operationId: 'getPurgeSchedule',
    tag,
    summary: 'When the audit log is purged by itself, and of what. No body: it is not.',
    needs: 'system',
    permission: 'purge-audit:read',
    parameters: {},
    answers: { 200: { description: 'So it is.', schema: purgeSchema } },
    refusals: [401, 403],
    run: async () => {
      const found = await findSchedule(db.reader, purgeOf);
      return found === undefined
        ? { status: 200 }
        : { status: 200, body: scheduleView(found, await db.now()) };
    },
  });
}

function createRoute(deps: SchedulePurgeDeps): RestRoute {
  return restRoute.system({
    method: 'POST',
    path: `${path}/schedule`,
    operationId: 'createPurgeSchedule',
    tag,
    summary: 'Purges the audit log once, now, or sets when it is purged by itself.',
    needs: 'system',
    permission: 'purge-audit:create',
    parameters: {},
    body,
    answers: { 201: { description: 'Begun, or set.', headers: ['Location'] } },
    refusals: [400, 401, 403],
    run: async (call, asker) => {
      const id = await schedulePurge(deps, asker, call.body);
      return { status: 201, headers: { Location: `${path}/${id}` } };
    },
  });
}

function updateRoute(deps: SchedulePurgeDeps): RestRoute {
  return restRoute.system({
    method: 'PUT',
    path: `${path}/schedule`,
    operationId: 'updatePurgeSchedule',
    tag,
    summary: 'Sets when the audit log is purged by itself; Manual: once, now.',
    needs: 'system',
    permission: 'purge-audit:update',
    parameters: {},
    body,
    answers: { 200: { description: 'Set.' } },
    refusals: [400, 401, 403],
    run: async (call, asker) => {
      await schedulePurge(deps, asker, call.body);
      return { status: 200 };
    },
  });
}

/** @throws AppError NOT_FOUND */
async function requireRun({ db }: Pick<SchedulePurgeDeps, 'db'>, id: number): Promise<PurgeRun> {
  const found = await findRun(db.reader, id);
  if (found !== undefined) return found;
  throw new AppError('NOT_FOUND', { message: `there is no purge of the audit log with the id ${id}` });
}

async function* textOf(db: Database, jobId: number): AsyncGenerator<string> {
  for await (const { text: lines } of readLog(db.reader, jobId, -1)) yield lines;
}
