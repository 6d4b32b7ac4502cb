import { readsSystem } from '../../access/authorize.ts';
import type { SignedInAsker } from '../../access/rest-route.ts';
import { visibleTo } from '../../access/visible.ts';
import { countRepositories } from '../../content/repositories/repository-count-reads.ts';
import type { Database } from '../../platform/db/database.ts';
import type { ObjectSchema } from '../../platform/http/api/schema.ts';
import { countProjects, usedBytesOfAll } from './project-count-store.ts';

const count = { type: 'integer', format: 'int64' } as const;

export const statistic: ObjectSchema = {
  type: 'object',
  properties: {
    private_project_count: count,
    private_repo_count: count,
    public_project_count: count,
    public_repo_count: count,
    total_project_count: { ...count, description: 'For administrators of the system and auditors; else 0.' },
    total_repo_count: { ...count, description: 'For administrators of the system and auditors; else 0.' },
    total_storage_consumption: {
      ...count,
      description: 'Bytes that the projects use, for administrators of the system and auditors; else 0.',
    },
  },
};

/** How many projects and repositories the asker sees. */
export async function readStatistic(
  { db }: { readonly db: Database },
  { grants, now }: SignedInAsker,
): Promise<Readonly<Record<string, number>>> {
  const [projects, repositories] = await Promise.all([
    countProjects(db.reader, visibleTo(grants, 'project:read', now)),
    countRepositories(db.reader, visibleTo(grants, 'repository:list', now)),
  ]);
  const all = readsSystem(grants, now);
  return {
    private_project_count: projects.private,
    private_repo_count: repositories.private,
    public_project_count: projects.public,
    public_repo_count: repositories.public,
    total_project_count: all ? projects.private + projects.public : 0,
    total_repo_count: all ? repositories.private + repositories.public : 0,
    total_storage_consumption: all ? await usedBytesOfAll(db.reader) : 0,
  };
}
