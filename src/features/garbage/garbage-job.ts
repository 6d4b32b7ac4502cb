import {
  type Collected,
  collectGarbage,
  type GarbageDeps,
  type GarbageInput,
} from '../../content/garbage/collect-garbage.ts';
import { keptByTrash } from '../../content/garbage/kept-by-trash.ts';
import { type GarbagePlan, planGarbage } from '../../content/garbage/plan-garbage.ts';
import { isAhead } from '../../content/snapshots/by-age.ts';
import { listSnapshots } from '../../content/snapshots/snapshot-store.ts';
import { AppError } from '../../lib/errors.ts';
import { formatBytes } from '../../lib/text/format-bytes.ts';
import { trashMs } from '../../lib/trash-ms.ts';
import type { JobKind, JobResult, JobRun } from '../../platform/jobs/job-kind.ts';

/** Harbor's name. */
export const garbageKind = 'GARBAGE_COLLECTION';
/** There is one storage; Harbor's number for what there is one of. */
export const garbageVendor = -1;

export interface CollectionInput extends GarbageInput {
  /** Accepted for Harbor's sake: names of tags are not in the storage here. */
  readonly deleteTag: boolean;
  /** Nothing is changed: what would be freed is told. */
  readonly dryRun: boolean;
  /** By its schedule, or by itself: then nothing goes that the newest snapshot of the database needs. */
  readonly scheduled: boolean;
}

export type CollectionKind = JobKind<CollectionInput>;

/** Collects garbage while others are served. */
export function createGarbageJob(deps: GarbageDeps): CollectionKind {
  return {
    name: garbageKind,
    parallelism: 1,
    // What the storage did not delete today it may delete tomorrow.
    attempts: 1,
    kept: 100,
    parse: readCollection,
    run: (run) => (run.input.dryRun ? tellPlan(deps, run) : collect(deps, run)),
  };
}

/**
 * Also of what was stored by an older version.
 * @throws AppError BAD_REQUEST
 */
export function readCollection(input: unknown): CollectionInput {
  const given = (input ?? {}) as Partial<CollectionInput>;
  const { workers = 1 } = given;
  if (!(Number.isInteger(workers) && workers >= 1 && workers <= 10))
    throw new AppError('BAD_REQUEST', {
      message: `workers is ${workers}`,
      detail: 'give a number from 1 to 10',
    });
  return {
    deleteUntagged: given.deleteUntagged ?? false,
    deleteTag: given.deleteTag ?? false,
    dryRun: given.dryRun ?? false,
    purgeTrash: given.purgeTrash ?? false,
    scheduled: given.scheduled ?? false,
    workers,
  };
}

async function collect(
  deps: GarbageDeps,
  { input, signal, log, progress, result }: JobRun<CollectionInput>,
): Promise<void> {
  const { newest } = await snapshotTimes(deps);
  // Without a window nobody wants to wait.
  const condemnedBefore = input.scheduled && deps.windowMs > 0 ? newest : undefined;
  if (condemnedBefore !== undefined)
    log(
      condemnedBefore === 0
        ? 'what is condemned stays: when the snapshots of the database were taken is not known, their clock was ahead'
        : `what was condemned since ${iso(condemnedBefore)} stays: the newest snapshot of the database may need it`,
    );
  const found = (collected: Collected): void => result(resultOf(collected));
  const collected = await collectGarbage(deps, input, { signal, log, progress, condemnedBefore, found });
  const waiting = await waitingOf(deps);
  log(sentence('freed', collected.bytes, waiting));
  log(`${collected.blobs} blobs and ${collected.manifests} manifests`);
  if (collected.absent > 0)
    log(`warning: the objects of ${collected.absent} blobs were gone already: nothing was freed by them`);
  result({ ...resultOf(collected), ...waiting.result, summary: sentence('freed', collected.bytes, waiting) });
  if (collected.failed > 0)
    throw new AppError('STORAGE_UNAVAILABLE', {
      message: `the storage did not delete ${collected.failed} objects; the next run tries again. ${sentence('freed', collected.bytes, waiting)}`,
    });
}

