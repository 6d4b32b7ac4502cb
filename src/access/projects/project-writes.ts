import { sql } from 'kysely';
import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import { type Project, toProject } from './project-reads.ts';

const insert = prepare(
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
  await tx.run(insert, { ...input, public: input.public ? 1 : 0 });
  await tx.run(insertUsage, { projectId: input.id, limitBytes: -1 });
}

const add = prepare(
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

/** Its id; undefined when a live project has the name, also one that is being made at the same time. */
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
  const { limitBytes, ...row } = input;
  const added = await tx.first(add, {
    ...row,
    public: row.public ? 1 : 0,
    sparseManifests: row.sparseManifests ? 1 : 0,
  });
  if (added === undefined) return undefined;
  await tx.run(insertUsage, { projectId: added.id, limitBytes });
  return added.id;
}

const readLimit = prepare((db, values: { projectId: number }) =>
  db.selectFrom('project_usage').select('limit_bytes').where('project_id', '=', values.projectId),
);

const writeLimit = prepare((db, values: { projectId: number; limitBytes: number }) =>
  db
    .updateTable('project_usage')
    .set({ limit_bytes: values.limitBytes })
    .where('project_id', '=', values.projectId),
);

/** Behind `lockProjectToUpdate`. Returns the limit before. */
export async function setLimit(tx: Tx, input: { projectId: number; limitBytes: number }): Promise<number> {
  const before = (await tx.first(readLimit, { projectId: input.projectId }))?.limit_bytes ?? -1;
  if (before !== input.limitBytes) await tx.run(writeLimit, input);
  return before;
}

const insertOwnerGrant = prepare((db, values: { projectId: number; ownerId: number; now: number }) =>
  db.insertInto('grant').values({
    principal_kind: 'user',
    principal_id: values.ownerId,
    role: 'projectAdmin',
    scope: 'project',
    project_id: values.projectId,
    repository_pattern: null,
    tag_pattern: null,
    expires_at: null,
    created_at: values.now,
  }),
);

/** A project begins with one role in it: its owner's. */
export async function grantToOwner(
  tx: Tx,
  input: { projectId: number; ownerId: number; now: number },
): Promise<void> {
  await tx.run(insertOwnerGrant, input);
}

const insertGroupGrants = prepare(
  (db, values: { projectId: number; group: string; role: string; now: number }) =>
    db
      .insertInto('grant')
      .columns(['principal_kind', 'principal_id', 'role', 'scope', 'project_id', 'created_at'])
      .expression((from) =>
        from
          .selectFrom('user_group')
          .where('name', '=', values.group)
          .select([
            sql.lit('group').as('kind'),
            'user_group.id',
            sql<string>`cast(${values.role} as text)`.as('role'),
            sql.lit('project').as('scope'),
            sql<number>`cast(${values.projectId} as bigint)`.as('project'),
            sql<number>`cast(${values.now} as bigint)`.as('now'),
          ]),
      )
      .onConflict((conflict) => conflict.doNothing()),
);

/** A role in a new project for every group of that name, whatever its type. */
export async function grantToGroup(
  tx: Tx,
  input: { projectId: number; group: string; role: string; now: number },
): Promise<void> {
  await tx.run(insertGroupGrants, input);
}

const keptRoles = prepare((db, values: { projectId: number }) =>
  db
    .selectFrom('grant')
    .select(['principal_kind', 'principal_id', 'role', 'scope', 'repository_pattern', 'tag_pattern'])
    .select(['expires_at', 'created_at'])
    .where('project_id', '=', values.projectId)
    .where('principal_kind', 'in', [sql.lit('user' as const), sql.lit('group' as const)])
    .orderBy('id'),
);

/** What people and groups are granted in a project, with which it comes back out of the trash. */
export function rolesToKeep(tx: Tx, projectId: number) {
  return tx.all(keptRoles, { projectId });
}

const removeGrants = prepare((db, values: { projectId: number }) =>
  db.deleteFrom('grant').where('project_id', '=', values.projectId),
);

export async function deleteGrantsOf(tx: Tx, projectId: number): Promise<void> {
  await tx.run(removeGrants, { projectId });
}

const removeRobotGrants = prepare((db, values: { projectId: number }) =>
  db
    .deleteFrom('grant')
    .where('principal_kind', '=', 'robot')
    .where('principal_id', 'in', (robots) =>
      robots.selectFrom('robot').select('robot.id').where('robot.project_id', '=', values.projectId),
    ),
);

const removeRobots = prepare((db, values: { projectId: number }) =>
  db.deleteFrom('robot').where('project_id', '=', values.projectId),
);

/** The robot accounts that belong to the project; those of the system lose their grants in it and stay. */
export async function deleteRobotsOf(tx: Tx, projectId: number): Promise<void> {
  await tx.run(removeRobotGrants, { projectId });
  await tx.run(removeRobots, { projectId });
}

type Strength = 'forUpdate' | 'forNoKeyUpdate' | 'forKeyShare';

/** The live project, locked on PostgreSQL; on SQLite writers take turns anyway. */
function locking(strength: Strength) {
  return prepare((db, values: { id: number }, dialect) => {
    const query = db
      .selectFrom('project')
      .select(['id', 'name', 'public', 'sparse_manifests'])
      .where('id', '=', values.id)
      .where('deleted_at', 'is', null);
    return dialect === 'postgres' ? query[strength]() : query;
  });
}

const lockToDelete = locking('forUpdate');

