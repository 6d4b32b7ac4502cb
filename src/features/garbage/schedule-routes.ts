import { type RestRoute, restRoute, type SignedInAsker } from '../../access/rest-route.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { append } from '../../platform/events/append.ts';
import { findSchedule } from '../../platform/jobs/rows/schedule-reads.ts';
import { putSchedule, removeSchedule } from '../../platform/jobs/schedules.ts';
import { startJob } from '../../platform/jobs/start-job.ts';
import { collectionSchema, parametersOf, scheduleView, whenSchema } from './collection-view.ts';
import { type CollectionInput, garbageKind, garbageVendor, readCollection } from './garbage-job.ts';

interface Deps {
  readonly db: Database;
}

const tag = 'gc';
const path = '/api/v2.0/system/gc/schedule';
const of = { vendorType: garbageKind, vendorId: garbageVendor };

const types = `one of ${whenSchema.properties.type.enum.join(', ')}`;

const body = {
  name: 'schedule',
  optional: true,
  schema: {
    type: 'object',
    properties: {
      // Clients send back what they were told; nobody reads it.
      id: { type: 'integer', format: 'int64' },
      status: { type: 'string' },
      creation_time: { type: 'string', format: 'date-time' },
      update_time: { type: 'string', format: 'date-time' },
      schedule: whenSchema,
      parameters: {
        type: 'object',
        properties: {
          delete_untagged: {
            type: 'boolean',
            description: 'Artifacts without tags go to the trash first.',
          },
          delete_tag: { type: 'boolean', description: 'Accepted for Harbor’s clients; does nothing.' },
          dry_run: { type: 'boolean', description: 'Tells what a run would free; by hand only.' },
          workers: {
            type: 'integer',
            format: 'int64',
            description: '1 to 10. With 1, the default, a run leaves the server to clients that are at work.',
          },
          purge_trash: { type: 'boolean', description: 'All of the trash is purged first.' },
        },
      },
    },
  },
} as const;

/** Starting garbage collection, by hand and by a schedule. */
export function scheduleRoutes(deps: Deps): readonly RestRoute[] {
  return [readRoute(deps), createRoute(deps), updateRoute(deps)];
}

function readRoute({ db }: Deps): RestRoute {
  return restRoute.system({
    method: 'GET',
    path,
    operationId: 'getGCSchedule',
    tag,
    summary: 'When garbage is collected by itself; empty: never.',
    needs: 'system',
    permission: 'garbage-collection:read',
    parameters: {},
    answers: { 200: { description: 'It, or nothing.', schema: collectionSchema } },
    refusals: [401, 403],
    run: async () => {
      const found = await findSchedule(db.reader, of);
      return found === undefined ? { status: 200 } : { status: 200, body: scheduleView(found) };
    },
  });
}

function createRoute(deps: Deps): RestRoute {
  return restRoute.system({
    method: 'POST',
    path,
    operationId: 'createGCSchedule',
    tag,
    summary: 'Collects garbage now, which a request without a body does too, or sets when it is.',
    needs: 'system',
    permission: 'garbage-collection:create',
    parameters: {},
    body,
    answers: { 201: { description: 'Begun or set.', headers: ['Location'] } },
    refusals: [400, 401, 403],
    run: async ({ body: given }, asker) => {
      const id = await apply(deps, given, asker);
      return { status: 201, headers: { Location: `/api/v2.0/system/gc/${id}` } };
    },
  });
}

function updateRoute(deps: Deps): RestRoute {
  return restRoute.system({
    method: 'PUT',
    path,
    operationId: 'updateGCSchedule',
    tag,
    summary: 'Sets when garbage is collected by itself; None: never.',
    needs: 'system',
    permission: 'garbage-collection:update',
    parameters: {},
    body: { name: body.name, schema: body.schema },
    answers: { 200: { description: 'Set.' } },
    refusals: [400, 401, 403],
    run: async ({ body: given }, asker) => {
      if (given.schedule?.type === undefined)
        throw new AppError('BAD_REQUEST', { message: 'schedule.type is needed', detail: types });
      await apply(deps, given, asker);
      return { status: 200 };
    },
  });
}

interface Given {
  readonly schedule?: { readonly type?: string; readonly cron?: string };
  readonly parameters?: {
    readonly delete_untagged?: boolean;
    readonly delete_tag?: boolean;
    readonly dry_run?: boolean;
    readonly workers?: number;
    readonly purge_trash?: boolean;
  };
}

/** Returns the id of the run; 0: a schedule was set or ended. */
async function apply({ db }: Deps, given: Given, { actor }: SignedInAsker): Promise<number> {
  const type = given.schedule?.type ?? 'Manual';
  if (!whenSchema.properties.type.enum.some((each) => each === type))
    throw new AppError('BAD_REQUEST', { message: `there is no schedule of the type ${type}`, detail: types });
  const cron = given.schedule?.cron ?? '';
  const input = inputOf(given, type !== 'Manual');
  const now = await db.now();
  return db.transaction(async (tx) => {
    const event = { at: now, actor, projectId: null } as const;
    if (type === 'Manual') {
      const job = { input, vendorId: garbageVendor, trigger: 'MANUAL', unique: false, now } as const;
      const { jobId, executionId } = await startJob(tx, { name: garbageKind }, job);
      await append(tx, {
        ...event,
        type: 'job.started',
        object: `${garbageKind} ${jobId}`,
        data: toldOf(input),
      });
      return executionId;
    }
    if (type === 'None') {
      if (await removeSchedule(tx, of))
        await append(tx, { ...event, type: 'schedule.deleted', object: garbageKind });
      return 0;
    }
    await putSchedule(tx, { ...of, cron, timeZone: 'UTC', input, now });
    await append(tx, {
      ...event,
      type: 'schedule.updated',
      object: garbageKind,
      data: { cron, ...toldOf(input) },
    });
    return 0;
  });
}

/** @throws AppError BAD_REQUEST */
function inputOf({ parameters = {} }: Given, scheduled: boolean): CollectionInput {
  if (scheduled && parameters.dry_run === true)
    throw new AppError('BAD_REQUEST', {
      message: 'a dry run is begun by hand only',
      detail: 'give the type Manual, or leave dry_run out',
    });
  return readCollection({
    deleteUntagged: parameters.delete_untagged,
    deleteTag: parameters.delete_tag,
    dryRun: parameters.dry_run,
    workers: parameters.workers,
    purgeTrash: parameters.purge_trash,
    scheduled,
  });
}

/** As the audit log has it. */
function toldOf(input: CollectionInput): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(parametersOf(input)).map(([name, value]) => [name, Number(value)]),
  );
}
