import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';

/**
 * Harbor's rule, by which its clients choose passwords: 8 to 128 characters, a small and a capital letter and a digit
 * among them.
 * @throws AppError BAD_REQUEST
 */
export function requireHarborPassword(password: string): void {
  const isLong = password.length >= 8 && password.length <= 128 && password.isWellFormed();
  if (isLong && [/[a-z]/, /[A-Z]/, /\d/].every((kind) => kind.test(password))) return;
  throw new AppError('BAD_REQUEST', {
    message:
      'the password must have 8 to 128 characters, with at least 1 uppercase letter, 1 lowercase letter and 1 number',
    because: because('password of few kinds', {}),
  });
}
