import { AppError } from '../../../lib/errors.ts';
import { nearest } from '../../../platform/config/nearest.ts';
import { projectRoles, type RoleName, systemAdmin } from '../roles.ts';

const roles: readonly RoleName[] = [...projectRoles, systemAdmin];

/**
 * A role as somebody writes it: in any case, with hyphens or without, so `limitedguest` and `limited-guest` are
 * `limitedGuest`.
 * @throws AppError BAD_REQUEST
 */
export function parseRole(text: string): RoleName {
  const found = roles.find((role) => plain(role) === plain(text));
  if (found !== undefined) return found;
  const word = text.slice(0, 64);
  const near = nearest(word, roles);
  throw new AppError('BAD_REQUEST', {
    message: `there is no role "${word}"`,
    detail: near === undefined ? `the roles are ${roles.join(', ')}` : `did you mean ${near}?`,
  });
}

function plain(text: string): string {
  return text.toLowerCase().replaceAll('-', '');
}
