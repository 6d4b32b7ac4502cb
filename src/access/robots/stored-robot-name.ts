import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';

const maxLength = 255;
const grammar = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

/**
 * The name under which a robot is kept, which nothing else in the registry has: a project's name and its own, with
 * the sign between them that neither has.
 * @throws AppError BAD_REQUEST
 */
export function storedRobotName(name: string, project: string | undefined): string {
  if (!grammar.test(name)) {
    throw new AppError('BAD_REQUEST', {
      message: 'robot name is not in lower case or contains illegal characters',
      detail: 'use lower-case letters and digits with single . _ or - between them',
      because: because('form wrong', { what: 'name', form: 'robot name' }),
    });
  }
  const stored = project === undefined ? name : `${project}+${name}`;
  if (stored.length > maxLength)
    throw new AppError('BAD_REQUEST', {
      message: `the name of the robot has more than ${maxLength} characters`,
      because: because('text too long', { what: 'name', most: String(maxLength) }),
    });
  return stored;
}
