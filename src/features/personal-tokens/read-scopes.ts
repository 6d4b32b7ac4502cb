import { type Action, actions as actionWords, isAction } from '../../access/grants/actions.ts';
import type { TokenScope } from '../../access/personal-tokens/token-scope.ts';
import { findProject } from '../../access/projects/project-reads.ts';
import type { SignedInAsker } from '../../access/rest-route.ts';
import { AppError } from '../../lib/errors.ts';
import { parseRepositoryPattern } from '../../lib/oci/repository-pattern.ts';
import type { Queries } from '../../platform/db/database.ts';
import type { Bound } from '../../platform/http/api/schema.ts';
import type { newTokenBody } from './token-view.ts';

const maxScopes = 100;

type Given = NonNullable<Bound<typeof newTokenBody>['scopes']>;

export type ReadScope = TokenScope & { readonly place: string };

/**
 * The limits that a new token is to have. They may name what its owner has no right to, which gives none; a project
 * that the owner cannot see does not exist.
 * @throws AppError BAD_REQUEST, NOT_FOUND
 */
export async function readScopes(
  db: Queries,
  asker: SignedInAsker,
  given: Given | undefined,
): Promise<readonly ReadScope[] | undefined> {
  if (given === undefined) return undefined;
  if (given.length === 0 || given.length > maxScopes)
    throw bad(
      `a token is limited to 1 to ${maxScopes} places`,
      'leave scopes out for one that may do what you may',
    );
  const scopes: ReadScope[] = [];
  for (const { where = '', actions = [] } of given) {
    const place = await readPlace(db, asker, where);
    scopes.push({ ...place, place: where, actions: readActions(actions) });
  }
  return scopes;
}

function readActions(given: readonly string[]): Action[] {
  const unknown = given.find((action) => !isAction(action));
  if (given.length === 0 || unknown !== undefined)
    throw bad(
      given.length === 0 ? 'a limit without actions' : `"${(unknown ?? '').slice(0, 50)}" is no action`,
      `actions are ${actionWords.join(', ')}`,
    );
  return actionWords.filter((action) => given.includes(action));
}

async function readPlace(
  db: Queries,
  { grants, now }: SignedInAsker,
  where: string,
): Promise<Pick<TokenScope, 'projectId' | 'repositoryPattern'>> {
  if (where === '*') return { projectId: null, repositoryPattern: null };
  const slash = where.indexOf('/');
  const name = slash < 0 ? where : where.slice(0, slash);
  const pattern = slash < 0 ? null : where.slice(slash + 1);
  if (
    !/^[a-z0-9._-]{1,255}$/.test(name) ||
    (pattern !== null && parseRepositoryPattern(pattern) === undefined)
  )
    throw bad(
      `"${where.slice(0, 255)}" names no place`,
      'write a project (pay), a repository (pay/api), all below a folder (pay/team/**), or * for everywhere',
    );
  const project = await findProject(db, name);
  const visible =
    project !== undefined &&
    (project.public ||
      grants.some(
        ({ scope, projectId, expiresAt }) =>
          (scope === 'system' || projectId === project.id) && (expiresAt === null || expiresAt > now),
      ));
  if (!visible) throw new AppError('NOT_FOUND', { message: `project ${name} not found` });
  return { projectId: project.id, repositoryPattern: pattern };
}

function bad(message: string, detail: string): AppError {
  return new AppError('BAD_REQUEST', { message, detail });
}
