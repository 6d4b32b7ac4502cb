import { findReservedProject, findReservedRepository } from '../../access/names/former-name-reads.ts';
import { reserved } from '../../access/names/reserved.ts';
import { type Because, because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { drainRepository } from '../artifacts/drain-repository.ts';
import { touchRepository } from '../repositories/repository-writes.ts';
import { changeUsage } from '../repositories/usage-writes.ts';
import { trashOfArtifact, trashOfProject, trashOfRepository } from './needed-reads.ts';
import { giveRolesBack, keepProject, lockPlace, reviveProject, reviveRepository } from './place-writes.ts';
import { restoreContent } from './restore-content-step.ts';
import { restoreTags } from './restore-tags-step.ts';
import {
  dropTrash,
  liveTwin,
  lockAllTrash,
  lockBlobsOfTrash,
  lockTrash,
  pointTags,
  tagsToRestore,
} from './restore-writes.ts';
import { findTrash, isGoing, nameOf, type TrashItem } from './trash-reads.ts';

export interface RestoreTrashInput {
  readonly id: number;
  /**
   * Other deletions that stand in its way, of the same repository: they come back before it, in this order. What is gone from
   * the trash is skipped. Undefined: nobody looked for such.
   */
  readonly needed?: readonly number[];
  readonly actor: Actor;
  /** What is done with it: both are, or neither. */
  readonly also?: (tx: Tx, bytes: number) => Promise<void>;
}

/** What came back, with what it needed. */
export interface Restored {
  readonly item: TrashItem;
  /** What came back before it. */
  readonly needed: readonly TrashItem[];
  readonly artifacts: number;
  readonly tags: number;
  /** By which the project's usage grew. */
  readonly bytes: number;
  /** Of people and groups in a project. */
  readonly roles: number;
}

/**
 * Brings back what one deletion took, and what it needs: all of it, or nothing.
 * @throws AppError NOT_FOUND; CONFLICT with the reason and the way out; QUOTA_EXCEEDED, DENIED
 */
export async function restoreTrash(
  deps: { readonly db: Database },
  { id, needed: asked, actor, also }: RestoreTrashInput,
): Promise<Restored> {
  const { db } = deps;
  const needed = asked ?? [];
  const ids = [...needed, id];
  const isWhole = asked !== undefined;
  for (const each of ids) await emptyFirst(deps, each, actor);
  const now = await db.now();
  return db.transaction(async (tx) => {
    await lockAll(tx, ids, id);
    const before: OneRestored[] = [];
    for (const each of needed) {
      const place = await lockWithProject(tx, each);
      if (place !== undefined) before.push(await restoreOne(tx, { ...place, isWhole, actor, now }));
    }
    const place = await lockWithProject(tx, id);
    if (place === undefined) throw notInTrash(id);
    const last = await restoreOne(tx, { ...place, isWhole, actor, now });
    const all = [...before, last];
    const sum = (of: 'artifacts' | 'tags' | 'bytes' | 'roles'): number =>
      all.reduce((total, each) => total + each[of], 0);
    const bytes = sum('bytes');
    await also?.(tx, bytes);
    await changeUsage(tx, last.item.projectId, bytes);
    return {
      item: last.item,
      needed: before.map(({ item }) => item),
      artifacts: sum('artifacts'),
      tags: sum('tags'),
      bytes,
      roles: sum('roles'),
    };
  });
}

/**
 * All that belongs to these deletions, which are of one repository, in the order in which pushes, deletions and purges take it:
 * who needs some of the same waits, and is not waited for.
 */
async function lockAll(tx: Tx, ids: readonly number[], last: number): Promise<void> {
  await lockAllTrash(tx, ids);
  const place = await lockWithProject(tx, last);
  if (place === undefined) throw notInTrash(last);
  const { repositoryId } = place.item;
  if (repositoryId !== null) {
    const isRestored = (await trashOfRepository(tx, repositoryId)) ?? 0;
    await lockPlace(tx, repositoryId, ids.includes(isRestored) ? 'to change' : 'to use');
  }
  await lockBlobsOfTrash(tx, ids);
}

type OneRestored = Omit<Restored, 'needed'>;

/** Without the usage, which is always last. */
async function restoreOne(tx: Tx, restoring: Restoring): Promise<OneRestored> {
  const { item, actor, now } = restoring;
  if (isGoing(item))
    throw refused(
      item,
      'it is being removed for good',
      'push its content again',
      because('being purged', { item: nameOf(item) }),
    );
  const { artifacts, tags, bytes, roles } = await restore(tx, restoring);
  await dropTrash(tx, item.id);
  await append(tx, {
    type: `${item.kind}.restored`,
    at: now,
    actor,
    projectId: item.projectId,
    object: nameOf(item),
    data: {
      deletedAt: item.deletedAt,
      artifacts,
      tags,
      bytes,
      // What a tag points to; an artifact's is in its name.
      ...(item.kind === 'tag' && item.digest !== null ? { digest: item.digest } : {}),
    },
  });
  return { item, artifacts, tags, bytes, roles };
}

export function notInTrash(id: number): AppError {
  return new AppError('NOT_FOUND', { message: `there is no ${id} in the trash` });
}

/** A repository whose deletion has not got to its end. */
async function emptyFirst(deps: { readonly db: Database }, trashId: number, actor: Actor): Promise<void> {
  const item = await findTrash(deps.db.reader, trashId);
  if (item?.kind !== 'repository' || item.repositoryId === null) return;
  const { repositoryId: id, projectId, repository: repositoryName } = item;
  await drainRepository(deps, { id, projectId, repositoryName, trashId, actor });
}

interface Place {
  readonly item: TrashItem;
  /** Its project is not deleted. */
  readonly isLive: boolean;
}

/** Undefined: it is not in the trash. With the project where it is now: a repository may have been moved, and is kept from that from here on. */
async function lockWithProject(tx: Tx, id: number): Promise<Place | undefined> {
  let item = await lockTrash(tx, id);
  for (;;) {
    if (item === undefined) return undefined;
    if (item.kind === 'project') return { item, isLive: false };
    const isLive = await keepProject(tx, item.projectId);
    const { projectId } = item;
    // Behind the lock: the project may have got another name.
    item = await findTrash(tx, id);
    if (item?.projectId === projectId) return { item, isLive };
  }
}

interface Restoring extends Place {
  /** What it needs was to be restored with it. */
  readonly isWhole: boolean;
  readonly actor: Actor;
  readonly now: number;
}

type Counts = Omit<OneRestored, 'item'>;

async function restore(tx: Tx, restoring: Restoring): Promise<Counts> {
  const { item, actor, now } = restoring;
  if (item.kind === 'project') return restoreProject(tx, restoring);
  if (!restoring.isLive) {
    const trash = await trashOfProject(tx, item.projectId);
    throw refused(
      item,
      `its project ${item.projectName} is in the trash, too`,
      firstRestore(trash ?? 'the project', restoring),
      because('project in trash', { item: nameOf(item), project: item.projectName }),
    );
  }
  const repositoryId = item.repositoryId ?? 0;
  if (item.kind === 'repository') await restoreRepository(tx, restoring, repositoryId);
  else await requireLive(tx, restoring, repositoryId);
  await touchRepository(tx, repositoryId, now);
  const place = {
    item,
    repositoryId,
    repositoryName: item.repository,
    projectId: item.projectId,
    actor,
    now,
  };
  if (item.kind === 'tag') {
    await followArtifact(tx, restoring);
    return { artifacts: 0, tags: await restoreTags(tx, place), bytes: 0, roles: 0 };
  }
  return { ...(await restoreContent(tx, place)), roles: 0 };
}

async function restoreProject(tx: Tx, { item, now }: Restoring): Promise<Counts> {
  const { projectId: id, projectName: name } = item;
  const former = await findReservedProject(tx, { name, now });
  if (former !== undefined) throw reserved(name, former);
  if (!(await reviveProject(tx, { id, name, trashId: item.id, now }))) {
    throw refused(
      item,
      `there is another project ${name} now`,
      'rename that one (berth project rename), then restore this one',
      because('place taken', { item: nameOf(item) }),
    );
  }
  return { artifacts: 0, tags: 0, bytes: 0, roles: await giveRolesBack(tx, id, item.id) };
}

async function restoreRepository(tx: Tx, { item, now }: Restoring, id: number): Promise<void> {
  const { projectId, repository: name, projectName } = item;
  const found = await lockPlace(tx, id, 'to change');
  if (found?.purgeAfter === null)
    throw refused(
      item,
      'its deletion has not got to its end',
      'try again in a moment',
      because('deletion goes on', { item: nameOf(item) }),
    );
  const path = name.slice(projectName.length + 1);
  const former = await findReservedRepository(tx, { projectId, path, now });
  if (former !== undefined) throw reserved(name, former);
  if (!(await reviveRepository(tx, { id, projectId, name, now }))) {
    throw refused(
      item,
      `there is another repository ${name} now`,
      'move or delete that one (berth repo move, berth repo delete), then restore this one',
      because('place taken', { item: nameOf(item) }),
    );
  }
}

async function requireLive(tx: Tx, restoring: Restoring, repositoryId: number): Promise<void> {
  const { item } = restoring;
  const found = await lockPlace(tx, repositoryId, 'to use');
  if (found?.deletedAt === null) return;
  const trash = await trashOfRepository(tx, repositoryId);
  throw refused(
    item,
    `its repository ${item.repository} is in the trash, too`,
    firstRestore(trash ?? 'the repository', restoring),
    because('repository in trash', { item: nameOf(item), repository: item.repository }),
  );
}

/** A tag stands for a live artifact: the one that it stood for, or the same content pushed again. */
async function followArtifact(tx: Tx, restoring: Restoring): Promise<void> {
  const { item } = restoring;
  const [tag] = await tagsToRestore(tx, item.id);
  if (tag === undefined) return;
  const live = await liveTwin(tx, tag.artifactId);
  if (live === undefined) {
    const trash = await trashOfArtifact(tx, tag.artifactId);
    throw refused(
      item,
      `what it stands for, ${item.digest ?? ''}, is in the trash, too`,
      firstRestore(trash ?? 'that', restoring),
      because('artifact in trash', { item: nameOf(item), digest: item.digest ?? '' }),
    );
  }
  await pointTags(tx, item.id, live);
}

/** The way out, unless it was tried: then the asker may not restore that. */
function firstRestore(what: number | string, { isWhole }: Restoring): string {
  return isWhole
    ? `restore ${what} first, or ask somebody who may`
    : `restore ${what} first, or both at once (berth trash restore --with-needed)`;
}

function refused(item: TrashItem, why: string, way: string, because: Because): AppError {
  return new AppError('CONFLICT', {
    message: `${nameOf(item)} is not restored: ${why}`,
    detail: way,
    because,
  });
}
