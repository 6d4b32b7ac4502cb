import type { Queries } from '../../../platform/db/database.ts';
import type { RepositoryFilter } from '../../repositories/repository-reads.ts';

/** Whether an artifact in one of these repositories brings that picture. */
export async function isIconOf(db: Queries, digest: string, visible: RepositoryFilter): Promise<boolean> {
  const found = await db.builder
    .selectFrom('manifest_detail')
    .innerJoin('live_artifact', 'live_artifact.blob_id', 'manifest_detail.blob_id')
    .innerJoin('live_repository', 'live_repository.id', 'live_artifact.repository_id')
    .innerJoin('live_project', 'live_project.id', 'live_repository.project_id')
    .select('live_artifact.id')
    .where('manifest_detail.icon', '=', digest)
    .where(visible)
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}
