import { requireInProject } from '../../access/denied.ts';
import type { Permission } from '../../access/grants/roles.ts';
import { findProjectById, type Project } from '../../access/projects/project-reads.ts';
import type { Refusals } from '../../access/refusals/note-refusal.ts';
import type { SignedInAsker } from '../../access/rest-route.ts';
import { deleteRepository } from '../../content/artifacts/delete-repository.ts';
import { deleteWithDependents } from '../../content/artifacts/delete-with-dependents.ts';
import { drainRepository } from '../../content/artifacts/drain-repository.ts';
import { findRepositoryById } from '../../content/repositories/repository-reads.ts';
import { deleteTag } from '../../content/tags/delete-tag.ts';
import { findByTag } from '../../content/tags/tag-reads.ts';
import { restoreTrash } from '../../content/trash/restore-trash.ts';
import { findTrash } from '../../content/trash/trash-reads.ts';
import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import { requireDigest } from '../../lib/oci/digest.ts';
import { requireTag } from '../../lib/oci/tag.ts';
import type { Database, Queries, Tx } from '../../platform/db/database.ts';
import { askerOf } from './asker-of.ts';
import type { Batch, Item, NeededByAll, Refusal, Why } from './batch.ts';
import { findTrashedRepository } from './batch-store.ts';
import { itemsOpenAmong, putBytes, putDone } from './item-store.ts';
import { isLabelAction, labelIsSo, labelPermission } from './labels/is-label-action.ts';
import { labelItem } from './labels/label-item.ts';

export interface BatchDeps {
  readonly db: Database;
  /** Told of each thing that is refused, as of a single one. */
  readonly refusals: Refusals;
  /** @throws AppError NOT_FOUND for what they may not bring back */
  readonly requireRestorable: (
    db: Queries,
    asker: Pick<SignedInAsker, 'grants' | 'now'>,
    id: number,
  ) => Promise<void>;
  readonly neededByAll: NeededByAll;
}

export interface RunningBatch {
  readonly batch: Batch;
  /** Of its job: fires when that is to stop. */
  readonly signal: AbortSignal;
}

export type NumberedItem = Item & { readonly no: number };

/** What somebody lacks is told apart from what a guard keeps. */
class NoRight extends Error {
  readonly refusal: AppError;

  constructor(refusal: AppError) {
    super(refusal.message, { cause: refusal });
    this.refusal = refusal;
  }
}

export type Refused = Refusal & { readonly error: AppError };

export type Attempt = 'done' | 'gone' | Refused;

/**
 * Does one item with the rights of now, and writes that down in the same transaction: done once, however often it is
 * begun. What stays as it is, is told with the reason.
 * @throws the signal's reason where it was stopped in the middle
 */
export async function attemptItem(
  deps: BatchDeps,
  running: RunningBatch,
  item: NumberedItem,
): Promise<Attempt> {
  try {
    await act(deps, running, item);
    return 'done';
  } catch (error) {
    if (error instanceof NoRight) return { why: 'no right', ...toldBy(error.refusal) };
    if (!(error instanceof AppError) || error.row.status >= 500) throw error;
    if (error.code !== 'NOT_FOUND' && error.code !== 'MANIFEST_UNKNOWN') {
      const { action, label } = running.batch;
      if (isLabelAction(action) && error.code === 'CONFLICT')
        return { why: 'unchanged', ...toldBy(error), because: labelIsSo(action, label) };
      return { why: whyOf(error), ...toldBy(error) };
    }
    return (await isMoved(deps.db.reader, running.batch, item))
      ? {
          why: 'changed',
          reason: `${item.name} stands for something else by now`,
          because: because('stands for something else', { tag: item.name }),
          error,
        }
      : 'gone';
  }
}

function toldBy(error: AppError): Omit<Refused, 'why'> {
  return { reason: error.message, because: error.because, error };
}

/** What a refusal of a deletion or a restore means, once the right is there. */
export function whyOf({ code }: AppError): Why {
  switch (code) {
    case 'TAG_IMMUTABLE':
      return 'immutable';
    case 'DENIED':
      return 'protected';
    case 'ARTIFACT_IN_USE':
      return 'in use';
    case 'PRECONDITION':
      return 'changed';
    case 'CONFLICT':
      return 'in the way';
    default:
      return 'other';
  }
}

