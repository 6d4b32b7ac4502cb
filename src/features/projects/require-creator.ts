import { canOnSystem } from '../../access/authorize.ts';
import { splitList } from '../../access/defaults/require-unlocked.ts';
import { requireWholeAccount } from '../../access/personal-tokens/require-whole-account.ts';
import { groupNamesOf } from '../../access/projects/project-reads.ts';
import type { SignedInAsker } from '../../access/rest-route.ts';
import { type Because, because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Settings } from '../../platform/settings/settings.ts';

interface Deps {
  readonly db: Database;
  readonly settings: Settings;
}

/**
 * @param name that the project is to have
 * @throws AppError DENIED to who may not make projects of that name, nor give one that name
 */
export async function requireCreator(deps: Deps, asker: SignedInAsker, name: string): Promise<void> {
  const { principal, grants, now } = asker;
  const creates = canOnSystem(grants, 'project:create', now);
  if (!creates && deps.settings.get('project_creation_restriction') === 'adminonly')
    throw refused(
      'only administrators of the system may make projects',
      because('project creation restricted', {}),
    );
  await requireWholeAccount(deps, principal, 'make projects');
  if (creates) return;
  if (principal.kind === 'robot') throw refused(`${principal.robotName} may not create projects`);
  const groups = splitList(deps.settings.get('project_creator_groups'));
  if (groups.length > 0) {
    const own = await groupNamesOf(deps.db.reader, principal.id);
    if (!own.some((group) => groups.includes(group)))
      throw refused(
        `only members of ${groups.join(', ')} may make projects (project_creator_groups)`,
        because('project creators', { groups: groups.join(', ') }),
      );
  }
  const pattern = deps.settings.get('project_name_pattern');
  if (pattern !== '' && !matches(pattern, name))
    throw refused(
      `the name of a project has to be like ${pattern} (project_name_pattern)`,
      because('project name pattern', { pattern }),
    );
}

/** For whom the number of projects is limited. */
export function maxOwned(
  { settings }: Pick<Deps, 'settings'>,
  { grants, now }: SignedInAsker,
): { readonly maxOwned?: number } {
  const limit = settings.get('projects_per_user');
  return limit < 0 || canOnSystem(grants, 'project:create', now) ? {} : { maxOwned: limit };
}

/** Part by part, so that no pattern takes long. */
function matches(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return name === first;
  if (!name.startsWith(first) || !name.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at + last.length <= name.length;
}

function refused(message: string, why?: Because): AppError {
  return new AppError('DENIED', {
    message,
    detail: 'ask an administrator of the system',
    ...(why === undefined ? {} : { because: why }),
  });
}
