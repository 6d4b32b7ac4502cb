import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RestRoute, SignedInAsker } from '../../access/rest-route.ts';
import { maybeNeedy } from '../../content/trash/needed-reads.ts';
import {
  findAllTrash,
  nameOf,
  pageOfTrash,
  type TrashItem,
  trashColumns,
} from '../../content/trash/trash-reads.ts';
import type { Queries } from '../../platform/db/database.ts';
import { listConditions } from '../../platform/http/api/list-conditions.ts';
import { parseListQuery } from '../../platform/http/api/parse-list-query.ts';
import { blockedRoutes } from './blocked-routes.ts';
import { findItem, findNeeded, placesOf } from './find-item.ts';
import { trashRoutes } from './routes.ts';

export function createTrash(deps: Parameters<typeof trashRoutes>[0]): {
  readonly routes: readonly RestRoute[];
} {
  return { routes: [...trashRoutes(deps), ...blockedRoutes(deps)] };
}

export interface InTrash {
  readonly id: number;
  readonly name: string;
  /** By which the usage of its project fell. */
  readonly bytes: number;
}

/**
 * What the list of the trash shows somebody with that `q`, for who restores all of it at once: what was deleted last
 * comes first.
 * @throws AppError BAD_REQUEST
 */
export async function trashMatching(
  db: Queries,
  asker: Pick<SignedInAsker, 'grants' | 'now'>,
  { q, limit }: { readonly q: string | undefined; readonly limit: number },
): Promise<readonly InTrash[]> {
  const { rows } = await pageOfTrash(db, {
    places: placesOf(asker),
    conditions: listConditions(parseListQuery(q), trashColumns),
    sort: [{ key: 'id', descending: true }],
    offset: 0,
    limit,
  });
  return rows.map(inTrash);
}

/**
 * Whether somebody may bring it back.
 * @throws AppError NOT_FOUND
 */
export async function requireRestorable(
  db: Queries,
  asker: Pick<SignedInAsker, 'grants' | 'now'>,
  id: number,
): Promise<void> {
  await findItem(db, asker, id);
}

export interface NeededInTrash {
  /** In the order in which they come back. */
  readonly items: readonly InTrash[];
  /** More is needed, which the asker may not restore. */
  readonly isHidden: boolean;
}

const turnEvery = 50;

/** What comes back with each of these, so that it can; those that need nothing are left out. */
export async function neededByAll(
  db: Queries,
  asker: Pick<SignedInAsker, 'grants' | 'now'>,
  ids: readonly number[],
): Promise<ReadonlyMap<number, NeededInTrash>> {
  const needed = new Map<number, NeededInTrash>();
  const needy = await findAllTrash(db, await maybeNeedy(db, ids));
  for (const [no, item] of needy.entries()) {
    if (no % turnEvery === turnEvery - 1) await nextTurn();
    const { items, isHidden } = await findNeeded(db, asker, item);
    if (items.length > 0 || isHidden) needed.set(item.id, { items: items.map(inTrash), isHidden });
  }
  return needed;
}

function inTrash(item: TrashItem): InTrash {
  return { id: item.id, name: nameOf(item), bytes: item.freedBytes };
}
