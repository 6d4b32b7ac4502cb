import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import type { Reserved } from './former-name-reads.ts';

export const dayMs = 24 * 60 * 60 * 1000;

/** What is told of a name that pulls by it still use. The new name is left out: not everybody may know it. */
export function reserved(name: string, { endsAt }: Pick<Reserved, 'endsAt'>): AppError {
  const until = new Date(endsAt).toISOString();
  return new AppError('CONFLICT', {
    message: `the name ${name} was given up by a rename and is kept free until ${until}`,
    detail: 'choose another name, or have an administrator of the system release this one',
    because: because('name kept', { name, until }),
  });
}
