import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { keepGroup } from '../groups/group-writes.ts';
import { lockProjectToUpdate } from '../projects/project-writes.ts';
import { keepUser } from '../users/user-writes.ts';
import { findHolder, holderData, type NamedHolder } from './find-holder.ts';
import { putGrant, removeGrantById } from './grant-writes.ts';
import { projectGrantsOf } from './member-reads.ts';
import type { ProjectRole } from './roles.ts';

/** By id, or by the name that people know. */
export type NewMember = NamedHolder | { readonly kind: 'user' | 'group'; readonly id: number };

export interface AddMemberInput {
  readonly projectId: number;
  readonly role: ProjectRole;
  readonly member: NewMember;
  readonly actor: Actor;
}

/**
 * Gives somebody a role in a project who has none there, and returns the id of it. Roles on some repositories or tags
 * are another matter, and stay.
 * @throws AppError NOT_FOUND, CONFLICT
 */
export async function addMember(deps: { readonly db: Database }, input: AddMemberInput): Promise<number> {
  const { projectId, role, member, actor } = input;
  const now = await deps.db.now();
  return deps.db.transaction(async (tx) => {
    // First, and for all who change members: of two at once the second sees what the first did.
    const project = await lockProjectToUpdate(tx, projectId);
    if (project === undefined) throw new AppError('NOT_FOUND', { message: 'there is no such project' });
    const { kind } = member;
    const { id: principalId, name } = await resolve(tx, member);
    const holder = { projectId, kind, principalId } as const;
    for (const { id, expiresAt } of await projectGrantsOf(tx, holder)) {
      if (expiresAt === null || expiresAt > now)
        throw new AppError('CONFLICT', {
          message: `${name} is a member of ${project.name} already`,
          because: because('member exists', { name, project: project.name }),
        });
      await removeGrantById(tx, id);
    }
    const place = { scope: 'project', repositoryPattern: null, tagPattern: null } as const;
    await putGrant(tx, { ...holder, ...place, role, expiresAt: null, now });
    const [made] = await projectGrantsOf(tx, holder);
    if (made === undefined) throw new Error('the grant that was just made is not there');
    await append(tx, {
      type: 'role.granted',
      at: now,
      actor,
      projectId,
      object: project.name,
      data: { ...holderData({ kind, name }), role, tags: null, expiresAt: null },
    });
    return made.id;
  });
}

async function resolve(tx: Tx, member: NewMember): Promise<{ id: number; name: string }> {
  if ('name' in member) return { id: await findHolder(tx, member), name: member.name };
  const { kind, id } = member;
  const name = kind === 'user' ? (await keepUser(tx, id))?.username : (await keepGroup(tx, id))?.name;
  if (name !== undefined) return { id, name };
  throw new AppError('NOT_FOUND', { message: `${kind === 'user' ? 'user' : 'user group'} ${id} not found` });
}