async function tellPlan(
  deps: GarbageDeps,
  { input, signal, log, progress, result }: JobRun<CollectionInput>,
): Promise<void> {
  const { oldest: oldestSnapshot } = await snapshotTimes(deps);
  const plan = await planGarbage(deps, input, { signal, progress, oldestSnapshot });
  const waiting = await waitingOf(deps);
  logPlan(plan, log);
  const summary = input.purgeTrash
    ? `would free ${formatBytes(plan.bytes)} (${plan.bytes} bytes), of which ${formatBytes(waiting.bytes)} are in the trash`
    : sentence('would free', plan.bytes, waiting);
  const first = plan.untagged > 0 && !input.purgeTrash;
  log(summary);
  result({
    freed_space: plan.bytes,
    purged_blobs: plan.blobs,
    purged_manifests: plan.manifests,
    ended_links: plan.links,
    untagged: plan.untagged,
    untagged_bytes: plan.untaggedBytes,
    ...(first ? { untagged_until: iso((await deps.db.now()) + trashMs) } : {}),
    in_snapshots: plan.inSnapshots,
    ...waiting.result,
    summary,
  });
}

function logPlan(plan: GarbagePlan, log: (line: string) => void): void {
  log(`nothing is changed: ${plan.blobs} blobs with ${plan.bytes} bytes would be deleted`);
  log(`${plan.manifests} manifests would be purged, ${plan.links} links would end`);
  if (plan.untagged > 0)
    log(`${plan.untagged} artifacts without tags would go to the trash, with ${plan.untaggedBytes} bytes`);
  if (plan.unread > 0) log(`warning: ${plan.unread} objects could not be looked at, and stay`);
  if (plan.inSnapshots > 0)
    log(
      `kept snapshots of the database may still need ${plan.inSnapshots} of the blobs, such as ${plan.inSnapshotsNamed.join(', ')}`,
    );
  for (const { project, items, bytes, from, until } of plan.waiting)
    log(
      `project ${project}: ${items} deletions with ${bytes} bytes wait in the trash, from ${iso(from)} until ${iso(until)}`,
    );
}

function resultOf(collected: Collected): JobResult {
  return {
    freed_space: collected.bytes,
    purged_blobs: collected.blobs,
    purged_manifests: collected.manifests,
    ended_links: collected.links,
    untagged: collected.untagged,
    absent: collected.absent,
    failed: collected.failed,
  };
}

interface Waiting {
  readonly bytes: number;
  readonly until: number | undefined;
  readonly result: JobResult;
}

/** What only the trash keeps, and when the last of it is purged. */
async function waitingOf({ db }: GarbageDeps): Promise<Waiting> {
  const { bytes, until } = await keptByTrash(db);
  return {
    bytes,
    until,
    result: { in_trash: bytes, ...(until === undefined ? {} : { trash_until: iso(until) }) },
  };
}

function sentence(verb: 'freed' | 'would free', bytes: number, { bytes: waiting, until }: Waiting): string {
  const rest =
    until === undefined
      ? 'nothing waits in the trash'
      : `${formatBytes(waiting)} waits in the trash until ${iso(until)}`;
  return `${verb} ${formatBytes(bytes)} (${bytes} bytes), ${rest}`;
}

const iso = (at: number): string => new Date(at).toISOString();

/** When the snapshots in the storage were taken; 0: nobody knows. */
export async function snapshotTimes({ db, store }: Pick<GarbageDeps, 'db' | 'store'>): Promise<{
  readonly newest: number | undefined;
  readonly oldest: number | undefined;
}> {
  const now = await db.now();
  const all = await listSnapshots(store);
  if (all.length === 0) return { newest: undefined, oldest: undefined };
  const times = all.filter((each) => !isAhead(each, now)).map(({ takenAt }) => takenAt);
  // When one was taken whose clock was ahead nobody knows: it may need anything.
  return { newest: Math.max(0, ...times), oldest: times.length < all.length ? 0 : Math.min(...times) };
}
