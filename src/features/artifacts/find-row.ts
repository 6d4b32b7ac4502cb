import { findArtifactId } from '../../content/artifacts/find-artifact-id.ts';
import { type ArtifactRow, findArtifact } from '../../content/artifacts/shown/artifact-page-reads.ts';
import { findVisibleRepositoryId } from '../../content/repositories/repository-reads.ts';
import { AppError } from '../../lib/errors.ts';
import { parseReference } from '../../lib/oci/tag.ts';
import type { Database } from '../../platform/db/database.ts';

/**
 * The artifact of a path that ends with a tag or a digest.
 * @throws AppError NOT_FOUND; DIGEST_INVALID or TAG_INVALID for what is neither
 */
export async function findRow(
  deps: { readonly db: Database },
  repositoryName: string,
  text: string,
): Promise<ArtifactRow> {
  const reference = parseReference(text);
  const { reader } = deps.db;
  const repositoryId = await findVisibleRepositoryId(reader, repositoryName);
  const found =
    repositoryId === undefined ? undefined : await findArtifactId(reader, repositoryId, reference);
  const row =
    found === undefined || repositoryId === undefined
      ? undefined
      : await findArtifact(reader, repositoryId, found.digest);
  if (row !== undefined) return row;
  const name = reference.kind === 'tag' ? `:${text}` : `@${text}`;
  throw new AppError('NOT_FOUND', { message: `artifact ${repositoryName}${name} not found` });
}