/** Waits for whoever pushes into the project, and keeps them all out until the transaction ends. */
export async function lockProjectToDelete(tx: Tx, id: number): Promise<Project | undefined> {
  return toProject(await tx.first(lockToDelete, { id }));
}

const lockToUpdate = locking('forNoKeyUpdate');

/** Pushers do not wait for it. */
export async function lockProjectToUpdate(tx: Tx, id: number): Promise<Project | undefined> {
  return toProject(await tx.first(lockToUpdate, { id }));
}

const keep = locking('forKeyShare');

/** The live project, kept from being deleted until the transaction ends. */
export async function keepProject(tx: Tx, id: number): Promise<Project | undefined> {
  return toProject(await tx.first(keep, { id }));
}

const update = prepare((db, values: { id: number; public: number; sparseManifests: number; now: number }) =>
  db
    .updateTable('project')
    .set({
      public: values.public,
      sparse_manifests: values.sparseManifests,
      updated_at: values.now,
    })
    .where('id', '=', values.id),
);

export async function updateProjectRow(tx: Tx, project: Project, now: number): Promise<void> {
  await tx.run(update, {
    id: project.id,
    public: project.public ? 1 : 0,
    sparseManifests: project.sparseManifests ? 1 : 0,
    now,
  });
}

const tooLong = prepare((db, values: { projectId: number; maxLength: number }) =>
  db
    .selectFrom('repository')
    .select('full_name')
    .where('project_id', '=', values.projectId)
    .where('deleted_at', 'is', null)
    .where(sql<number>`length(full_name)`, '>', values.maxLength)
    .limit(1),
);

/** A repository of the project whose full name is longer than that. */
export async function findTooLong(
  tx: Tx,
  input: { projectId: number; maxLength: number },
): Promise<string | undefined> {
  return (await tx.first(tooLong, input))?.full_name;
}

const dropProject = prepare((db, values: { id: number }) =>
  db.deleteFrom('project').where('id', '=', values.id),
);

const putName = prepare((db, values: { id: number; name: string; now: number }) =>
  db.updateTable('project').set({ name: values.name, updated_at: values.now }).where('id', '=', values.id),
);

const putNames = prepare((db, values: { projectId: number; start: number; name: string }) =>
  db
    .updateTable('repository')
    .set({ full_name: sql<string>`${values.name} || substr(full_name, ${values.start})` })
    .where('project_id', '=', values.projectId)
    .where('deleted_at', 'is', null),
);

/**
 * Behind `lockProjectToDelete`: the project gets the name, and with it its repositories. False: another live project has
 * it. A row of its own takes the name first, since that waits for whoever is about to take it or to give it up.
 */
export async function takeProjectName(
  tx: Tx,
  input: { projectId: number; before: string; name: string; now: number },
): Promise<boolean> {
  const { projectId, before, name, now } = input;
  const place = await tx.first(add, {
    name,
    ownerId: await ownerOf(tx, projectId),
    public: 0,
    sparseManifests: 0,
    now,
  });
  if (place === undefined) return false;
  await tx.run(dropProject, { id: place.id });
  await tx.run(putName, { id: projectId, name, now });
  await tx.run(putNames, { projectId, start: before.length + 1, name });
  return true;
}

const owner = prepare((db, values: { id: number }) =>
  db.selectFrom('project').select('owner_id').where('id', '=', values.id),
);

async function ownerOf(tx: Tx, id: number): Promise<number> {
  return (await tx.first(owner, { id }))?.owner_id ?? 0;
}

interface Trashing {
  readonly projectId: number;
  readonly trashId: number;
  readonly now: number;
  readonly purgeAfter: number;
}

const trash = prepare((db, values: { projectId: number; now: number; purgeAfter: number }) =>
  db
    .updateTable('project')
    .set({ deleted_at: values.now, purge_after: values.purgeAfter, updated_at: values.now })
    .where('id', '=', values.projectId),
);

const trashRepositories = prepare((db, values: { [K in keyof Trashing]: Trashing[K] }) =>
  db
    .updateTable('repository')
    .set({
      deleted_at: values.now,
      purge_after: values.purgeAfter,
      updated_at: values.now,
      trash_id: values.trashId,
    })
    .where('project_id', '=', values.projectId)
    .where('deleted_at', 'is', null),
);

/** The project and its repositories: their names are free from then on. */
export async function trashProject(tx: Tx, input: Trashing): Promise<void> {
  const { projectId, now, purgeAfter } = input;
  await tx.run(trashRepositories, { ...input });
  await tx.run(trash, { projectId, now, purgeAfter });
}

const endUploads = prepare((db, values: { projectId: number }) =>
  db
    .updateTable('upload')
    .set({ principal: '', lease_holder: null, expires_at: 0 })
    .where('project_id', '=', values.projectId)
    .where('finished_digest', 'is', null),
);

const forgetFinished = prepare((db, values: { projectId: number }) =>
  db.deleteFrom('upload').where('project_id', '=', values.projectId).where('finished_digest', 'is not', null),
);

/**
 * Nobody can go on with an upload of the project: it belongs to nobody, whoever held it has lost the lease, and it
 * has expired. The rows stay until the sweeper has taken away what was staged, not before the lease has run out.
 */
export async function endUploadsOf(tx: Tx, projectId: number): Promise<void> {
  await tx.run(forgetFinished, { projectId });
  await tx.run(endUploads, { projectId });
}
