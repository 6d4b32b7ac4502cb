import type { Permission } from '../../access/grants/roles.ts';
import { permissions } from '../../access/grants/roles.ts';
import { type SystemPermission, systemPermissions } from '../../access/grants/system-permissions.ts';
import { AppError } from '../../lib/errors.ts';
import { readRepositoryName } from '../../lib/oci/repository-name.ts';

/** What a question is about: `system`, a project, a repository, or a tag there. */
export type Target =
  | { readonly kind: 'system' }
  | { readonly kind: 'project'; readonly project: string; readonly path?: string; readonly tag?: string };

/** @throws AppError BAD_REQUEST */
export function parseTarget(text: string): Target {
  if (text === 'system') return { kind: 'system' };
  if (/^[a-z0-9._-]{1,255}$/.test(text)) return { kind: 'project', project: text };
  const [, name = '', tag] = /^([^:]*)(?::([a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}))?$/.exec(text) ?? [];
  const parsed = name.includes('/') ? readRepositoryName(name, '') : undefined;
  if (parsed === undefined)
    throw new AppError('BAD_REQUEST', {
      message: `"${text.slice(0, 255)}" names no place`,
      detail: 'write system, a project (pay), a repository (pay/api) or a tag there (pay/api:v1)',
    });
  const { project, path } = parsed;
  return { kind: 'project', project, path, ...(tag === undefined ? {} : { tag }) };
}

const words: Readonly<Record<string, Permission>> = {
  pull: 'repository:pull',
  push: 'repository:push',
  delete: 'repository:delete',
};

/**
 * `pull`, `push`, `delete`, `read`, or any permission by its name.
 * @throws AppError BAD_REQUEST
 */
export function parsePermission(text: string, ofProject: boolean): Permission {
  const word = text === 'read' ? (ofProject ? 'project:read' : 'repository:read') : words[text];
  const found = word ?? permissions.find((permission) => permission === text);
  if (found !== undefined) return found;
  throw unknown(text, 'pull, push, delete, read, or a permission such as artifact:delete');
}

/** @throws AppError BAD_REQUEST */
export function parseSystemPermission(text: string): SystemPermission {
  const found = systemPermissions.find((permission) => permission === text);
  if (found !== undefined) return found;
  throw unknown(text, 'of the system it is a permission such as user:create');
}

function unknown(text: string, detail: string): AppError {
  return new AppError('BAD_REQUEST', { message: `"${text.slice(0, 64)}" is no action`, detail });
}
