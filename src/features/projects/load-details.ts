import { allowlistsOf, type StoredAllowlist } from '../../access/projects/allowlist-reads.ts';
import { metadataOf, type StoredMetadata } from '../../access/projects/metadata-reads.ts';
import type { Queries } from '../../platform/db/database.ts';

export interface ProjectDetails {
  readonly metadata: StoredMetadata | undefined;
  readonly allowlist: StoredAllowlist | undefined;
}

/** What is kept with each of some projects, read for all of them at once. */
export async function loadDetails(
  db: Queries,
  projectIds: readonly number[],
): Promise<(projectId: number) => ProjectDetails> {
  const [metadata, allowlists] = await Promise.all([
    metadataOf(db, projectIds),
    allowlistsOf(db, projectIds),
  ]);
  return (projectId) => ({ metadata: metadata.get(projectId), allowlist: allowlists.get(projectId) });
}
