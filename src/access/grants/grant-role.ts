import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import { isTagPattern, parseRepositoryPattern } from '../../lib/oci/repository-pattern.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { keepProject } from '../projects/project-writes.ts';
import { requireOwnRole } from '../roles/require-own-role.ts';
import { actions, parseActions } from './actions.ts';
import { findHolder, type Holder, holderData } from './find-holder.ts';
import type { ListedGrant } from './grant-page-reads.ts';
import { type Granted, type HeldGrant, putGrant, removeGrant, removeGrantById } from './grant-writes.ts';
import { requireFutureEnd } from './require-future-end.ts';
import { isProjectRole } from './roles.ts';
import { placeText } from './written/parse-place.ts';

/** A role or actions of somebody in a project, on some of its repositories or tags, or in every project. */
export interface RoleInput {
  readonly holder: Holder;
  /** Harbor's, of the registry's own for projects, or actions: `pull,push`. */
  readonly role: string;
  /** Null: in every project. */
  readonly projectId: number | null;
  /** A path in the project, `folder/**` or `**`; left out: the project as such. */
  readonly repositoryPattern?: string;
  /** A tag or `prefix*`; left out: all tags. */
  readonly tagPattern?: string;
  readonly actor: Actor;
}

export interface GrantRoleInput extends RoleInput {
  /** Epoch milliseconds; left out: it does not end. */
  readonly expiresAt?: number;
}

/**
 * Gives a role or actions. The same again changes when it ends, and nothing else.
 * @throws AppError BAD_REQUEST, NOT_FOUND
 */
export async function grantRole(deps: { readonly db: Database }, input: GrantRoleInput): Promise<Granted> {
  requirePatterns(input);
  requireForHolder(input);
  const now = await deps.db.now();
  const { expiresAt = null } = input;
  requireFutureEnd(expiresAt, now);
  return deps.db.transaction(async (tx) => {
    const { grant, place } = await resolve(tx, input);
    if (!isProjectRole(input.role) && parseActions(input.role) === undefined)
      await requireOwnRole(tx, input.role, input.projectId === null ? 'system' : 'project');
    const granted = await putGrant(tx, { ...grant, expiresAt, now });
    await append(tx, {
      type: 'role.granted',
      at: now,
      actor: input.actor,
      projectId: input.projectId,
      object: place,
      data: { ...holderData(input.holder), role: input.role, tags: grant.tagPattern, expiresAt },
    });
    return granted;
  });
}

/**
 * Takes back exactly that role at exactly that place.
 * @throws AppError BAD_REQUEST, NOT_FOUND
 */
export async function revokeRole(deps: { readonly db: Database }, input: RoleInput): Promise<void> {
  requirePatterns(input);
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    const { grant, place } = await resolve(tx, input);
    if (!(await removeGrant(tx, grant))) {
      const tags = grant.tagPattern === null ? '' : ` for tags ${grant.tagPattern}`;
      throw new AppError('NOT_FOUND', {
        message: `${input.holder.name} has no role ${input.role} on ${place}${tags}`,
        detail: 'berth access list shows what there is',
      });
    }
    await append(tx, {
      type: 'role.revoked',
      at: now,
      actor: input.actor,
      projectId: input.projectId,
      object: place,
      data: { ...holderData(input.holder), role: input.role, tags: grant.tagPattern },
    });
  });
}

function requirePatterns({ repositoryPattern, tagPattern }: RoleInput): void {
  if (repositoryPattern !== undefined && parseRepositoryPattern(repositoryPattern) === undefined) {
    throw new AppError('BAD_REQUEST', {
      message: `"${repositoryPattern.slice(0, 255)}" names no repositories`,
      detail: 'write a repository (backend/api), all below a folder (backend/**) or all (**)',
      because: because('form wrong', { what: 'repositories', form: 'repository pattern' }),
    });
  }
  if (tagPattern !== undefined && !isTagPattern(tagPattern)) {
    throw new AppError('BAD_REQUEST', {
      message: `"${tagPattern.slice(0, 128)}" names no tags`,
      detail: 'write a tag (v1) or how tags begin (v*)',
      because: because('form wrong', { what: 'tags', form: 'tag pattern' }),
    });
  }
}

/** @throws AppError BAD_REQUEST */
function requireForHolder({ holder, role, projectId }: RoleInput): void {
  if (holder.kind !== 'robot') return;
  if (parseActions(role) === undefined)
    throw new AppError('BAD_REQUEST', {
      message: `${role} is a role of people, and ${holder.name} is a robot account`,
      detail: `give it actions: ${actions.join(', ')}`,
      because: because('role of people', { role, name: holder.name }),
    });
  if (projectId === null || (holder.projectId ?? projectId) !== projectId)
    throw new AppError('BAD_REQUEST', {
      message:
        projectId === null
          ? `${holder.name} is a robot account: what it may do is granted in a project`
          : `${holder.name} belongs to another project, and can have nothing outside it`,
      detail: 'its own list of permissions says what a robot account of the system may do everywhere',
    });
}

async function resolve(tx: Tx, input: RoleInput): Promise<{ grant: HeldGrant; place: string }> {
  const { holder, role, projectId, repositoryPattern = null, tagPattern = null } = input;
  // The project first: it must not be deleted between this and the commit.
  const project = projectId === null ? undefined : await keepProject(tx, projectId);
  if (projectId !== null && project === undefined)
    throw new AppError('NOT_FOUND', { message: 'there is no such project' });
  const principalId = await findHolder(tx, holder);
  const scope = project === undefined ? 'system' : repositoryPattern === null ? 'project' : 'repository';
  return {
    grant: { kind: holder.kind, principalId, role, scope, projectId, repositoryPattern, tagPattern },
    place: placeText({ projectName: project?.name ?? null, repositoryPattern }),
  };
}

/**
 * Takes back one grant, whoever has it.
 * @throws AppError NOT_FOUND
 */
export async function revokeGrant(
  deps: { readonly db: Database },
  { grant, actor }: { readonly grant: ListedGrant; readonly actor: Actor },
): Promise<void> {
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    if (!(await removeGrantById(tx, grant.id)))
      throw new AppError('NOT_FOUND', { message: `grant ${grant.id} not found` });
    await append(tx, {
      type: 'role.revoked',
      at: now,
      actor,
      projectId: grant.projectId,
      object: placeText(grant),
      data: {
        ...holderData({ kind: grant.kind, name: grant.holder }),
        role: grant.role,
        tags: grant.tagPattern,
      },
    });
  });
}
