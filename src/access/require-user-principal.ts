import { AppError } from '../lib/errors.ts';
import type { SignedInPrincipal, UserPrincipal } from './principal.ts';

/**
 * For what only users have, such as a password of their own.
 * @throws AppError NOT_A_USER
 */
export function requireUserPrincipal(principal: SignedInPrincipal): UserPrincipal {
  if (principal.kind === 'user') return principal;
  throw new AppError('NOT_A_USER', { message: `${principal.robotName} is a robot account, not a user` });
}
