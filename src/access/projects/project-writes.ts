import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

const insertAs = prepare(
  (db, values: { id: number; name: string; ownerId: number; public: number; now: number }) =>
    db.insertInto('project').values({
      id: values.id,
      name: values.name,
      owner_id: values.ownerId,
      public: values.public,
      created_at: values.now,
      updated_at: values.now,
      deleted_at: null,
      purge_after: null,
    }),
);

const insert = prepare(
  (db, values: { name: string; ownerId: number; public: number; sparseManifests: number; now: number }) =>
    db
      .insertInto('project')
      .values({
        name: values.name,
        owner_id: values.ownerId,
        public: values.public,
        sparse_manifests: values.sparseManifests,
        created_at: values.now,
        updated_at: values.now,
        deleted_at: null,
        purge_after: null,
      })
      .onConflict((conflict) => conflict.column('name').where('deleted_at', 'is', null).doNothing())
      .returning('id'),
);

const insertUsage = prepare((db, values: { projectId: number; limitBytes: number }) =>
  db
    .insertInto('project_usage')
    .values({ project_id: values.projectId, used_bytes: 0, limit_bytes: values.limitBytes }),
);

/** With a given id; without a storage limit. */
export async function insertProject(
  tx: Tx,
  input: { id: number; name: string; ownerId: number; public: boolean; now: number },
): Promise<void> {
  await tx.run(insertAs, { ...input, public: input.public ? 1 : 0 });
  await tx.run(insertUsage, { projectId: input.id, limitBytes: -1 });
}

/**
 * @param input.limitBytes -1: none
 * @returns undefined when a live project has the name
 */
export async function addProject(
  tx: Tx,
  input: {
    name: string;
    ownerId: number;
    public: boolean;
    sparseManifests: boolean;
    limitBytes: number;
    now: number;
  },
): Promise<number | undefined> {
  const added = await tx.first(insert, {
    ...input,
    public: input.public ? 1 : 0,
    sparseManifests: input.sparseManifests ? 1 : 0,
  });
  if (added === undefined) return undefined;
  await tx.run(insertUsage, { projectId: added.id, limitBytes: input.limitBytes });
  return added.id;
}

const lock = prepare((db, values: { id: number }, dialect) => {
  const query = db
    .selectFrom('project')
    .select(['id', 'name', 'public', 'sparse_manifests'])
    .where('id', '=', values.id)
    .where('deleted_at', 'is', null);
  return dialect === 'postgres' ? query.forUpdate() : query;
});

/** Undefined: there is no such live project. Until the transaction ends nobody else changes it or pushes to it. */
export function lockProject(tx: Tx, id: number) {
  return tx.first(lock, { id });
}

const keep = prepare((db, values: { id: number }, dialect) => {
  const query = db
    .selectFrom('project')
    .select('id')
    .where('id', '=', values.id)
    .where('deleted_at', 'is', null);
  return dialect === 'postgres' ? query.forKeyShare() : query;
});

/** False: it was deleted. Otherwise it stays until the transaction ends; pushers do not wait for each other. */
export async function keepProject(tx: Tx, id: number): Promise<boolean> {
  return (await tx.first(keep, { id })) !== undefined;
}

const update = prepare((db, values: { id: number; public: number; sparseManifests: number; now: number }) =>
  db
    .updateTable('project')
    .set({ public: values.public, sparse_manifests: values.sparseManifests, updated_at: values.now })
    .where('id', '=', values.id),
);

export async function setProject(
  tx: Tx,
  input: { id: number; public: boolean; sparseManifests: boolean; now: number },
): Promise<void> {
  await tx.run(update, {
    ...input,
    public: input.public ? 1 : 0,
    sparseManifests: input.sparseManifests ? 1 : 0,
  });
}

const shownRepository = prepare((db, values: { projectId: number }) =>
  db
    .selectFrom('repository')
    .select('full_name')
    .where('project_id', '=', values.projectId)
    .where('deleted_at', 'is', null)
    .where('visible_at', 'is not', null)
    .limit(1),
);

/** The name of a repository that holds, or held, an artifact. */
export async function findShownRepository(tx: Tx, projectId: number): Promise<string | undefined> {
  return (await tx.first(shownRepository, { projectId }))?.full_name;
}

const trash = prepare((db, values: { id: number; now: number; purgeAfter: number }) =>
  db
    .updateTable('project')
    .set({ deleted_at: values.now, purge_after: values.purgeAfter })
    .where('id', '=', values.id),
);

const trashRepositories = prepare((db, values: { projectId: number; now: number; purgeAfter: number }) =>
  db
    .updateTable('repository')
    .set({ deleted_at: values.now, purge_after: values.purgeAfter })
    .where('project_id', '=', values.projectId)
    .where('deleted_at', 'is', null),
);

const expireUploads = prepare((db, values: { projectId: number; now: number }) =>
  db
    .updateTable('upload')
    .set({ expires_at: 0 })
    .where('project_id', '=', values.projectId)
    .where('finished_digest', 'is', null)
    .where('expires_at', '>', values.now),
);

/** With what was being pushed to it: its sweeper ends the uploads. */
export async function trashProject(
  tx: Tx,
  input: { id: number; now: number; purgeAfter: number },
): Promise<void> {
  const { id, now, purgeAfter } = input;
  await tx.run(trashRepositories, { projectId: id, now, purgeAfter });
  await tx.run(expireUploads, { projectId: id, now });
  await tx.run(trash, input);
}
