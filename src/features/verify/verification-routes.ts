import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { append } from '../../platform/events/append.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import { findSchedule } from '../../platform/jobs/rows/schedule-reads.ts';
import { putSchedule, removeSchedule } from '../../platform/jobs/schedules.ts';
import { startJob } from '../../platform/jobs/start-job.ts';
import {
  readVerification,
  type VerificationInput,
  verificationKind,
  verificationVendor,
} from './verification-job.ts';

interface Deps {
  readonly db: Database;
}

const tag = 'storage';
const path = '/api/berth/v1/storage/verifications';
const schedulePath = `${path}/schedule`;
const of = { vendorType: verificationKind, vendorId: verificationVendor };

const how = {
  hash_percent: {
    type: 'integer',
    format: 'int64',
    description: 'How much of the content is read and hashed: 0 to 100.',
  },
  repair: { type: 'boolean', description: 'What is damaged is marked, so that a push of it heals it.' },
} as const;

const when = {
  cron: { type: 'string', description: '0 minutes hours day-of-month month day-of-week.' },
  time_zone: { type: 'string', description: 'Such as Europe/Berlin; left out: UTC.' },
} as const;

/** Storage verification as a job, by hand and by a schedule. The rights are those of garbage collection. */
export function verificationRoutes(deps: Deps): readonly RestRoute[] {
  return [startRoute(deps), scheduleRoute(deps), ...changeRoutes(deps)];
}

function startRoute({ db }: Deps): RestRoute {
  return restRoute.system({
    method: 'POST',
    path,
    operationId: 'startStorageVerification',
    tag,
    summary: 'Begins a job that compares database and storage.',
    needs: 'system',
    permission: 'garbage-collection:create',
    parameters: {},
    body: { name: 'verification', schema: { type: 'object', properties: how } },
    answers: {
      202: {
        description: 'A job does it.',
        headers: ['Location'],
        schema: { type: 'object', properties: { job_id: { type: 'integer', format: 'int64' } } },
      },
    },
    refusals: [400, 401, 403, 412],
    run: async ({ body }, { actor }) => {
      const input = readVerification({ hashPercent: body.hash_percent, repair: body.repair });
      const now = await db.now();
      const { jobId } = await db.transaction(async (tx) => {
        const started = await startJob(
          tx,
          { name: verificationKind },
          { input, vendorId: verificationVendor, trigger: 'MANUAL', unique: true, now },
        );
        const object = `${verificationKind} ${started.jobId}`;
        const data = toldOf(input);
        await append(tx, { type: 'job.started', at: now, actor, projectId: null, object, data });
        return started;
      });
      return {
        status: 202,
        headers: { Location: `/api/berth/v1/jobs/${jobId}` },
        body: { job_id: jobId },
      };
    },
  });
}

function scheduleRoute({ db }: Deps): RestRoute {
  return restRoute.system({
    method: 'GET',
    path: schedulePath,
    operationId: 'getStorageVerificationSchedule',
    tag,
    summary: 'When the storage is verified by itself.',
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
      const { hashPercent, repair } = readVerification(JSON.parse(found.input));
      const { cron, timeZone, nextAt } = found;
      return {
        status: 200,
        body: { cron, time_zone: timeZone, hash_percent: hashPercent, repair, next_at: apiTime(nextAt) },
      };
    },
  });
}

function changeRoutes({ db }: Deps): readonly RestRoute[] {
  return [
    restRoute.system({
      method: 'PUT',
      path: schedulePath,
      operationId: 'setStorageVerificationSchedule',
      tag,
      summary:
        'Sets when the storage is verified by itself. A turn that comes while one still runs is left out.',
      needs: 'system',
      permission: 'garbage-collection:update',
      parameters: {},
      body: { name: 'schedule', schema: { type: 'object', properties: { ...when, ...how } } },
      answers: { 200: { description: 'Set.' } },
      refusals: [400, 401, 403],
      run: async ({ body }, { actor }) => {
        const input = readVerification({ hashPercent: body.hash_percent, repair: body.repair });
        const now = await db.now();
        const [cron, timeZone] = [body.cron ?? '', body.time_zone ?? 'UTC'];
        await db.transaction(async (tx) => {
          await putSchedule(tx, { ...of, cron, timeZone, input, now });
          const data = { cron, timeZone, ...toldOf(input) };
          const event = { type: 'schedule.updated', at: now, actor, projectId: null } as const;
          await append(tx, { ...event, object: verificationKind, data });
        });
        return { status: 200 };
      },
    }),
    restRoute.system({
      method: 'DELETE',
      path: schedulePath,
      operationId: 'deleteStorageVerificationSchedule',
      tag,
      summary: 'Ends it: the storage is verified by hand only.',
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
          await append(tx, { ...event, object: verificationKind });
        });
        return { status: 200 };
      },
    }),
  ];
}

/** As the audit log has it: a repair changes what is served. */
function toldOf({ hashPercent, repair }: VerificationInput): Readonly<Record<string, number>> {
  return { hashPercent, repair: Number(repair) };
}

function noSchedule(): AppError {
  return new AppError('NOT_FOUND', { message: 'the storage is not verified by a schedule' });
}
