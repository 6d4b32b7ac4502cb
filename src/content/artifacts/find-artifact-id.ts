import type { Reference } from '../../lib/oci/tag.ts';
import type { Queries } from '../../platform/db/database.ts';
import { findCanonical } from '../blobs/blob-reads.ts';
import { type FoundArtifact, findHeld, findTagged } from './dependents-reads.ts';

/** The artifact of a repository that a tag or any of its digests stands for. */
export async function findArtifactId(
  db: Queries,
  repositoryId: number,
  reference: Reference,
): Promise<FoundArtifact | undefined> {
  if (reference.kind === 'tag') return findTagged(db, repositoryId, reference.tag);
  const digest = await findCanonical(db, reference.digest);
  return digest === undefined ? undefined : findHeld(db, repositoryId, digest);
}
