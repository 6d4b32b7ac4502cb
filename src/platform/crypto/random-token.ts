import { randomBytes } from 'node:crypto';

/** 256 bits that nobody can guess, in letters that cookies and addresses take. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url');
}
