import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import type { Tx } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { foreignStore } from '../blobs/foreign-store.ts';
import { blockDigestsOf } from '../blobs/removal/blocked-digest-writes.ts';
import { type RemovalDeps, removeBlobs } from '../blobs/removal/remove-blobs.ts';
import { lockDeleted } from './place-writes.ts';
import {
  doomedRepositories,
  dropArtifacts,
  dropProject,
  dropRepositories,
  dropTagsOfTrash,
  endTime,
  lockBlobsOf,
  pageOfDoomed,
  unneededOf,
} from './purge-writes.ts';
import { notInTrash } from './restore-trash.ts';
import { dropTrash, lockBlobsOfTrash, lockTrash } from './restore-writes.ts';
import { nameOf, type TrashItem } from './trash-reads.ts';

/** Artifacts of one transaction, so that others get their turn. */
const pageSize = 100;

export interface PurgeTrashInput {
  readonly id: number;
  readonly actor: Actor;
  /** `expired` and `emptied` leave the content to the garbage collection; the others delete at once what nothing needs. */
  readonly why: 'asked' | 'expired' | 'early' | 'emptied';
  /** Its manifests must not be pushed again, by whoever, to wherever. */
  readonly block?: boolean;
}

export interface Purged {
  readonly item: TrashItem;
  readonly artifacts: number;
  readonly blocked: number;
  /** Blobs whose content was deleted, and their bytes. */
  readonly blobs: number;
  readonly bytes: number;
}

type Progress = { -readonly [K in keyof Omit<Purged, 'item'>]: number } & { item: TrashItem | undefined };

/**
 * Removes something from the trash for good, page by page. After the first page it cannot be restored any more; broken
 * off, as by the signal, `trash-keeping` does the rest.
 * @throws AppError NOT_FOUND; BAD_REQUEST for a block of what has no digest; STORAGE_UNAVAILABLE
 */
export async function purgeTrash(
  deps: RemovalDeps,
  input: PurgeTrashInput,
  signal?: AbortSignal,
): Promise<Purged> {
  const { db } = deps;
  const atOnce = input.why === 'asked' || input.why === 'early';
  // Nothing is forgotten whose content could not be deleted.
  if (atOnce && !(await deps.storeIsOurs())) throw foreignStore();
  const now = await db.now();
  const progress: Progress = { item: undefined, artifacts: 0, blocked: 0, blobs: 0, bytes: 0 };
  // What a power cut takes back of the others is in the trash again, for the next round.
  const how = atOnce ? undefined : ({ durability: 'relaxed' } as const);
  for (let more = true; more; ) {
    const step = await db.transaction((tx) => purgePage(tx, input, progress.item === undefined, now), how);
    if (step === undefined) break;
    progress.item ??= step.item;
    progress.artifacts += step.artifacts;
    progress.blocked += step.blocked;
    // With each page, so that little is left to the garbage collection where it is broken off.
    if (atOnce) {
      const gone = await removeBlobs(deps, step.unneeded);
      progress.blobs += gone.count;
      progress.bytes += gone.bytes;
      const [failed] = gone.failed;
      if (failed !== undefined) throw failed.error;
    }
    more = step.more && signal?.aborted !== true;
  }
  const { item, ...counts } = progress;
  if (item === undefined) throw notInTrash(input.id);
  return { item, ...counts };
}

interface Step {
  readonly item: TrashItem;
  readonly artifacts: number;
  readonly blocked: number;
  readonly unneeded: readonly number[];
  readonly more: boolean;
}

/** Undefined: it is not in the trash, or not any more. */
async function purgePage(
  tx: Tx,
  input: PurgeTrashInput,
  first: boolean,
  now: number,
): Promise<Step | undefined> {
  const item = await lockTrash(tx, input.id);
  if (item === undefined) return undefined;
  const repositoryIds = await doomedRepositories(tx, item);
  const places = await lockDeleted(tx, repositoryIds);
  if (places.some(({ purgeAfter }) => purgeAfter === null)) throw stillEmptied(item);
  const blocked = first && input.block === true ? await block(tx, item, input.actor, now) : 0;
  const page = await doomed(tx, item, repositoryIds);
  const blobIds = await lockBlobsOf(tx, page);
  if (page.length > 0) await dropArtifacts(tx, page, blobIds, now);
  if (page.length === pageSize) {
    await endTime(tx, item.id);
    return { item, artifacts: page.length, blocked, unneeded: await unneededOf(tx, blobIds), more: true };
  }
  const rest = await dropRest(tx, item, repositoryIds);
  const unneeded = await unneededOf(tx, [...new Set([...blobIds, ...rest])]);
  await append(tx, {
    type: `${item.kind}.purged`,
    at: now,
    actor: input.actor,
    projectId: item.projectId,
    object: nameOf(item),
    data: { deletedAt: item.deletedAt, why: input.why },
  });
  return { item, artifacts: page.length, blocked, unneeded, more: false };
}

function doomed(tx: Tx, item: TrashItem, repositoryIds: readonly number[]): Promise<number[]> {
  if (item.kind === 'tag') return Promise.resolve([]);
  return pageOfDoomed(tx, item, repositoryIds, pageSize);
}

async function dropRest(
  tx: Tx,
  item: TrashItem,
  repositoryIds: readonly number[],
): Promise<readonly number[]> {
  await dropTagsOfTrash(tx, item.id);
  const blobIds = repositoryIds.length === 0 ? [] : await dropRepositories(tx, repositoryIds);
  await dropTrash(tx, item.id);
  if (item.kind === 'project') await dropProject(tx, item.projectId);
  return blobIds;
}

async function block(tx: Tx, item: TrashItem, actor: Actor, now: number): Promise<number> {
  if (item.kind !== 'artifact' && item.kind !== 'repository') {
    throw new AppError('BAD_REQUEST', {
      message: `${nameOf(item)} holds no content of its own: only artifacts and repositories are blocked`,
      detail: 'delete the artifact, and purge that with the block',
    });
  }
  // A push of the same manifest waits for these rows, and finds the block behind them.
  await lockBlobsOfTrash(tx, [item.id]);
  const object = nameOf(item);
  const blocked = await blockDigestsOf(tx, { trashId: item.id, object, blockedBy: actor.principal, now });
  await append(tx, {
    type: 'digest.blocked',
    at: now,
    actor,
    projectId: item.projectId,
    object,
    data: { digests: blocked },
  });
  return blocked;
}

function stillEmptied(item: TrashItem): AppError {
  return new AppError('CONFLICT', {
    message: `${nameOf(item)} is not purged: its deletion has not got to its end`,
    detail: 'try again in a moment',
    because: because('deletion goes on', { item: nameOf(item) }),
  });
}
