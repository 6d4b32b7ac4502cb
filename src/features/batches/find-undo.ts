import { can } from '../../access/authorize.ts';
import { findProjectById, type Project } from '../../access/projects/project-reads.ts';
import type { SignedInAsker } from '../../access/rest-route.ts';
import { findRepositoryById } from '../../content/repositories/repository-reads.ts';
import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Batch } from './batch.ts';
import { countRestorable } from './batch-store.ts';
import { type FoundItems, findItems, type Lists } from './find-items.ts';
import { isLabelAction, type LabelAction, labelPermission, opposites } from './labels/is-label-action.ts';
import { findToUndo } from './labels/label-store.ts';

interface UndoDeps {
  readonly db: Database;
  readonly lists: Lists;
}

/**
 * What is left to be taken back of a batch that has ended, for somebody who may take back some of it.
 * @throws AppError DENIED, PRECONDITION
 */
export function findUndo(deps: UndoDeps, asker: SignedInAsker, batch: Batch): Promise<FoundItems> {
  const { action } = batch;
  return isLabelAction(action)
    ? findOpposite(deps, asker, { ...batch, action })
    : findDeleted(deps, asker, batch);
}

/** Exactly what it has changed and is not changed back yet, to be changed back. */
async function findOpposite(
  { db }: UndoDeps,
  asker: SignedInAsker,
  batch: Batch & { readonly action: LabelAction },
): Promise<FoundItems> {
  const { id, repositoryId, place, label } = batch;
  const action = opposites[batch.action];
  await requireLabelRight(db, asker, { ...batch, action });
  const askedAt = await db.now();
  const found = await findToUndo(db.reader, id);
  if (found.length === 0)
    throw new AppError('PRECONDITION', {
      message: `no label that batch ${id} changed is left to be changed back`,
      detail: 'it changed none, or another batch takes them back',
      because: because('nothing to undo', { batch: String(id) }),
    });
  return {
    action,
    place,
    project: await projectOf(db, batch),
    repositoryId,
    askedAt,
    found,
    missing: [],
    ...(label === undefined ? {} : { label }),
  };
}

/** In the repository under its name of now, as for each item: without it all of them would stay. */
async function requireLabelRight(
  { reader }: Database,
  { grants, now }: SignedInAsker,
  { id, action, repositoryId }: Batch & { readonly action: LabelAction },
): Promise<void> {
  const repository = await findRepositoryById(reader, repositoryId ?? 0);
  const project = repository && (await findProjectById(reader, repository.projectId));
  if (repository === undefined || project === undefined)
    throw new AppError('PRECONDITION', { message: `the repository of batch ${id} is not there any more` });
  const permission = labelPermission(action);
  const path = repository.fullName.slice(project.name.length + 1);
  if (!can(grants, permission, { project, path }, now).allowed)
    throw new AppError('DENIED', {
      message: `you may change back no label of batch ${id}: ${permission} is missing there`,
    });
}

/** What it put in the trash, is still there, and the caller may see there. */
async function findDeleted(deps: UndoDeps, asker: SignedInAsker, batch: Batch): Promise<FoundItems> {
  const { reader } = deps.db;
  const { id, action, place } = batch;
  if (action === 'restore' || (await countRestorable(reader, id)) === 0)
    throw new AppError('PRECONDITION', {
      message: `nothing that batch ${id} deleted is in the trash`,
      detail: action === 'restore' ? 'delete again what it restored' : 'it was restored or purged already',
      because: because('nothing to undo', { batch: String(id) }),
    });
  const matching = { q: `job=${id}` };
  if ((await deps.lists.trash(reader, asker, { ...matching, limit: 1 })).length === 0)
    throw new AppError('DENIED', { message: `you may restore nothing that batch ${id} deleted` });
  const asked = { action: 'restore', matching, count: Number.MAX_SAFE_INTEGER };
  return { ...(await findItems(deps, asker, asked)), place, project: await projectOf(deps.db, batch) };
}

async function projectOf({ reader }: Database, { projectId }: Batch): Promise<Project | null> {
  return (projectId === null ? undefined : await findProjectById(reader, projectId)) ?? null;
}
