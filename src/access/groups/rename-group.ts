import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { oneAtATime } from '../../platform/db/one-at-a-time.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { lockGroup, renameGroupRow } from './group-writes.ts';
import { requireGroupName } from './require-group-name.ts';

/**
 * Its members and roles stay; the same name leaves no event.
 * @throws AppError BAD_REQUEST, NOT_FOUND, CONFLICT
 */
export async function renameGroup(
  deps: { readonly db: Database },
  { groupId, name, actor }: { readonly groupId: number; readonly name: string; readonly actor: Actor },
): Promise<void> {
  requireGroupName(name);
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    await oneAtATime(tx, 'group-names');
    const group = await lockGroup(tx, groupId);
    if (group === undefined) throw new AppError('NOT_FOUND', { message: `user group ${groupId} not found` });
    if (group.name === name) return;
    if (!(await renameGroupRow(tx, { ...group, name }, now)))
      throw new AppError('CONFLICT', {
        message: `there is a group ${name} of that type already`,
        because: because('group exists', { name }),
      });
    await append(tx, {
      type: 'group.renamed',
      at: now,
      actor,
      projectId: null,
      object: `group:${groupId}`,
      data: { nameBefore: group.name, name },
    });
  });
}
