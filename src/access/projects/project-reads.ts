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

const all = prepare((db, values: { after: string; count: number }) =>
  db
    .selectFrom('live_project')
    .innerJoin('user', 'user.id', 'live_project.owner_id')
    .innerJoin('project_usage', 'project_usage.project_id', 'live_project.id')
    .select([
      'live_project.id',
      'live_project.name',
      'live_project.public',
      'live_project.sparse_manifests as sparseManifests',
      'user.username as owner',
      'project_usage.used_bytes as usedBytes',
      'live_project.created_at as createdAt',
    ])
    .where('live_project.name', '>', values.after)
    .orderBy('live_project.name')
    .limit(values.count),
);

/** By name, after `after` (exclusive). */
export async function pageOfProjects(db: Queries, after: string, count: number) {
  const rows = await db.all(all, { after, count });
  return rows.map((row) => ({
    ...row,
    public: row.public === 1,
    sparseManifests: row.sparseManifests === 1,
  }));
}
