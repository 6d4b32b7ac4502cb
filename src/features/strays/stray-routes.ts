import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import { isRemovable } from '../../content/strays/is-removable.ts';
import { planStrays, requirePlan } from '../../content/strays/plan-strays.ts';
import { pageOfStrays, type Stray } from '../../content/strays/stray-reads.ts';
import type { Database } from '../../platform/db/database.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import { offsetOf, pageAnswer, pageParameters, parsePage } from '../../platform/http/api/page.ts';
import { mostRestored, readReconciliation } from './reconciliation-job.ts';
import { jobAnswer, startReconciliation } from './start-reconciliation.ts';

interface Deps {
  readonly db: Database;
}

const tag = 'storage';
const path = '/api/berth/v1/storage/strays';
const count = { type: 'integer', format: 'int64' } as const;
const time = { type: 'string', format: 'date-time' } as const;
const states = ['found', 'quarantined'] as const;

const straySchema = {
  type: 'object',
  properties: {
    key: { type: 'string', description: 'Where it was found in the storage.' },
    size: { ...count, description: 'Bytes.' },
    state: { type: 'string', enum: states },
    removable: { type: 'boolean', description: 'False: no name that Berth gives; it is only reported.' },
    first_seen: time,
    last_seen: time,
    purge_after: {
      ...time,
      description: 'When it is deleted from the quarantine; absent while it is not there.',
    },
  },
} as const;

const planSchema = {
  type: 'object',
  properties: {
    plan: { type: 'string', description: 'To be given to a removal; it changes with what is to be removed.' },
    strays: count,
    stray_bytes: count,
    objects: { ...count, description: 'In the storage, as the search went through it.' },
    bytes: count,
    searched_at: time,
    refused: { type: 'string', description: 'Why nothing of it is removed; absent: it may be.' },
  },
} as const;

/** Objects that no row speaks of: their list, and their removal once it was reviewed. */
export function strayRoutes(deps: Deps): readonly RestRoute[] {
  return [listRoute(deps), planRoute(deps), removeRoute(deps), restoreRoute(deps)];
}

function listRoute({ db }: Deps): RestRoute {
  return restRoute.system({
    method: 'GET',
    path,
    operationId: 'listStorageStrays',
    tag,
    summary: 'Objects of the storage that no row of the database speaks of, by their keys.',
    needs: 'system',
    permission: 'garbage-collection:list',
    parameters: {
      ...pageParameters,
      state: {
        in: 'query',
        description: 'Only those where they were found, or in quarantine.',
        schema: { type: 'string', enum: states },
      },
    },
    answers: {
      200: {
        description: 'A page of them.',
        headers: ['X-Total-Count', 'Link'],
        schema: { type: 'array', items: straySchema },
      },
    },
    refusals: [400, 401, 403],
    run: async (call) => {
      const page = parsePage(call.parameters);
      const { state } = call.parameters;
      const { rows, total } = await pageOfStrays(db.reader, {
        quarantined: state === undefined ? undefined : state === 'quarantined',
        offset: offsetOf(page),
        limit: page.size === 0 ? Number.MAX_SAFE_INTEGER : page.size,
      });
      return pageAnswer(call, page, { items: rows.map(viewOf), total });
    },
  });
}

function viewOf({ key, sizeBytes, firstSeenAt, lastSeenAt, purgeAfter }: Stray) {
  return {
    key,
    size: sizeBytes,
    state: purgeAfter === null ? 'found' : 'quarantined',
    removable: isRemovable(key),
    first_seen: apiTime(firstSeenAt),
    last_seen: apiTime(lastSeenAt),
    ...(purgeAfter === null ? {} : { purge_after: apiTime(purgeAfter) }),
  };
}

function planRoute({ db }: Deps): RestRoute {
  return restRoute.system({
    method: 'GET',
    path: `${path}/plan`,
    operationId: 'getStorageStrayPlan',
    tag,
    summary: 'What a removal of the strays that the last search found would take away.',
    needs: 'system',
    permission: 'garbage-collection:read',
    parameters: {},
    answers: { 200: { description: 'It.', schema: planSchema } },
    refusals: [401, 403, 404],
    run: async () => {
      const found = await planStrays(db.reader);
      return {
        status: 200,
        body: {
          plan: found.plan,
          strays: found.count,
          stray_bytes: found.bytes,
          objects: found.objects,
          bytes: found.objectBytes,
          searched_at: apiTime(found.searchedAt),
          ...(found.refused === undefined ? {} : { refused: found.refused }),
        },
      };
    },
  });
}

function removeRoute({ db }: Deps): RestRoute {
  return restRoute.system({
    method: 'POST',
    path: `${path}/removals`,
    operationId: 'removeStorageStrays',
    tag,
    summary: 'Moves the strays of a reviewed plan to quarantine, where they stay for the time of the trash.',
    needs: 'system',
    permission: 'trash:purge',
    parameters: {},
    body: {
      name: 'removal',
      schema: {
        type: 'object',
        required: ['plan'],
        properties: { plan: { type: 'string', description: 'As it was reviewed.' } },
      },
    },
    answers: { 202: jobAnswer },
    refusals: [400, 401, 403, 404, 412],
    run: async ({ body }, { actor }) => {
      const { plan } = await requirePlan(db.reader, body.plan ?? '');
      return startReconciliation(db, { action: 'remove', plan }, actor);
    },
  });
}

function restoreRoute({ db }: Deps): RestRoute {
  return restRoute.system({
    method: 'POST',
    path: `${path}/restorations`,
    operationId: 'restoreStorageStrays',
    tag,
    summary: 'Moves objects from the quarantine back to where they were found.',
    needs: 'system',
    permission: 'trash:purge',
    parameters: {},
    body: {
      name: 'restoration',
      schema: {
        type: 'object',
        required: ['keys'],
        properties: {
          keys: {
            type: 'array',
            items: { type: 'string' },
            description: `Of the list of strays; 1 to ${mostRestored}.`,
          },
        },
      },
    },
    answers: { 202: jobAnswer },
    refusals: [400, 401, 403, 412],
    run: ({ body }, { actor }) =>
      startReconciliation(db, readReconciliation({ action: 'restore', keys: body.keys }), actor),
  });
}
