import type { Access } from '../../access/grants/access-list.ts';
import { isRobotProjectPermission, isRobotSystemPermission } from '../../access/grants/robot-permissions.ts';
import { findProject, type Project } from '../../access/projects/project-reads.ts';
import type { RequestedBlock } from '../../access/robots/keep-blocks.ts';
import { AppError } from '../../lib/errors.ts';
import type { Queries } from '../../platform/db/database.ts';
import type { Bound, ObjectSchema } from '../../platform/http/api/schema.ts';
import { permissionsSchema } from './robot-view.ts';

const text = { type: 'string' } as const;
const maxBlocks = 1000;
const maxDescription = 1024;

const notTaken = 'Not taken.';

/** The body of a creation; a secret is taken from nobody. */
export const newRobotBody = {
  type: 'object',
  properties: {
    name: { type: 'string', description: 'Its own name, without prefix and project.' },
    description: { type: 'string', maxLength: maxDescription },
    level: { type: 'string', description: 'system or project.' },
    duration: {
      type: 'integer',
      format: 'int64',
      description: 'Days from 1, or -1: it does not end.',
    },
    permissions: permissionsSchema,
    secret: { type: 'string', description: notTaken },
    disable: { type: 'boolean' },
  },
} as const satisfies ObjectSchema;

/** The body of a change, which replaces all that is taken of it. */
export const robotBody = {
  type: 'object',
  properties: {
    ...newRobotBody.properties,
    name: { type: 'string', description: 'As it is, with prefix and project.' },
    id: { type: 'integer', format: 'int64', description: notTaken },
    editable: { type: 'boolean', description: notTaken },
    expires_at: { type: 'integer', format: 'int64', description: notTaken },
    creator_type: { type: 'string', description: notTaken },
    creator_ref: { type: 'integer', format: 'int64', description: notTaken },
    creation_time: { type: 'string', format: 'date-time', description: notTaken },
    update_time: { type: 'string', format: 'date-time', description: notTaken },
  },
} as const satisfies ObjectSchema;

export const secretBody = {
  type: 'object',
  properties: { secret: { ...text, description: 'The new one; empty: one is made and returned.' } },
} as const satisfies ObjectSchema;

type Permissions = NonNullable<Bound<typeof robotBody>['permissions']>;
type Level = 'system' | 'project';

export interface PermissionsAsked {
  readonly level: Level;
  readonly permissions: Permissions;
}

/**
 * What can be said of level and permissions without asking for anything.
 * @param mayBeEmpty of a robot that has none any more
 * @throws AppError BAD_REQUEST
 */
export function parseLevel(body: Bound<typeof newRobotBody>, mayBeEmpty = false): PermissionsAsked {
  const { level = '', permissions = [] } = body;
  if (level !== 'system' && level !== 'project') throw bad(`error level input: ${level.slice(0, 50)}`);
  if (permissions.length === 0 && !mayBeEmpty) throw bad('empty permission');
  if (permissions.some(({ access = [] }) => access.length === 0)) throw bad('empty access');
  if (permissions.length > maxBlocks) throw bad(`more than ${maxBlocks} lists of permissions`);
  if (level === 'project' && (permissions.length > 1 || permissions[0]?.kind !== 'project'))
    throw bad('permission: a robot of a project has one list of permissions, of the kind project');
  return { level, permissions };
}

/** Of a project that does not exist: whoever may not know that is refused before anything looks for it. */
const noProject = 0;

/**
 * The blocks that are asked for, with their projects.
 * @throws AppError BAD_REQUEST
 */
export async function readBlocks(db: Queries, { permissions }: PermissionsAsked): Promise<RequestedBlock[]> {
  const blocks: RequestedBlock[] = [];
  for (const { kind, namespace = '', access = [], repositories } of permissions) {
    if (kind !== 'system' && kind !== 'project') throw bad(`permission kind: ${(kind ?? '').slice(0, 50)}`);
    if (kind === 'system' && namespace !== '/')
      throw bad(`permission: the namespace of the kind system is /, not ${namespace.slice(0, 255)}`);
    const everywhere = kind === 'system' || namespace === '*';
    const found = everywhere ? undefined : await findNamed(db, namespace);
    const project = { id: found?.id ?? noProject, name: namespace.slice(0, 255) };
    blocks.push({
      kind,
      ...(everywhere ? {} : { project }),
      access: access.map((each) => readAccess(kind, each)),
      repositories,
    });
  }
  return blocks;
}

/** Whatever else is written there is no name, and never gets to the database. */
export async function findNamed(db: Queries, name: string): Promise<Project | undefined> {
  return /^[a-z0-9._-]{1,255}$/.test(name) ? findProject(db, name) : undefined;
}

/** @throws AppError BAD_REQUEST for what a database cannot keep */
export function readDescription(description = ''): string {
  if (description.includes('\0') || !description.isWellFormed()) throw bad('description: it is no text');
  return description;
}

function readAccess(
  kind: Level,
  { resource = '', action = '', effect = '' }: { resource?: string; action?: string; effect?: string },
): Access {
  const permission = `${resource}:${action}`;
  const known = kind === 'system' ? isRobotSystemPermission : isRobotProjectPermission;
  if (!known(permission)) throw bad(`permission: ${permission.slice(0, 255)}`);
  if (effect !== '' && effect !== 'allow' && effect !== 'deny') throw bad(`effect: ${effect.slice(0, 50)}`);
  return { resource, action, effect };
}

function bad(what: string): AppError {
  return new AppError('BAD_REQUEST', { message: `bad request ${what}` });
}
