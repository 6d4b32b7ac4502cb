import { canOnSystem } from '../../access/authorize.ts';
import { requireWholeAccount } from '../../access/personal-tokens/require-whole-account.ts';
import type { SignedInAsker } from '../../access/rest-route.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Settings } from '../../platform/settings/settings.ts';

/** @throws AppError DENIED to who may not make projects, nor give one another name */
export async function requireCreator(
  deps: { readonly db: Database; readonly settings: Settings },
  { principal, grants, now }: SignedInAsker,
): Promise<void> {
  const creates = canOnSystem(grants, 'project:create', now);
  if (deps.settings.get('project_creation_restriction') === 'adminonly' && !creates) {
    throw new AppError('DENIED', {
      message: 'only administrators of the system may make projects',
      detail: 'ask one of them',
    });
  }
  await requireWholeAccount(deps, principal, 'make projects');
  if (principal.kind === 'robot' && !creates)
    throw new AppError('DENIED', { message: `${principal.robotName} may not create projects` });
}
