import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';

/**
 * @param expiresAt null: never
 * @throws AppError BAD_REQUEST for a role that would have ended already
 */
export function requireFutureEnd(expiresAt: number | null, now: number): void {
  if (expiresAt === null || (Number.isSafeInteger(expiresAt) && expiresAt > now)) return;
  throw new AppError('BAD_REQUEST', {
    message: 'the role would have ended already',
    because: because('ended already', {}),
  });
}
