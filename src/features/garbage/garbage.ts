import type { RestRoute } from '../../access/rest-route.ts';
import type { GarbageDeps } from '../../content/garbage/collect-garbage.ts';
import { beginDaily } from './begin-daily.ts';
import { createWhenFull } from './create-when-full.ts';
import { type CollectionKind, createGarbageJob } from './garbage-job.ts';
import { historyRoutes } from './history-routes.ts';
import { scheduleRoutes } from './schedule-routes.ts';

export interface Garbage {
  readonly job: CollectionKind;
  readonly routes: readonly RestRoute[];
}

/** Garbage collection, as Harbor's clients start and watch it. */
export async function createGarbage(deps: GarbageDeps): Promise<Garbage> {
  await beginDaily(deps);
  return { job: createGarbageJob(deps), routes: [...historyRoutes(deps), ...scheduleRoutes(deps)] };
}

/** Starts it when the disk gets full. */
export const createCollectionWhenFull = createWhenFull;
