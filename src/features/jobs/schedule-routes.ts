import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import { offsetOf, pageAnswer, pageParameters, parsePage } from '../../platform/http/api/page.ts';
import { findQueue } from '../../platform/jobs/rows/queue-reads.ts';
import { pageOfSchedules } from '../../platform/jobs/rows/schedule-reads.ts';
import { schedulerQueue } from '../../platform/jobs/schedules.ts';
import { lastRunsOf } from './origin-store.ts';

const tag = 'schedule';
const path = '/api/v2.0/schedules';
const number = { type: 'integer', format: 'int64' } as const;

const time = { type: 'string', format: 'date-time' } as const;

const scheduleSchema = {
  type: 'object',
  properties: {
    id: number,
    vendor_type: { type: 'string' },
    vendor_id: number,
    cron: { type: 'string' },
    time_zone: { type: 'string' },
    next_scheduled_time: time,
    last_run_time: { ...time, description: 'When it began the last time, while that is kept.' },
    project_name: { type: 'string', description: 'The project that it belongs to, where there is one.' },
    update_time: time,
  },
} as const;

interface Deps {
  readonly db: Database;
}

/** Harbor's operations on all schedules together; each is set where its feature is. */
export function scheduleRoutes(deps: Deps): readonly RestRoute[] {
  return [listRoute(deps), pausedRoute(deps)];
}

function listRoute({ db }: Deps): RestRoute {
  return restRoute.system({
    method: 'GET',
    path,
    operationId: 'listSchedules',
    tag,
    summary: 'What runs by itself, and when: the next one first.',
    needs: 'system',
    permission: 'jobservice-monitor:list',
    parameters: pageParameters,
    answers: {
      200: {
        description: 'A page of them.',
        headers: ['X-Total-Count', 'Link'],
        schema: {
          type: 'array',
          items: scheduleSchema,
        },
      },
    },
    refusals: [400, 401, 403],
    run: async (call) => {
      const page = parsePage(call.parameters);
      const slice = {
        offset: offsetOf(page),
        limit: page.size === 0 ? Number.MAX_SAFE_INTEGER : page.size,
      };
      const { rows, total } = await pageOfSchedules(db.reader, slice);
      const known = await lastRunsOf(db.reader, rows);
      const items = rows.map(({ id, vendorType, vendorId, cron, timeZone, nextAt, updatedAt }) => {
        const { place, lastAt } = known.get(id) ?? {};
        return {
          id,
          vendor_type: vendorType,
          vendor_id: vendorId,
          cron,
          time_zone: timeZone,
          next_scheduled_time: apiTime(nextAt),
          ...(lastAt === undefined ? {} : { last_run_time: apiTime(lastAt) }),
          ...(place === undefined ? {} : { project_name: place }),
          update_time: apiTime(updatedAt),
        };
      });
      return pageAnswer(call, page, { items, total });
    },
  });
}

function pausedRoute({ db }: Deps): RestRoute {
  return restRoute.signedIn({
    method: 'GET',
    path: `${path}/{job_type}/paused`,
    operationId: 'getSchedulePaused',
    tag,
    summary: 'Whether all schedules stand still.',
    needs: 'signed-in',
    parameters: {
      job_type: { in: 'path', required: true, description: 'Only: all.', schema: { type: 'string' } },
    },
    answers: {
      200: {
        description: 'So it is.',
        schema: { type: 'object', properties: { paused: { type: 'boolean' } } },
      },
    },
    refusals: [400, 401],
    run: async ({ parameters }) => {
      if (parameters.job_type !== 'all')
        throw new AppError('BAD_REQUEST', {
          message: 'job_type has to be all: schedules are paused together',
        });
      const paused = (await findQueue(db.reader, schedulerQueue))?.pausedAt ?? null;
      return { status: 200, body: { paused: paused !== null } };
    },
  });
}
