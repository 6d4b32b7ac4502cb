import { planStrays } from '../../content/strays/plan-strays.ts';
import { purgeQuarantine } from '../../content/strays/purge-quarantine.ts';
import { finishLeftStrays, quarantineStrays } from '../../content/strays/quarantine-strays.ts';
import { reconcileStorage, type StrayDeps } from '../../content/strays/reconcile-storage.ts';
import { restoreStrays } from '../../content/strays/restore-strays.ts';
import { AppError } from '../../lib/errors.ts';
import { formatBytes } from '../../lib/text/format-bytes.ts';
import type { HashObjectDeps } from '../../platform/blobstore/hash-object.ts';
import type { JobKind, JobRun } from '../../platform/jobs/job-kind.ts';

export const reconciliationKind = 'STORAGE_RECONCILIATION';
/** There is one storage; Harbor's number for what there is one of. */
export const reconciliationVendor = -1;

/** So many keys one request restores. */
export const mostRestored = 100;
const mostPerSecond = 1_000_000;
/** A storage of a million objects is through in less than ten minutes, and hardly notices. */
const perSecond = 2000;

export type ReconciliationInput =
  | { readonly action: 'search'; readonly objectsPerSecond: number }
  | { readonly action: 'remove'; readonly plan: string }
  | { readonly action: 'restore'; readonly keys: readonly string[] };

export type ReconciliationKind = JobKind<ReconciliationInput>;
export type ReconciliationDeps = StrayDeps & HashObjectDeps;

/** Searches the storage for strays, removes reviewed ones, brings removed ones back: one at a time. */
export function createReconciliationJob(deps: ReconciliationDeps): ReconciliationKind {
  return {
    name: reconciliationKind,
    parallelism: 1,
    // What was in its way is there for the next turn, too.
    attempts: 1,
    kept: 50,
    parse: readReconciliation,
    run: async (run) => {
      await finishLeftStrays(deps, run.signal);
      const { input } = run;
      if (input.action === 'search') await search(deps, run, input.objectsPerSecond);
      else if (input.action === 'remove') await remove(deps, run, input.plan);
      else await restore(deps, run, input.keys);
    },
  };
}

/**
 * Also of what comes from outside.
 * @throws AppError BAD_REQUEST
 */
export function readReconciliation(input: unknown): ReconciliationInput {
  const given = (input ?? {}) as {
    readonly action?: string;
    readonly objectsPerSecond?: number;
    readonly plan?: string;
    readonly keys?: readonly string[];
  };
  if (given.action === 'remove') return { action: 'remove', plan: given.plan ?? '' };
  if (given.action === 'restore') return { action: 'restore', keys: readKeys(given.keys ?? []) };
  const { objectsPerSecond = perSecond } = given;
  if (!(Number.isInteger(objectsPerSecond) && objectsPerSecond >= 0 && objectsPerSecond <= mostPerSecond))
    throw new AppError('BAD_REQUEST', {
      message: `objects_per_second is ${objectsPerSecond}`,
      detail: `give a number from 1 to ${mostPerSecond}, or 0 for no limit`,
    });
  return { action: 'search', objectsPerSecond };
}

function readKeys(keys: readonly string[]): readonly string[] {
  if (keys.length >= 1 && keys.length <= mostRestored) return keys;
  throw new AppError('BAD_REQUEST', {
    message: `keys has ${keys.length} of them`,
    detail: `give 1 to ${mostRestored} keys of strays in quarantine`,
  });
}

async function search(
  deps: ReconciliationDeps,
  { job, signal, log, progress, result }: JobRun<ReconciliationInput>,
  objectsPerSecond: number,
): Promise<void> {
  const purged = await purgeQuarantine(deps, { signal, log });
  if (purged.count > 0)
    log(`deleted ${purged.count} objects whose time in quarantine is over, ${purged.bytes} bytes`);
  const found = await reconcileStorage(deps, { jobId: job.id, objectsPerSecond, signal, log, progress });
  const { count, bytes } = await planStrays(deps.db.reader);
  const summary = `${found.objects} objects with ${formatBytes(found.bytes)}; ${count} of them with ${formatBytes(bytes)} are strays`;
  log(summary);
  if (found.young > 0) log(`${found.young} more that no row speaks of are too young to be called strays`);
  result({
    objects: found.objects,
    bytes: found.bytes,
    strays: count,
    stray_bytes: bytes,
    young: found.young,
    purged: purged.count,
    purged_bytes: purged.bytes,
    summary,
  });
  requireNone(purged.failed, 'delete');
}

async function remove(
  deps: ReconciliationDeps,
  { signal, log, progress, result }: JobRun<ReconciliationInput>,
  plan: string,
): Promise<void> {
  log(`moves the strays of the plan ${plan} to quarantine`);
  const { count, bytes, left, failed } = await quarantineStrays(deps, plan, { signal, log, progress });
  const summary = `${count} objects with ${formatBytes(bytes)} are in quarantine`;
  log(summary);
  if (left > 0) log(`${left} were left: needed by now, gone, or of no name that Berth gives`);
  result({ quarantined: count, quarantined_bytes: bytes, left, failed, summary });
  requireNone(failed, 'move');
}

async function restore(
  deps: ReconciliationDeps,
  { signal, log, progress, result }: JobRun<ReconciliationInput>,
  keys: readonly string[],
): Promise<void> {
  const restored = await restoreStrays(deps, keys, { signal, log, progress });
  const left = keys.length - restored;
  result({ restored, left, summary: `${restored} of ${keys.length} objects are back` });
  if (left > 0)
    throw new AppError('PRECONDITION', {
      message: `${left} of ${keys.length} objects could not be brought back; the log says why`,
    });
}

function requireNone(failed: number, verb: string): void {
  if (failed > 0)
    throw new AppError('STORAGE_UNAVAILABLE', {
      message: `the storage did not ${verb} ${failed} objects; the next run tries again`,
    });
}
