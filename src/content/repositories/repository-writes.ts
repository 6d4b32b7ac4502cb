import { sql } from 'kysely';
import { findReservedRepository } from '../../access/names/former-name-reads.ts';
import { reserved } from '../../access/names/reserved.ts';
import { AppError } from '../../lib/errors.ts';
import type { Queries, Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

const insert = prepare((db, values: { projectId: number; name: string; now: number }) =>
  db
    .insertInto('repository')
    .values({
      project_id: values.projectId,
      full_name: values.name,
      created_at: values.now,
      updated_at: values.now,
      visible_at: null,
      deleted_at: null,
      purge_after: null,
    })
    .onConflict((conflict) => conflict.column('full_name').where('deleted_at', 'is', null).doNothing()),
);

const lock = prepare((db, values: { name: string }, dialect) => {
  const query = db
    .selectFrom('repository')
    .select(['id', 'project_id', 'visible_at', 'updated_at'])
    .where('full_name', '=', values.name)
    .where('deleted_at', 'is', null);
  return dialect === 'postgres' ? query.forKeyShare() : query;
});

const lockLiveProject = prepare((db, values: { projectId: number }, dialect) => {
  const query = db
    .selectFrom('project')
    .select('name')
    .where('id', '=', values.projectId)
    .where('deleted_at', 'is', null);
  return dialect === 'postgres' ? query.forKeyShare() : query;
});

/** Both in one statement, as nearly every push finds them. */
const lockBoth = prepare((db, values: { projectId: number; name: string }, dialect) => {
  const query = db
    .selectFrom('project')
    .innerJoin('repository', 'repository.project_id', 'project.id')
    .select(['project.name as projectName', 'repository.id', 'visible_at', 'repository.updated_at'])
    .where('project.id', '=', values.projectId)
    .where('project.deleted_at', 'is', null)
    .where('full_name', '=', values.name)
    .where('repository.deleted_at', 'is', null);
  return dialect === 'postgres' ? query.forKeyShare() : query;
});

export interface LockedRepository {
  readonly id: number;
  readonly visible: boolean;
  readonly updatedAt: number;
}

/**
 * The repository's row, made if need be, and kept from being deleted until the transaction ends. The weakest lock
 * that does so: pushers of one repository do not wait for each other, also when one of them makes it visible. The
 * project is held the same way, and looked at again: it may have been deleted since the request was allowed.
 * @throws AppError NAME_UNKNOWN; CONFLICT for the place of a repository that was moved away
 */
export async function ensureRepository(
  tx: Tx,
  input: { projectId: number; name: string; now: number },
): Promise<LockedRepository> {
  const { projectId, name } = input;
  const both = await tx.first(lockBoth, { projectId, name });
  if (both !== undefined && name.startsWith(`${both.projectName}/`))
    return { id: both.id, visible: both.visible_at !== null, updatedAt: both.updated_at };
  const project = await tx.first(lockLiveProject, { projectId });
  // It may have another name than when the request was allowed.
  if (project === undefined || !input.name.startsWith(`${project.name}/`)) throw new AppError('NAME_UNKNOWN');
  let found = await tx.first(lock, { name: input.name });
  if (found === undefined) {
    await tx.run(insert, input);
    found = await tx.first(lock, { name: input.name });
    // Behind the row: a move that was faster is seen.
    const former = await findReservedRepository(tx, {
      projectId: input.projectId,
      path: input.name.slice(project.name.length + 1),
      now: input.now,
    });
    if (former !== undefined) throw reserved(input.name, former);
  }
  if (found === undefined) throw new Error(`repository ${input.name} was deleted while it was being made`);
  if (found.project_id !== input.projectId) throw new AppError('NAME_UNKNOWN');
  return { id: found.id, visible: found.visible_at !== null, updatedAt: found.updated_at };
}

const show = prepare((db, values: { id: number; now: number }) =>
  db
    .updateTable('repository')
    .set({ visible_at: values.now })
    .where('id', '=', values.id)
    .where('visible_at', 'is', null),
);

export async function showRepository(tx: Tx, id: number, now: number): Promise<void> {
  await tx.run(show, { id, now });
}

/** Of who is changing the repository at the same time one is enough, and nobody waits. */
const touch = prepare((db, values: { id: number; now: number }, dialect) => {
  const row = db.selectFrom('repository').select('id').where('id', '=', values.id);
  return db
    .updateTable('repository')
    .set({ updated_at: values.now })
    .where('id', 'in', dialect === 'postgres' ? row.forNoKeyUpdate().skipLocked() : row);
});

/** The time of its last change, which lists show. */
export async function touchRepository(tx: Tx, id: number, now: number): Promise<void> {
  await tx.run(touch, { id, now });
}

/** Nearer than that, the time of a push before is near enough. */
const touchAfterMs = 1000;

export async function touchPushedTo(tx: Tx, repository: LockedRepository, now: number): Promise<void> {
  if (repository.updatedAt < now - touchAfterMs) await touchRepository(tx, repository.id, now);
}

/**
 * The id of a live repository, which is kept from being deleted and moved until the transaction ends: what is done to it is
 * allowed in that project, and counted there.
 */
export async function lockRepository(
  tx: Tx,
  where: { readonly projectId: number; readonly repositoryName: string },
): Promise<number | undefined> {
  const found = await tx.first(lock, { name: where.repositoryName });
  return found?.project_id === where.projectId ? found.id : undefined;
}

const lockWhole = prepare((db, values: { id: number }, dialect) => {
  const query = db
    .selectFrom('repository')
    .select('id')
    .where('id', '=', values.id)
    .where('deleted_at', 'is', null);
  return dialect === 'postgres' ? query.forUpdate() : query;
});

/** Waits for whoever pushes into it, and keeps them all out until the transaction ends. False: it is gone. */
export async function lockRepositoryToDelete(tx: Tx, id: number): Promise<boolean> {
  return (await tx.first(lockWhole, { id })) !== undefined;
}

const hide = prepare((db, values: { id: number; trashId: number; now: number }) =>
  db
    .updateTable('repository')
    .set({ deleted_at: values.now, updated_at: values.now, trash_id: values.trashId })
    .where('id', '=', values.id),
);

/** It is gone for everybody, and its name is free; what is in it is still to be moved to the trash. */
export async function hideRepository(
  tx: Tx,
  input: { id: number; trashId: number; now: number },
): Promise<void> {
  await tx.run(hide, input);
}

const draining = prepare((db, values: { after: number; count: number }) =>
  db
    .selectFrom('repository')
    .select(['id', 'project_id as projectId', 'full_name as repositoryName', 'trash_id as trashId'])
    .where('deleted_at', 'is not', null)
    .where('purge_after', 'is', null)
    .where('id', '>', values.after)
    .orderBy('id')
    .limit(values.count),
);

export interface HiddenRepository {
  readonly id: number;
  readonly projectId: number;
  readonly repositoryName: string;
  /** What it is in the trash; null: older code began to delete it. */
  readonly trashId: number | null;
}

/** Deleted ones that are not emptied yet, by ascending id. */
export function pageOfHidden(
  db: Queries,
  input: { readonly after: number; readonly count: number },
): Promise<HiddenRepository[]> {
  return db.all(draining, { ...input });
}

const lockDraining = prepare((db, values: { id: number; trashId: number }, dialect) => {
  const query = db
    .selectFrom('repository')
    .select('id')
    .where('id', '=', values.id)
    .where(sql<number>`coalesce(trash_id, 0)`, '=', values.trashId)
    .where('deleted_at', 'is not', null)
    .where('purge_after', 'is', null);
  return dialect === 'postgres' ? query.forUpdate() : query;
});

/** False: somebody else has emptied it, or restored it, whatever became of it since. */
export async function lockHidden(
  tx: Tx,
  { id, trashId }: Pick<HiddenRepository, 'id' | 'trashId'>,
): Promise<boolean> {
  return (await tx.first(lockDraining, { id, trashId: trashId ?? 0 })) !== undefined;
}

const trash = prepare((db, values: { id: number; purgeAfter: number }) =>
  db.updateTable('repository').set({ purge_after: values.purgeAfter }).where('id', '=', values.id),
);

/** Nothing is in it any more. */
export async function trashRepository(tx: Tx, id: number, purgeAfter: number): Promise<void> {
  await tx.run(trash, { id, purgeAfter });
}

const described = prepare((db, values: { name: string }, dialect) => {
  const query = db
    .selectFrom('repository')
    .select('description')
    .where('full_name', '=', values.name)
    .where('deleted_at', 'is', null);
  return dialect === 'postgres' ? query.forNoKeyUpdate() : query;
});

const describe = prepare((db, values: { name: string; description: string; now: number }) =>
  db
    .updateTable('repository')
    .set({ description: values.description, updated_at: values.now })
    .where('full_name', '=', values.name)
    .where('visible_at', 'is not', null)
    .where('deleted_at', 'is', null),
);

/** Returns the description before; undefined: there is none of that name that clients are shown. */
export async function putDescriptionOf(
  tx: Tx,
  input: { name: string; description: string; now: number },
): Promise<string | undefined> {
  const before = await tx.first(described, { name: input.name });
  return (await tx.run(describe, input)) > 0 ? before?.description : undefined;
}
