import { isAction } from '../../access/grants/actions.ts';
import { permissions } from '../../access/grants/roles.ts';
import { systemPermissions } from '../../access/grants/system-permissions.ts';
import { builtInRole } from '../../access/grants/written/parse-role.ts';
import type { OwnRole } from '../../access/roles/role-reads.ts';
import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import type { Bound, ObjectSchema } from '../../platform/http/api/schema.ts';

const list = {
  type: 'array',
  description: 'What it confers, each as "resource:action" (repository:pull).',
  items: { type: 'string' },
} as const;

export const changedRoleBody = {
  type: 'object',
  properties: { permissions: list },
} as const satisfies ObjectSchema;

export const newRoleBody = {
  type: 'object',
  properties: {
    name: { type: 'string', description: 'Small letters, digits and hyphens.' },
    level: {
      type: 'string',
      description:
        '"project": it is given in projects and on repositories of them; "system": on the system, for what is about it.',
    },
    permissions: list,
  },
} as const satisfies ObjectSchema;

/** @throws AppError BAD_REQUEST */
export function parseNewRole(body: Bound<typeof newRoleBody>): OwnRole {
  const { name = '', level } = body;
  requireName(name);
  if (level !== 'system' && level !== 'project')
    throw new AppError('BAD_REQUEST', { message: 'the level of a role is "system" or "project"' });
  return { name, level, permissions: parsePermissions(level, body.permissions) };
}

/** @throws AppError BAD_REQUEST */
export function parsePermissions(
  level: 'system' | 'project',
  given: readonly string[] | undefined,
): readonly string[] {
  const known: readonly string[] = level === 'system' ? systemPermissions : permissions;
  const what = level === 'system' ? 'on the system' : 'in projects';
  if (given === undefined || given.length === 0)
    throw new AppError('BAD_REQUEST', {
      message: 'a role needs permissions',
      detail: `those ${what} are ${known.join(', ')}`,
      because: because('none chosen', { what: 'permissions' }),
    });
  const unknown = given.find((permission) => !known.includes(permission));
  if (unknown === undefined) return given;
  throw new AppError('BAD_REQUEST', {
    message: `there is no permission "${unknown.slice(0, 64)}" ${what}`,
    detail: `there are ${known.join(', ')}`,
  });
}

/** What stands where roles and actions are named must mean one thing. */
function requireName(name: string): void {
  if (!/^[a-z][a-z0-9-]{1,62}$/.test(name))
    throw new AppError('BAD_REQUEST', {
      message: `"${name.slice(0, 64)}" cannot be the name of a role`,
      detail: 'write 2 to 63 small letters, digits and hyphens, with a letter first',
      because: because('form wrong', { what: 'name', form: 'role name' }),
    });
  // What robots are given is told by words that begin so.
  const taken = builtInRole(name) !== undefined || isAction(name) || name.startsWith('robot-');
  if (taken)
    throw new AppError('BAD_REQUEST', {
      message: `"${name}" has a meaning already: choose another name`,
      because: because('name reserved', { name }),
    });
}
