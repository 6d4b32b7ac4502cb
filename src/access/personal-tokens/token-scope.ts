import { formatAccessList } from '../grants/access-list.ts';
import { gives } from '../grants/gives.ts';
import type { Grant } from '../grants/grant-reads.ts';
import {
  isWithin,
  parseRepositoryPattern,
  patternText,
  type RepositoryPattern,
} from '../grants/repository-pattern.ts';
import { type Permission, permissions } from '../grants/roles.ts';

/** What a token may be limited to: each brings what clients need for it. */
export const tokenActions = ['pull', 'push', 'delete', 'read'] as const;
export type TokenAction = (typeof tokenActions)[number];

/** What a token may do where; more than its owner may it never does. */
export interface TokenScope {
  readonly actions: readonly TokenAction[];
  /** Null: everywhere. */
  readonly projectId: number | null;
  /** A path in the project, `folder/**` or `**`; null: the project as such. */
  readonly repositoryPattern: string | null;
}

const pull: readonly Permission[] = [
  'repository:pull',
  'repository:read',
  'repository:list',
  'artifact:read',
  'artifact:list',
  'artifact-addition:read',
  'accessory:list',
  'tag:list',
];

const conferred: Readonly<Record<TokenAction, readonly Permission[]>> = {
  pull,
  push: [
    ...pull,
    'repository:push',
    'repository:create',
    'artifact:create',
    'tag:create',
    'artifact-label:create',
    'artifact-label:delete',
  ],
  delete: ['repository:delete', 'artifact:delete', 'tag:delete'],
  read: permissions.filter((permission) => /:(?:read|list)$/.test(permission)),
};

/** The role of a grant that a token has narrowed: it is none of Harbor's, and what counts is its list. */
export const narrowedRole = 'by a token';

/** What is left of somebody's grants by a token of these limits: each grant, cut down to each limit. */
export function narrowGrants(grants: readonly Grant[], scopes: readonly TokenScope[]): Grant[] {
  return scopes.flatMap((scope) => grants.flatMap((grant) => narrow(grant, scope)));
}

function narrow(grant: Grant, scope: TokenScope): Grant[] {
  const place = placeWithin(grant, scope);
  if (place === undefined) return [];
  const wanted = new Set(scope.actions.flatMap((action) => conferred[action]));
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
