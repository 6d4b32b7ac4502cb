import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import { isNameComponent } from '../../lib/oci/repository-name.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { oneAtATime } from '../../platform/db/one-at-a-time.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import type { DefaultMember } from '../defaults/require-unlocked.ts';
import { findReservedProject } from '../names/former-name-reads.ts';
import { reserved } from '../names/reserved.ts';
import { writeAllowlist } from './allowlist-writes.ts';
import type { CveAllowlist } from './cve-allowlist.ts';
import { writeMetadata } from './metadata-writes.ts';
import type { MetadataChanges } from './parse-metadata.ts';
import { countOwned, findOwnerName } from './project-reads.ts';
import { addProject, grantToGroup, grantToOwner } from './project-writes.ts';

/** A repository's full name has 230 characters at most: a slash and some characters have to be left for its path. */
const maxNameLength = 200;
const maxLimitBytes = 2 ** 50;

export interface CreateProjectInput {
  readonly name: string;
  readonly public: boolean;
  readonly sparseManifests: boolean;
  readonly ownerId: number;
  /** -1: none. */
  readonly limitBytes: number;
  readonly metadata?: MetadataChanges['others'];
  readonly allowlist?: CveAllowlist;
  /** Groups that have a role in it from the beginning; those that there are not are left out. */
  readonly members?: readonly DefaultMember[];
  /** Refused when the owner would have more. */
  readonly maxOwned?: number;
  /** It is made by the first push into it, and goes again when nothing comes of that. */
  readonly firstPush?: boolean;
  /** What else it begins with, in the same transaction; returns what the event tells of it. */
  readonly begin?: (tx: Tx, project: ProjectBegun) => Promise<Readonly<Record<string, string>>>;
  readonly actor: Actor;
}

export interface ProjectBegun {
  readonly projectId: number;
  readonly now: number;
}

/**
 * Makes an empty project, of which the owner is projectAdmin, and returns its id. No name is reserved: what stands
 * in an address beside a project's name (`_catalog`, `token`) is never in its place.
 * @throws AppError BAD_REQUEST, NOT_FOUND for an owner who is none, CONFLICT for a name that is taken
 */
export async function createProject(
  deps: { readonly db: Database },
  input: CreateProjectInput,
): Promise<number> {
  requireProjectName(input.name);
  requireLimit(input.limitBytes);
  const now = await deps.db.now();
  return deps.db.transaction((tx) => create(tx, input, now));
}

async function create(tx: Tx, input: CreateProjectInput, now: number): Promise<number> {
  const {
    actor,
    metadata = new Map<string, string | null>(),
    allowlist,
    firstPush = false,
    members = [],
    maxOwned,
    begin,
    ...row
  } = input;
  const owner = await findOwnerName(tx, input.ownerId);
  if (owner === undefined) throw new AppError('NOT_FOUND', { message: 'the owner is no account' });
  const id = await addProject(tx, { ...row, now });
  if (id === undefined) {
    throw new AppError('CONFLICT', {
      message: `there is a project ${input.name} already`,
      detail: 'choose another name',
      because: because('project exists', { name: input.name }),
    });
  }
  const former = await findReservedProject(tx, { name: input.name, now });
  if (former !== undefined) throw reserved(input.name, former);
  for (const [name, value] of metadata) await writeMetadata(tx, { projectId: id, name, value });
  if (allowlist !== undefined)
    await writeAllowlist(tx, { projectId: id, list: allowlist, id: undefined, now });
  if (maxOwned !== undefined) await requireFewer(tx, input.ownerId, maxOwned);
  await grantToOwner(tx, { projectId: id, ownerId: input.ownerId, now });
  for (const { group, role } of members) await grantToGroup(tx, { projectId: id, group, role, now });
  const begun = await begin?.(tx, { projectId: id, now });
  await append(tx, {
    type: 'project.created',
    at: now,
    actor,
    projectId: id,
    object: input.name,
    data: {
      owner,
      public: Number(input.public),
      sparseManifests: Number(input.sparseManifests),
      limitBytes: input.limitBytes,
      ...Object.fromEntries(metadata),
      ...begun,
      ...(firstPush ? { firstPush: 1 } : {}),
      ...(allowlist === undefined ? {} : { cveAllowlist: allowlist.items.join(',') }),
    },
  });
  return id;
}

/** @throws AppError DENIED */
async function requireFewer(tx: Tx, ownerId: number, maxOwned: number): Promise<void> {
  await oneAtATime(tx, `projects-of-${ownerId}`);
  if ((await countOwned(tx, ownerId)) <= maxOwned) return;
  throw new AppError('DENIED', {
    message: `an account may own ${maxOwned} projects (projects_per_user), and this one does`,
    detail: 'delete one that is not needed, or ask an administrator of the system',
    because: because('projects owned', { most: String(maxOwned) }),
  });
}

/** @throws AppError BAD_REQUEST */
export function requireProjectName(name: string): void {
  if (name.length <= maxNameLength && isNameComponent(name)) return;
  const shown = name.slice(0, maxNameLength);
  throw new AppError('BAD_REQUEST', {
    message: `"${shown}" is not a project name`,
    detail: `use lower-case letters and digits, between them . or _ or __ or any number of -, at most ${maxNameLength} characters`,
    because: because('project name invalid', { name: shown, most: String(maxNameLength) }),
  });
}

/** @throws AppError BAD_REQUEST */
export function requireLimit(bytes: number): void {
  if (bytes === -1 || (Number.isSafeInteger(bytes) && bytes >= 1 && bytes <= maxLimitBytes)) return;
  throw new AppError('BAD_REQUEST', {
    message: `${bytes} is no storage limit`,
    detail: `give bytes from 1 to ${maxLimitBytes}, or -1 for none`,
    because: because('number wrong', {
      what: 'storage_limit',
      least: '1',
      most: String(maxLimitBytes),
      also: '-1',
    }),
  });
}
