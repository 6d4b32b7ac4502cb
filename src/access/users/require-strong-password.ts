import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import { isWeakPassword } from './is-weak-password.ts';

const maxLength = 128;

/** @throws AppError BAD_REQUEST */
export function requireStrongPassword(password: string, allowWeak = false): void {
  if (password.length > maxLength) {
    throw new AppError('BAD_REQUEST', {
      message: `the password is longer than ${maxLength} characters`,
      because: because('text too long', { what: 'password', most: String(maxLength) }),
    });
  }
  if (password !== '' && (allowWeak || !isWeakPassword(password))) return;
  throw new AppError('BAD_REQUEST', {
    message: 'the password is too easy to guess; use at least 12 characters, or 8 of three kinds',
    because: because('password weak', {}),
  });
}
