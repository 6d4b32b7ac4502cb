import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { append } from '../../platform/events/append.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import { findSchedule } from '../../platform/jobs/rows/schedule-reads.ts';
import { putSchedule, removeSchedule } from '../../platform/jobs/schedules.ts';
import { readReconciliation, reconciliationKind, reconciliationVendor } from './reconciliation-job.ts';
import { jobAnswer, startReconciliation } from './start-reconciliation.ts';

interface Deps {
  readonly db: Database;
}

const tag = 'storage';
const path = '/api/berth/v1/storage/reconciliations';
const schedulePath = `${path}/schedule`;
const of = { vendorType: reconciliationKind, vendorId: reconciliationVendor };

const how = {
  objects_per_second: {
    type: 'integer',
    format: 'int64',
    description: 'How many objects are looked at at most; 0: no limit. Default: 2000.',
  },
} as const;

const when = {
  cron: { type: 'string', description: '0 minutes hours day-of-month month day-of-week.' },
  time_zone: { type: 'string', description: 'Such as Europe/Berlin; left out: UTC.' },
} as const;

/** The search for strays, by hand and by a schedule. The rights are those of garbage collection. */
export function reconciliationRoutes(deps: Deps): readonly RestRoute[] {
  return [startRoute(deps), scheduleRoute(deps), setRoute(deps), deleteRoute(deps)];
}

function startRoute({ db }: Deps): RestRoute {
  return restRoute.system({
    method: 'POST',
    path,
    operationId: 'startStorageReconciliation',
    tag,
    summary: 'Begins a job that searches the storage for objects that no row of the database speaks of.',
    needs: 'system',
    permission: 'garbage-collection:create',
    parameters: {},
    body: { name: 'reconciliation', schema: { type: 'object', properties: how } },
    answers: { 202: jobAnswer },
    refusals: [400, 401, 403, 412],
    run: ({ body }, { actor }) =>
      startReconciliation(
        db,
        readReconciliation({ action: 'search', objectsPerSecond: body.objects_per_second }),
        actor,
      ),
  });
}

function scheduleRoute({ db }: Deps): RestRoute {
  return restRoute.system({
    method: 'GET',
    path: schedulePath,
    operationId: 'getStorageReconciliationSchedule',
    tag,
    summary: 'When the storage is searched for strays by itself.',
    needs: 'system',
    permission: 'garbage-collection:read',
    parameters: {},
    answers: {
      200: {
        description: 'It.',
        schema: {
          type: 'object',
          properties: { ...when, ...how, next_at: { type: 'string', format: 'date-time' } },
        },
      },
    },
    refusals: [401, 403, 404],
    run: async () => {
      const found = await findSchedule(db.reader, of);
      if (found === undefined) throw noSchedule();
      const input = readReconciliation(JSON.parse(found.input));
      return {
        status: 200,
        body: {
          cron: found.cron,
          time_zone: found.timeZone,
          objects_per_second: input.action === 'search' ? input.objectsPerSecond : 0,
          next_at: apiTime(found.nextAt),
        },
      };
    },
  });
}

function setRoute({ db }: Deps): RestRoute {
  return restRoute.system({
    method: 'PUT',
    path: schedulePath,
    operationId: 'setStorageReconciliationSchedule',
    tag,
    summary:
      'Sets when the storage is searched for strays by itself. A turn that comes while one still runs is left out.',
    needs: 'system',
    permission: 'garbage-collection:update',
    parameters: {},
    body: { name: 'schedule', schema: { type: 'object', properties: { ...when, ...how } } },
    answers: { 200: { description: 'Set.' } },
    refusals: [400, 401, 403],
    run: async ({ body }, { actor }) => {
      const input = readReconciliation({ action: 'search', objectsPerSecond: body.objects_per_second });
      const now = await db.now();
      const [cron, timeZone] = [body.cron ?? '', body.time_zone ?? 'UTC'];
      await db.transaction(async (tx) => {
        await putSchedule(tx, { ...of, cron, timeZone, input, now });
        const event = { type: 'schedule.updated', at: now, actor, projectId: null } as const;
        await append(tx, { ...event, object: reconciliationKind, data: { cron, timeZone } });
      });
      return { status: 200 };
    },
  });
}

function deleteRoute({ db }: Deps): RestRoute {
  return restRoute.system({
    method: 'DELETE',
    path: schedulePath,
    operationId: 'deleteStorageReconciliationSchedule',
    tag,
    summary: 'Ends it: the storage is searched by hand only.',
    needs: 'system',
    permission: 'garbage-collection:update',
    parameters: {},
    answers: { 200: { description: 'Ended.' } },
    refusals: [401, 403, 404],
    run: async (_call, { actor }) => {
      const now = await db.now();
      await db.transaction(async (tx) => {
        if (!(await removeSchedule(tx, of))) throw noSchedule();
        const event = { type: 'schedule.deleted', at: now, actor, projectId: null } as const;
        await append(tx, { ...event, object: reconciliationKind });
      });
      return { status: 200 };
    },
  });
}

function noSchedule(): AppError {
  return new AppError('NOT_FOUND', { message: 'the storage is not searched for strays by a schedule' });
}
