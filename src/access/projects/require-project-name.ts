import { AppError } from '../../lib/errors.ts';

/** A repository's name has at most 230 characters, of which its own part needs some. */
const maxLength = 200;
const grammar = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

/**
 * Harbor's form, which every first component of a repository's name has to have.
 * @throws AppError BAD_REQUEST
 */
export function requireProjectName(name: string): void {
  if (name.length <= maxLength && grammar.test(name)) return;
  throw new AppError('BAD_REQUEST', {
    message: `"${name.slice(0, maxLength)}" is not a project name: use lower-case letters, digits and single . _ - between them, at most ${maxLength} characters`,
  });
}
