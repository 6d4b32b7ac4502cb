import type { Database } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { lockGroup, removeGroup } from './group-writes.ts';

/** Takes a group away with all its roles; false when there is none. */
export async function deleteGroup(
  deps: { readonly db: Database },
  { groupId, actor }: { readonly groupId: number; readonly actor: Actor },
): Promise<boolean> {
  const now = await deps.db.now();
  return deps.db.transaction(async (tx) => {
    const group = await lockGroup(tx, groupId);
    if (group === undefined) return false;
    await removeGroup(tx, groupId);
    await append(tx, {
      type: 'group.deleted',
      at: now,
      actor,
      projectId: null,
      object: `group:${groupId}`,
      data: { name: group.name, type: group.type },
    });
    return true;
  });
}
