import { principalNames } from '../../access/names/principal-name-reads.ts';
import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import type { RemovalDeps } from '../../content/blobs/removal/remove-blobs.ts';
import { purgeTrash } from '../../content/trash/purge-trash.ts';
import { restoreTrash } from '../../content/trash/restore-trash.ts';
import {
  nameOf,
  pageOfTrash,
  partsOfTrash,
  trashColumns,
  trashSortKeys,
} from '../../content/trash/trash-reads.ts';
import { listConditions } from '../../platform/http/api/list-conditions.ts';
import { offsetOf, pageAnswer, pageParameters, parsePage } from '../../platform/http/api/page.ts';
import { parseListQuery } from '../../platform/http/api/parse-list-query.ts';
import { parseSort } from '../../platform/http/api/parse-sort.ts';
import { findItem, findNeeded, placesOf } from './find-item.ts';
import { itemSchema, itemWithPartsSchema, purgedSchema, restoredSchema, trashView } from './trash-view.ts';

const tag = 'trash';
const path = '/api/berth/v1/trash';
const pathOfOne = `${path}/{trash_id}`;

const ofOne = {
  trash_id: {
    in: 'path',
    required: true,
    description: 'Its id, as the list tells it.',
    schema: { type: 'integer', format: 'int64' },
  },
} as const;

interface Deps extends RemovalDeps {
  /** What stands before the names of robots now. */
  readonly prefix: () => string;
}

/** What was deleted: who could have deleted it sees it, and brings it back. */
export function trashRoutes(deps: Deps): readonly RestRoute[] {
  return [listRoute(deps), readRoute(deps), restoreRoute(deps), purgeRoute(deps)];
}

function listRoute({ db, prefix }: Deps): RestRoute {
  return restRoute.signedIn({
    method: 'GET',
    path,
    operationId: 'listTrash',
    tag,
    summary: 'What is in the trash, of what the caller may delete; what was deleted last comes first.',
    needs: 'signed-in',
    parameters: {
      ...pageParameters,
      q: {
        in: 'query',
        description: `Conditions on ${Object.keys(trashColumns).join(', ')}, divided by commas.`,
        schema: { type: 'string' },
      },
      sort: {
        in: 'query',
        description: `${trashSortKeys.join(', ')}, each with - for descending.`,
        schema: { type: 'string' },
      },
    },
    answers: {
      200: {
        description: 'One page.',
        headers: ['X-Total-Count', 'Link'],
        schema: { type: 'array', items: itemSchema },
      },
    },
    refusals: [400, 401],
    run: async (call, asker) => {
      const page = parsePage(call.parameters);
      const { q, sort } = call.parameters;
      const { rows, count } = await pageOfTrash(db.reader, {
        places: placesOf(asker),
        conditions: listConditions(parseListQuery(q), trashColumns),
        sort: parseSort(sort, trashSortKeys, { key: 'deleted_at', descending: true }),
        offset: offsetOf(page),
        limit: page.size === 0 ? Number.MAX_SAFE_INTEGER : page.size,
      });
      const names = await principalNames(
        db.reader,
        rows.map(({ deletedBy }) => deletedBy),
        prefix(),
      );
      return pageAnswer(call, page, { items: rows.map((row) => trashView(row, names)), total: count });
    },
  });
}

function readRoute({ db, prefix }: Deps): RestRoute {
  return restRoute.signedIn({
    method: 'GET',
    path: pathOfOne,
    operationId: 'getTrash',
    tag,
    summary: 'One thing in the trash, with what would come back.',
    needs: 'signed-in',
    parameters: ofOne,
    answers: { 200: { description: 'It.', schema: itemWithPartsSchema } },
    refusals: [401, 404],
    run: async ({ parameters: { trash_id: id } }, asker) => {
      const item = await findItem(db.reader, asker, id);
      const parts = await partsOfTrash(db.reader, id);
      const needed = await findNeeded(db.reader, asker, item);
      const by = [item, ...needed.items].map(({ deletedBy }) => deletedBy);
      const names = await principalNames(db.reader, by, prefix());
      return {
        status: 200,
        body: {
          ...trashView(item, names),
          ...(needed.items.length === 0
            ? {}
            : { needed: needed.items.map((each) => trashView(each, names)) }),
          ...(needed.isHidden ? { needed_hidden: true } : {}),
          artifact_count: parts.artifactCount,
          tag_count: parts.tagCount,
          tags: parts.tags,
          artifacts: parts.artifacts.map(({ digest, kind, accessoryKind, size }) => ({
            digest,
            ...(kind === null ? {} : { type: kind }),
            ...(accessoryKind === null ? {} : { accessory: accessoryKind }),
            size,
          })),
        },
      };
    },
  });
}

function restoreRoute(deps: Deps): RestRoute {
  const { db } = deps;
  return restRoute.signedIn({
    method: 'POST',
    path: `${pathOfOne}/restore`,
    operationId: 'restoreTrash',
    tag,
    summary: 'Brings back all that went with one deletion, or says why not; then nothing is changed.',
    needs: 'signed-in',
    parameters: {
      ...ofOne,
      with_needed: {
        in: 'query',
        description:
          'Other deletions that stand in its way are restored with it, of those that the caller may restore: what a tag stands for, its repository, its project.',
        schema: { type: 'boolean', default: false },
      },
    },
    answers: { 200: { description: 'What came back.', schema: restoredSchema } },
    refusals: [400, 401, 403, 404, 409],
    run: async ({ parameters: { trash_id: id, with_needed: withNeeded } }, asker) => {
      const found = await findItem(db.reader, asker, id);
      const ids = withNeeded
        ? { needed: (await findNeeded(db.reader, asker, found)).items.map((each) => each.id) }
        : {};
      const restored = await restoreTrash(deps, { id, ...ids, actor: asker.actor });
      const { item, needed, artifacts, tags, roles, bytes } = restored;
      const also = needed.length === 0 ? {} : { needed: needed.map(nameOf) };
      return { status: 200, body: { name: nameOf(item), ...also, artifacts, tags, roles, size: bytes } };
    },
  });
}

function purgeRoute(deps: Deps): RestRoute {
  return restRoute.system({
    method: 'DELETE',
    path: pathOfOne,
    operationId: 'purgeTrash',
    tag,
    summary:
      'Removes for good what one deletion took, and the content that nothing else needs, on every instance.',
    needs: 'system',
    permission: 'trash:purge',
    parameters: {
      ...ofOne,
      block: {
        in: 'query',
        description: 'Its manifests must not be pushed again, to whatever repository.',
        schema: { type: 'boolean', default: false },
      },
    },
    answers: { 200: { description: 'What went.', schema: purgedSchema } },
    refusals: [400, 401, 403, 404, 409],
    run: async ({ parameters: { trash_id: id, block } }, { actor }) => {
      const { item, artifacts, blocked, blobs, bytes } = await purgeTrash(deps, {
        id,
        actor,
        block,
        why: 'asked',
      });
      return { status: 200, body: { name: nameOf(item), artifacts, blobs, size: bytes, blocked } };
    },
  });
}
