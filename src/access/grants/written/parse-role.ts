import { AppError } from '../../../lib/errors.ts';
import { nearest } from '../../../platform/config/nearest.ts';
import { duties } from '../../roles/duties.ts';
import type { OwnRole } from '../../roles/role-reads.ts';
import { projectRoles, systemAdmin } from '../roles.ts';

const builtIn: readonly string[] = [...projectRoles, systemAdmin, ...duties];

/**
 * A role as somebody writes it: in any case, with hyphens or without, so `limitedguest` and `limited-guest` are
 * `limitedGuest`. Those of the registry's own are written as they are.
 * @throws AppError BAD_REQUEST
 */
export function parseRole(text: string, own: readonly Pick<OwnRole, 'name'>[]): string {
  const names = own.map(({ name }) => name);
  const found = builtInRole(text) ?? names.find((role) => role === text);
  if (found !== undefined) return found;
  const roles = [...builtIn, ...names];
  const word = text.slice(0, 64);
  const near = nearest(word, roles);
  throw new AppError('BAD_REQUEST', {
    message: `there is no role "${word}"`,
    detail: near === undefined ? `the roles are ${roles.join(', ')}` : `did you mean ${near}?`,
  });
}

/** Undefined for what is not the name of a role that every registry has. */
export function builtInRole(text: string): string | undefined {
  return builtIn.find((role) => plain(role) === plain(text));
}

function plain(text: string): string {
  return text.toLowerCase().replaceAll('-', '');
}
