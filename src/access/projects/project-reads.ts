import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

export interface Project {
  readonly id: number;
  readonly name: string;
  readonly public: boolean;
  /** Manifests are taken although what they refer to is not there. */
  readonly sparseManifests: boolean;
}

interface Row {
  readonly id: number;
  readonly name: string;
  readonly public: number;
  readonly sparse_manifests: number;
}

const byName = prepare((db, values: { name: string }) =>
  db
    .selectFrom('live_project')
    .select(['id', 'name', 'public', 'sparse_manifests'])
    .where('name', '=', values.name),
);

export async function findProject(db: Queries, name: string): Promise<Project | undefined> {
  // PostgreSQL takes no such text.
  return name.includes('\0') ? undefined : toProject(await db.first(byName, { name }));
}

const byId = prepare((db, values: { id: number }) =>
  db
    .selectFrom('live_project')
    .select(['id', 'name', 'public', 'sparse_manifests'])
    .where('id', '=', values.id),
);

export async function findProjectById(db: Queries, id: number): Promise<Project | undefined> {
  return toProject(await db.first(byId, { id }));
}

export function toProject(row: Row | undefined): Project | undefined {
  if (row === undefined) return undefined;
  return {
    id: row.id,
    name: row.name,
    public: row.public === 1,
    sparseManifests: row.sparse_manifests === 1,
  };
}

const owner = prepare((db, values: { id: number }) =>
  db.selectFrom('user').select('username').where('id', '=', values.id).where('deleted_at', 'is', null),
);

/** The name of an account that can own a project. */
export async function findOwnerName(db: Queries, id: number): Promise<string | undefined> {
  return (await db.first(owner, { id }))?.username;
}

const owned = prepare((db, values: { ownerId: number }) =>
  db
    .selectFrom('live_project')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('owner_id', '=', values.ownerId),
);

export async function countOwned(db: Queries, ownerId: number): Promise<number> {
  return Number((await db.first(owned, { ownerId }))?.count ?? 0);
}

const inGroups = prepare((db, values: { userId: number }) =>
  db
    .selectFrom('user_group_member')
    .innerJoin('user_group', 'user_group.id', 'user_group_member.group_id')
    .select('user_group.name')
    .where('user_group_member.user_id', '=', values.userId),
);

export async function groupNamesOf(db: Queries, userId: number): Promise<string[]> {
  return (await db.all(inGroups, { userId })).map(({ name }) => name);
}

const liveContent = prepare((db, values: { projectId: number }) =>
  db
    .selectFrom('live_repository')
    .innerJoin('live_artifact', 'live_artifact.repository_id', 'live_repository.id')
    .select('live_repository.full_name')
    .where('live_repository.project_id', '=', values.projectId)
    .limit(1),
);

/** The name of a repository of the project that holds an artifact, if there is one. */
export async function findFilledRepository(db: Queries, projectId: number): Promise<string | undefined> {
  return (await db.first(liveContent, { projectId }))?.full_name;
}
