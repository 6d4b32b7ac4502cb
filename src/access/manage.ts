import { AppError } from '../lib/errors.ts';
import type { Passwords } from '../platform/crypto/password.ts';
import type { Database } from '../platform/db/database.ts';
import { systemActor } from '../platform/events/append.ts';
import { createProject } from './create-project.ts';
import { listGrants } from './grants/grant-reads.ts';
import { type GrantInput, grantRole, revokeRole } from './grants/grant-role.ts';
import { type RoleName, systemAdmin } from './grants/roles.ts';
import { deleteProject } from './projects/delete-project.ts';
import { findProject, pageOfProjects } from './projects/project-reads.ts';
import { createUser } from './users/create-user.ts';
import { resetPassword } from './users/reset-password.ts';
import { setDisabled } from './users/set-disabled.ts';
import { findUser, pageOfUsers } from './users/user-reads.ts';

export interface ManageDeps {
  readonly db: Database;
  readonly passwords: Passwords;
  readonly forgetInitialPassword: () => Promise<void>;
  readonly allowWeak: boolean;
}

/** What the operator of the machine can do, through the socket of a running server or directly. */
export type Manage = (operation: string, input: Input) => Promise<unknown>;
export type Input = Readonly<Record<string, unknown>>;

type Operation = (deps: ManageDeps, input: Input) => Promise<unknown>;

const actor = systemActor;
const pageSize = 1000;

const operations: Readonly<Record<string, Operation>> = {
  'users/add': addUser,
  'users/set-password': async (deps, input) => {
    await resetPassword(deps, { username: text(input, 'username'), password: text(input, 'password') });
    return {};
  },
  'users/disable': async (deps, input) => {
    await setDisabled(deps, { username: text(input, 'username'), disabled: true, actor });
    return {};
  },
  'users/enable': async (deps, input) => {
    await setDisabled(deps, { username: text(input, 'username'), disabled: false, actor });
    return {};
  },
  'users/list': ({ db }) => allPages((after) => pageOfUsers(db.reader, after, pageSize), 'username'),
  'projects/create': async (deps, input) => {
    const owner = optional(input, 'owner') ?? 'admin';
    const user = await findUser(deps.db.reader, owner);
    if (user === undefined) throw new AppError('NOT_FOUND', { message: `there is no account ${owner}` });
    const id = await createProject(deps, {
      name: text(input, 'name'),
      public: input['public'] === true,
      sparseManifests: input['sparseManifests'] === true,
      ownerId: user.id,
      limitBytes: -1,
      actor,
    });
    return { id };
  },
  'projects/list': ({ db }) => allPages((after) => pageOfProjects(db.reader, after, pageSize), 'name'),
  'projects/delete': async (deps, input) => {
    const name = text(input, 'name');
    const project = await findProject(deps.db.reader, name);
    if (project === undefined) throw new AppError('NOT_FOUND', { message: `there is no project ${name}` });
    await deleteProject(deps, { projectId: project.id, actor });
    return {};
  },
  'access/grant': async (deps, input) => {
    const expiresAt = typeof input['expiresAt'] === 'number' ? input['expiresAt'] : null;
    await grantRole(deps, { ...grantOf(input), expiresAt });
    return {};
  },
  'access/revoke': async (deps, input) => {
    await revokeRole(deps, grantOf(input));
    return {};
  },
  'access/list': ({ db }, input) => {
    const username = optional(input, 'username');
    const project = optional(input, 'project');
    return listGrants(db.reader, {
      ...(username === undefined ? {} : { username }),
      ...(project === undefined ? {} : { project }),
    });
  },
};

export const manageOperations = Object.keys(operations);

/** @throws AppError BAD_REQUEST, and whatever the operation throws */
export function createManage(deps: ManageDeps): Manage {
  return async (name, input) => {
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (operation === undefined) throw new Error(`there is no operation ${name}`);
    return operation(deps, input);
  };
}

async function addUser(deps: ManageDeps, input: Input): Promise<unknown> {
  const username = text(input, 'username');
  const id = await createUser(deps, {
    username,
    password: text(input, 'password'),
    email: optional(input, 'email') ?? null,
    realname: optional(input, 'realname') ?? '',
    actor,
  });
  return { id };
}

function grantOf(input: Input): GrantInput {
  const role = text(input, 'role') as RoleName;
  const place = optional(input, 'place');
  const tags = optional(input, 'tags');
  const base = { username: text(input, 'username'), role, actor, ...(tags === undefined ? {} : { tags }) };
  if (place === undefined) {
    if (role === systemAdmin) return base;
    throw new AppError('BAD_REQUEST', { message: `${role} is granted on a project; name one` });
  }
  const slash = place.indexOf('/');
  if (slash < 0) return { ...base, project: place };
  return { ...base, project: place.slice(0, slash), repositories: place.slice(slash + 1) };
}

/** Lists of accounts and projects are a few thousand lines at most. */
async function allPages<K extends string, T extends Readonly<Record<K, string>>>(
  page: (after: string) => Promise<T[]>,
  key: K,
): Promise<T[]> {
  const all: T[] = [];
  for (let after = ''; ; ) {
    const rows = await page(after);
    all.push(...rows);
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return all;
    after = last[key];
  }
}

/** @throws AppError BAD_REQUEST */
function text(input: Input, name: string): string {
  const value = input[name];
  if (typeof value === 'string' && !value.includes('\0')) return value;
  throw new AppError('BAD_REQUEST', { message: `${name} is needed, as text` });
}

function optional(input: Input, name: string): string | undefined {
  return input[name] === undefined || input[name] === null ? undefined : text(input, name);
}
