import { requireInProject } from '../../../access/denied.ts';
import { findProject } from '../../../access/projects/project-reads.ts';
import type { Asker } from '../../../access/rest-route.ts';
import { AppError } from '../../../lib/errors.ts';
import { type RepositoryName, readRepositoryName } from '../../../lib/oci/repository-name.ts';
import { parseReference, type Reference } from '../../../lib/oci/tag.ts';
import type { Database } from '../../../platform/db/database.ts';

interface Source {
  readonly source: { readonly repositoryName: RepositoryName; readonly reference: Reference };
  /** The reference as it was given. */
  readonly text: string;
}

/**
 * An artifact that a parameter names. Who reads a description without being allowed to pull does not get the content by
 * another way.
 * @throws AppError BAD_REQUEST, UNAUTHORIZED, DENIED, NOT_FOUND
 */
export async function readSource(
  deps: { readonly db: Database },
  asker: Asker,
  given: { readonly parameter: string; readonly value: string },
): Promise<Source> {
  const [, name = '', byTag, byDigest] =
    /^([^:@]{1,255})(?::([^:@]{1,128})|@([^@]{1,320}))$/.exec(given.value) ?? [];
  const text = byTag ?? byDigest ?? '';
  const parsed = readRepositoryName(name, '');
  if (parsed === undefined || text === '') {
    throw new AppError('BAD_REQUEST', {
      message: `${given.parameter} names no artifact`,
      detail: 'write project/repository:tag or project/repository@digest',
    });
  }
  const reference = parseReference(text);
  const project = await findProject(deps.db.reader, parsed.project);
  for (const permission of ['artifact:read', 'repository:pull'] as const) {
    await requireInProject(deps, asker, {
      permission,
      project,
      named: parsed.project,
      path: parsed.path,
      ...(reference.kind === 'tag' ? { tag: reference.tag } : {}),
    });
  }
  return { source: { repositoryName: parsed.fullName, reference }, text };
}
