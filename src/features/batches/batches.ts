import type { RestRoute } from '../../access/rest-route.ts';
import type { BatchDeps } from './attempt-item.ts';
import { type BatchKind, createBatchJob } from './create-batch-job.ts';
import { batchRoutes, type RouteDeps } from './routes.ts';

/** One change of many things: deletions that go to the trash, and what brings them back. */
export function createBatches(deps: BatchDeps & RouteDeps): {
  readonly routes: readonly RestRoute[];
  readonly job: BatchKind;
} {
  return { routes: batchRoutes(deps), job: createBatchJob(deps) };
}