async function act(deps: BatchDeps, running: RunningBatch, item: NumberedItem): Promise<void> {
  const { batch, signal } = running;
  const asker = await askerOf(deps, batch).catch(asNoRight);
  const { actor } = asker;
  const at = { batchId: batch.id, no: item.no };
  const also = (tx: Tx, bytes = 0): Promise<void> => putDone(tx, at, bytes);
  switch (batch.action) {
    case 'delete-tags': {
      const place = await placeOf(deps, asker, {
        repositoryId: batch.repositoryId ?? 0,
        permission: 'tag:delete',
        tag: item.name,
      });
      const tag = requireTag(item.name);
      await deleteTag(deps, { ...place, tag, artifactId: item.id, actor, also: (tx) => also(tx) });
      return;
    }
    case 'delete-artifacts': {
      const permission = 'artifact:delete';
      const place = await placeOf(deps, asker, { repositoryId: batch.repositoryId ?? 0, permission });
      const reference = { kind: 'digest', digest: requireDigest(item.name) } as const;
      const same = { artifactId: item.id, unchangedSince: batch.askedAt };
      await deleteWithDependents(deps, { ...place, ...same, reference, actor, also });
      return;
    }
    case 'delete-repositories': {
      const place = await placeOf(deps, asker, { repositoryId: item.id, permission: 'repository:delete' });
      const hidden = (tx: Tx): Promise<void> => putDone(tx, at, null);
      const drained = await deleteRepository(deps, {
        ...place,
        repositoryId: item.id,
        actor,
        also: hidden,
        signal,
      });
      if (!drained) signal.throwIfAborted();
      await countRepository(deps, running, item);
      return;
    }
    case 'restore':
      await requireRestorable(deps, asker, item);
      await restoreTrash(deps, {
        id: item.id,
        needed: await neededElsewhere(deps, asker, running, item),
        actor,
        also,
      });
      return;
    case 'label-tags':
    case 'unlabel-tags':
    case 'label-artifacts':
    case 'unlabel-artifacts': {
      const permission = labelPermission(batch.action);
      const place = await placeOf(deps, asker, { repositoryId: batch.repositoryId ?? 0, permission });
      const work = { ...place, actor, also: (tx: Tx) => also(tx) };
      await labelItem(deps, batch, { item, work });
    }
  }
}

/** Of a repository that was hidden when the run before ended: empties it, and writes down what that took. */
export async function countRepository(
  deps: BatchDeps,
  { batch, signal }: RunningBatch,
  item: NumberedItem,
): Promise<void> {
  const { db } = deps;
  const of = { batchId: batch.id, repositoryId: item.id };
  const trashed = await findTrashedRepository(db.reader, of);
  const found = trashed && (await findTrash(db.reader, trashed.id));
  if (trashed !== undefined && found !== undefined) {
    const { projectId, repository: repositoryName } = found;
    const hidden = { id: item.id, projectId, repositoryName, trashId: trashed.id };
    const drained = await drainRepository(deps, {
      ...hidden,
      actor: { ...batch.actor, job: batch.id },
      signal,
    });
    if (!drained) signal.throwIfAborted();
  }
  const { bytes } = (await findTrashedRepository(db.reader, of)) ?? { bytes: 0 };
  await db.transaction((tx) => putBytes(tx, { batchId: batch.id, no: item.no }, bytes));
}

/**
 * Where a repository is now, under whatever name, if the right for it is there.
 * @throws AppError NOT_FOUND
 */
async function placeOf(
  { db }: BatchDeps,
  asker: SignedInAsker,
  need: { readonly repositoryId: number; readonly permission: Permission; readonly tag?: string },
): Promise<{ readonly projectId: number; readonly repositoryName: string }> {
  const { repositoryId, permission, tag } = need;
  const repository = await findRepositoryById(db.reader, repositoryId);
  const project = repository && (await findProjectById(db.reader, repository.projectId));
  if (repository === undefined || project === undefined)
    throw new AppError('NOT_FOUND', { message: 'the repository is not there any more' });
  await requireThere(db, asker, {
    project,
    permission,
    path: repository.fullName.slice(project.name.length + 1),
    ...(tag === undefined ? {} : { tag }),
  }).catch(asNoRight);
  return { projectId: project.id, repositoryName: repository.fullName };
}

/** To who has lost the right, what is in the trash looks as if it were not: the two are told apart here. */
async function requireRestorable(deps: BatchDeps, asker: SignedInAsker, { id }: NumberedItem): Promise<void> {
  const { reader } = deps.db;
  try {
    await deps.requireRestorable(reader, asker, id);
  } catch (error) {
    const isHidden = error instanceof AppError && error.code === 'NOT_FOUND';
    if (!isHidden || (await findTrash(reader, id)) === undefined) throw error;
    asNoRight(new AppError('DENIED', { message: 'the right to bring it back is missing by now' }));
  }
}

/** What comes back with it, but for what the batch brings back by itself: that is another item, and done before. */
async function neededElsewhere(
  { db, neededByAll }: BatchDeps,
  asker: SignedInAsker,
  { batch }: RunningBatch,
  { id }: NumberedItem,
): Promise<readonly number[]> {
  const { items = [] } = (await neededByAll(db.reader, asker, [id])).get(id) ?? {};
  const ids = items.map((each) => each.id);
  const open = new Set(await itemsOpenAmong(db.reader, batch.id, ids));
  return ids.filter((each) => !open.has(each));
}

function requireThere(
  db: Database,
  asker: SignedInAsker,
  need: {
    readonly project: Project;
    readonly permission: Permission;
    readonly path: string;
    readonly tag?: string;
  },
): Promise<Project> {
  return requireInProject({ db }, asker, { ...need, named: need.project.name });
}

function asNoRight(error: unknown): never {
  throw error instanceof AppError && error.row.status < 500 ? new NoRight(error) : error;
}

async function isMoved(db: Queries, batch: Batch, { name }: Item): Promise<boolean> {
  if (batch.action !== 'delete-tags') return false;
  const repository = await findRepositoryById(db, batch.repositoryId ?? 0);
  return repository !== undefined && (await findByTag(db, repository.fullName, name)) !== undefined;
}
