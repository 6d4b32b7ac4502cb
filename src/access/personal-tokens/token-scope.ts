import {
  isWithin,
  parseRepositoryPattern,
  patternText,
  type RepositoryPattern,
} from '../../lib/oci/repository-pattern.ts';
import { formatAccessList } from '../grants/access-list.ts';
import { type Action, permissionsOfAction } from '../grants/actions.ts';
import { gives } from '../grants/gives.ts';
import type { Grant } from '../grants/grant-reads.ts';

/** What a token may do where; more than its owner may it never does. */
export interface TokenScope {
  readonly actions: readonly Action[];
  /** Null: everywhere. */
  readonly projectId: number | null;
  /** A path in the project, `folder/**` or `**`; null: the project as such. */
  readonly repositoryPattern: string | null;
}

/** The role of a grant that a token has narrowed: it is none of Harbor's, and what counts is its list. */
export const narrowedRole = 'by a token';

/** What is left of somebody's grants by a token of these limits: each grant, cut down to each limit. */
export function narrowGrants(grants: readonly Grant[], scopes: readonly TokenScope[]): Grant[] {
  return scopes.flatMap((scope) => grants.flatMap((grant) => narrow(grant, scope)));
}

function narrow(grant: Grant, scope: TokenScope): Grant[] {
  const place = placeWithin(grant, scope);
  if (place === undefined) return [];
  const wanted = new Set(scope.actions.flatMap((action) => permissionsOfAction[action]));
  const left = [...wanted].filter((permission) => gives(grant, permission));
  if (left.length === 0) return [];
  const lines = left.map((permission) => {
    const [resource = '', action = ''] = permission.split(':');
    return { resource, action, effect: '' } as const;
  });
  const { tagPattern, expiresAt } = grant;
  return [{ ...place, role: narrowedRole, tagPattern, expiresAt, permissions: formatAccessList(lines) }];
}

type Place = Pick<Grant, 'scope' | 'projectId' | 'repositoryPattern'>;

/** The narrower of both places; undefined where they have nothing in common. */
function placeWithin(grant: Grant, { projectId, repositoryPattern }: TokenScope): Place | undefined {
  const { scope, projectId: granted } = grant;
  if (projectId === null) return { scope, projectId: granted, repositoryPattern: grant.repositoryPattern };
  if (granted !== null && granted !== projectId) return undefined;
  if (scope !== 'repository') {
    return repositoryPattern === null
      ? { scope: 'project', projectId, repositoryPattern: null }
      : { scope: 'repository', projectId, repositoryPattern };
  }
  if (repositoryPattern === null)
    return { scope: 'repository', projectId, repositoryPattern: grant.repositoryPattern };
  const common = commonOf(
    parseRepositoryPattern(grant.repositoryPattern ?? ''),
    parseRepositoryPattern(repositoryPattern),
  );
  return common === undefined
    ? undefined
    : { scope: 'repository', projectId, repositoryPattern: patternText(common) };
}

function commonOf(
  one: RepositoryPattern | undefined,
  other: RepositoryPattern | undefined,
): RepositoryPattern | undefined {
  if (one === undefined || other === undefined) return undefined;
  if (isWithin(one, other)) return one;
  return isWithin(other, one) ? other : undefined;
}
