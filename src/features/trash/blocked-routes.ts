import { principalNames } from '../../access/names/principal-name-reads.ts';
import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import {
  blockedColumns,
  blockedSortKeys,
  pageOfBlocked,
} from '../../content/blobs/removal/blocked-digest-reads.ts';
import { unblockDigest } from '../../content/blobs/removal/unblock-digest.ts';
import type { Database } from '../../platform/db/database.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import { listConditions } from '../../platform/http/api/list-conditions.ts';
import { offsetOf, pageAnswer, pageParameters, parsePage } from '../../platform/http/api/page.ts';
import { parseListQuery } from '../../platform/http/api/parse-list-query.ts';
import { parseSort } from '../../platform/http/api/parse-sort.ts';

const tag = 'trash';
const path = '/api/berth/v1/blocked-digests';

interface Deps {
  readonly db: Database;
  readonly prefix: () => string;
}

const blockedSchema = {
  type: 'object',
  properties: {
    digest: { type: 'string' },
    object: { type: 'string', description: 'What it was when it was removed.' },
    blocked_by: { type: 'string' },
    blocked_at: { type: 'string', format: 'date-time' },
  },
} as const;

/** Digests that were removed for good and must not come back. */
export function blockedRoutes(deps: Deps): readonly RestRoute[] {
  return [listRoute(deps), unblockRoute(deps)];
}

function listRoute({ db, prefix }: Deps): RestRoute {
  return restRoute.system({
    method: 'GET',
    path,
    operationId: 'listBlockedDigests',
    tag,
    summary: 'Which manifests must not be pushed again; what was blocked last comes first.',
    needs: 'system',
    permission: 'blocked-digest:list',
    parameters: {
      ...pageParameters,
      q: {
        in: 'query',
        description: 'Conditions on digest, object and blocked_at, divided by commas.',
        schema: { type: 'string' },
      },
      sort: {
        in: 'query',
        description: 'blocked_at, object, digest, each with - for descending.',
        schema: { type: 'string' },
      },
    },
    answers: {
      200: {
        description: 'One page.',
        headers: ['X-Total-Count', 'Link'],
        schema: { type: 'array', items: blockedSchema },
      },
    },
    refusals: [400, 401, 403],
    run: async (call) => {
      const page = parsePage(call.parameters);
      const { q, sort } = call.parameters;
      const { rows, count } = await pageOfBlocked(db.reader, {
        conditions: listConditions(parseListQuery(q), blockedColumns),
        sort: parseSort(sort, blockedSortKeys, { key: 'blocked_at', descending: true }),
        offset: offsetOf(page),
        limit: page.size === 0 ? Number.MAX_SAFE_INTEGER : page.size,
      });
      const by = rows.map(({ blockedBy }) => blockedBy);
      const names = await principalNames(db.reader, by, prefix());
      const items = rows.map(({ digest, object, blockedBy, blockedAt }) => ({
        digest,
        object,
        blocked_by: names.get(blockedBy) ?? blockedBy,
        blocked_at: apiTime(blockedAt),
      }));
      return pageAnswer(call, page, { items, total: count });
    },
  });
}

function unblockRoute({ db }: Deps): RestRoute {
  return restRoute.system({
    method: 'DELETE',
    path: `${path}/{digest}`,
    operationId: 'unblockDigest',
    tag,
    summary: 'Lets a manifest be pushed again.',
    needs: 'system',
    permission: 'blocked-digest:delete',
    parameters: {
      digest: { in: 'path', required: true, description: 'It.', schema: { type: 'string' } },
    },
    answers: { 200: { description: 'Lifted.' } },
    refusals: [401, 403, 404],
    run: async ({ parameters: { digest } }, { actor }) => {
      await unblockDigest({ db }, { digest, actor });
      return { status: 200 };
    },
  });
}
