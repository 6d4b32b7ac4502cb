import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import type { SignedInPrincipal } from '../principal.ts';
import { limitsOfToken } from './token-reads.ts';

/**
 * For what every account may do, whatever its grants: a token that is limited may not.
 * @throws AppError DENIED
 */
export async function requireWholeAccount(
  deps: { readonly db: Database },
  principal: SignedInPrincipal,
  deed: string,
): Promise<void> {
  if (principal.kind !== 'user' || principal.personalToken === undefined) return;
  if ((await limitsOfToken(deps.db.reader, principal.personalToken)) === undefined) return;
  throw new AppError('DENIED', {
    message: `${principal.username} may not ${deed} with this token: it is limited to other things`,
    detail: 'use a token without limits, or the password',
  });
}
