import { type RestRoute, restRoute } from '../../../access/rest-route.ts';
import { AppError } from '../../../lib/errors.ts';
import type { Database, Tx } from '../../../platform/db/database.ts';
import { append } from '../../../platform/events/append.ts';
import { findSchedule } from '../../../platform/jobs/rows/schedule-reads.ts';
import { putSchedule, removeSchedule } from '../../../platform/jobs/schedules.ts';
import { requirePolicy } from '../plan/policy.ts';
import { policyOf, policySchema, policyView } from '../policy-view.ts';
import { retentionKind } from '../retention-kind.ts';
import type { RetentionInput } from '../run/retention-input.ts';
import { defaultPolicyId, findDefault, putDefault, removeDefault } from '../store/default-store.ts';
import { readDefinition } from '../store/policy-store.ts';

interface Deps {
  readonly db: Database;
}

const tag = 'retention';
const path = '/api/berth/v1/retention/default';
const { id: _id, scope: _scope, ...properties } = policySchema.properties;
const schema = { type: 'object', properties } as const;
const schedule = { vendorType: retentionKind, vendorId: defaultPolicyId } as const;

/** The policy by which projects go that have none of their own. */
export function defaultRoutes(deps: Deps): readonly RestRoute[] {
  return [readRoute(deps), putRoute(deps), deleteRoute(deps)];
}

function readRoute({ db }: Deps): RestRoute {
  return restRoute.system({
    method: 'GET',
    path,
    operationId: 'getDefaultRetention',
    tag,
    summary: 'The policy by which projects go that have none of their own.',
    needs: 'system',
    permission: 'configuration:read',
    parameters: {},
    answers: { 200: { description: 'It.', schema } },
    refusals: [401, 403, 404],
    run: async () => {
      const found = await findDefault(db.reader);
      if (found === undefined) throw none();
      const nextAt = (await findSchedule(db.reader, schedule))?.nextAt;
      const policy = readDefinition(found.definition);
      const { scope: _none, ...body } = policyView({ id: defaultPolicyId, projectId: 0, policy, nextAt });
      return { status: 200, body };
    },
  });
}

function putRoute({ db }: Deps): RestRoute {
  return restRoute.system({
    method: 'PUT',
    path,
    operationId: 'putDefaultRetention',
    tag,
    summary: 'Makes or replaces it. In each project its first run by schedule then waits for a review.',
    needs: 'system',
    permission: 'configuration:update',
    parameters: {},
    body: { name: 'policy', schema },
    answers: { 200: { description: 'Kept.' } },
    refusals: [400, 401, 403, 409],
    run: async ({ body }, { actor }) => {
      const policy = policyOf(body, { untag: false, keepPulledDays: 0 });
      const definition = requirePolicy(policy);
      const now = await db.now();
      await db.transaction(async (tx) => {
        await putDefault(tx, { definition, now });
        await setSchedule(tx, policy.cron, now);
        const event = { type: 'defaultretention.updated', at: now, actor, projectId: null } as const;
        await append(tx, { ...event, object: 'default', data: { definition } });
      });
      return { status: 200 };
    },
  });
}

function deleteRoute({ db }: Deps): RestRoute {
  return restRoute.system({
    method: 'DELETE',
    path,
    operationId: 'deleteDefaultRetention',
    tag,
    summary: 'Takes it away; what it began ends by itself.',
    needs: 'system',
    permission: 'configuration:update',
    parameters: {},
    answers: { 200: { description: 'Gone.' } },
    refusals: [401, 403, 404],
    run: async (_call, { actor }) => {
      const now = await db.now();
      await db.transaction(async (tx) => {
        if (!(await removeDefault(tx))) throw none();
        await removeSchedule(tx, schedule);
        const event = { type: 'defaultretention.deleted', at: now, actor, projectId: null } as const;
        await append(tx, { ...event, object: 'default' });
      });
      return { status: 200 };
    },
  });
}

async function setSchedule(tx: Tx, cron: string, now: number): Promise<void> {
  if (cron === '') {
    await removeSchedule(tx, schedule);
    return;
  }
  const input: RetentionInput = { policyId: defaultPolicyId, dryRun: false };
  await putSchedule(tx, { ...schedule, cron, timeZone: 'UTC', input, now });
}

function none(): AppError {
  return new AppError('NOT_FOUND', { message: 'the system has no default retention policy' });
}
