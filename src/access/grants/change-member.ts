import { AppError } from '../../lib/errors.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { lockProjectToUpdate } from '../projects/project-writes.ts';
import { holderData } from './find-holder.ts';
import { changeGrantRole, removeGrantById } from './grant-writes.ts';
import { findMember, type Member, projectGrantsOf } from './member-reads.ts';
import type { ProjectRole } from './roles.ts';

interface MemberInput {
  readonly projectId: number;
  readonly memberId: number;
  readonly actor: Actor;
}

/**
 * Gives a member another role; when it ends stays as it is.
 * @throws AppError NOT_FOUND also for a member of another project, CONFLICT for a role that is held beside this one
 */
export async function changeMember(
  deps: { readonly db: Database },
  input: MemberInput & { readonly role: ProjectRole },
): Promise<void> {
  const { role } = input;
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    const { member, project } = await resolve(tx, input, now);
    if (member.role === role) return;
    for (const other of await projectGrantsOf(tx, member)) {
      if (other.role !== role) continue;
      if (other.expiresAt === null || other.expiresAt > now)
        throw new AppError('CONFLICT', {
          message: `${member.name} is ${role} in ${project} already, beside being ${member.role}`,
        });
      await removeGrantById(tx, other.id);
    }
    await changeGrantRole(tx, { id: member.id, role });
    const { data, ...changed } = event('role.changed', input, { member, project, role, now });
    await append(tx, { ...changed, data: { ...data, roleBefore: member.role } });
  });
}

/**
 * Takes a member's role in the project; roles on some repositories or tags stay.
 * @throws AppError NOT_FOUND also for a member of another project
 */
export async function removeMember(deps: { readonly db: Database }, input: MemberInput): Promise<void> {
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    const { member, project } = await resolve(tx, input, now);
    await removeGrantById(tx, member.id);
    await append(tx, event('role.revoked', input, { member, project, role: member.role, now }));
  });
}

async function resolve(
  tx: Tx,
  { projectId, memberId: id }: MemberInput,
  now: number,
): Promise<{ member: Member; project: string }> {
  const project = await lockProjectToUpdate(tx, projectId);
  const member = project === undefined ? undefined : await findMember(tx, { projectId, id, now });
  if (project === undefined || member === undefined)
    throw new AppError('NOT_FOUND', { message: `project member ${id} not found` });
  return { member, project: project.name };
}

function event(
  type: 'role.changed' | 'role.revoked',
  { projectId, actor }: MemberInput,
  of: { readonly member: Member; readonly project: string; readonly role: ProjectRole; readonly now: number },
) {
  const data = { ...holderData(of.member), role: of.role, tags: null };
  return { type, at: of.now, actor, projectId, object: of.project, data };
}
