import { AppError } from '../../../lib/errors.ts';
import { parseRepositoryPattern } from '../../../lib/oci/repository-pattern.ts';

/** Where a grant counts, as people write it. */
export type Place =
  | { readonly kind: 'system' }
  | { readonly kind: 'project'; readonly project: string; readonly repositoryPattern: string | undefined };

/**
 * `system`, a project (`pay`), a repository (`pay/api`), all below a folder (`pay/team/**`) or all (`pay/**`).
 * @throws AppError BAD_REQUEST
 */
export function parsePlace(text: string): Place {
  if (text === 'system') return { kind: 'system' };
  const slash = text.indexOf('/');
  const project = slash < 0 ? text : text.slice(0, slash);
  const repositoryPattern = slash < 0 ? undefined : text.slice(slash + 1);
  const isPattern =
    repositoryPattern === undefined || parseRepositoryPattern(repositoryPattern) !== undefined;
  if (/^[a-z0-9._-]{1,255}$/.test(project) && isPattern)
    return { kind: 'project', project, repositoryPattern };
  throw new AppError('BAD_REQUEST', {
    message: `"${text.slice(0, 255)}" names no place`,
    detail:
      'write system, a project (pay), a repository (pay/api), all below a folder (pay/team/**) or all repositories (pay/**)',
  });
}

export function placeText(of: {
  readonly projectName: string | null;
  readonly repositoryPattern: string | null;
}): string {
  if (of.projectName === null) return 'system';
  return of.repositoryPattern === null ? of.projectName : `${of.projectName}/${of.repositoryPattern}`;
}
