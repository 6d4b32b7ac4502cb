import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

export interface Project {
  readonly id: number;
  readonly name: string;
  readonly public: boolean;
  /** Manifests are taken although what they refer to is not there. */
  readonly sparseManifests: boolean;
}

const byName = prepare((db, values: { name: string }) =>
  db.selectFrom('live_project').select(['id', 'public', 'sparse_manifests']).where('name', '=', values.name),
);

export async function findProject(db: Queries, name: string): Promise<Project | undefined> {
  const row = await db.first(byName, { name });
  if (row === undefined) return undefined;
  return { id: row.id, name, public: row.public === 1, sparseManifests: row.sparse_manifests === 1 };
}

const byId = prepare((db, values: { id: number }) =>
  db
    .selectFrom('live_project')
    .select(['id', 'name', 'public', 'sparse_manifests'])
    .where('id', '=', values.id),
);

export async function findProjectById(db: Queries, id: number): Promise<Project | undefined> {
  const row = await db.first(byId, { id });
  if (row === undefined) return undefined;
  return { id, name: row.name, public: row.public === 1, sparseManifests: row.sparse_manifests === 1 };
}
