import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { deleteRobotRow } from './robot-writes.ts';

/**
 * Its sign-ins and tokens end with it; its number is never given again.
 * @throws AppError NOT_FOUND
 */
export async function deleteRobot(
  deps: { readonly db: Database },
  input: { readonly id: number; readonly projectId: number | undefined; readonly actor: Actor },
): Promise<void> {
  const { id, projectId, actor } = input;
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    const name = await deleteRobotRow(tx, id);
    if (name === undefined) throw new AppError('NOT_FOUND', { message: `robot ${id} not found` });
    await append(tx, {
      type: 'robot.deleted',
      at: now,
      actor,
      projectId: projectId ?? null,
      object: name,
      data: { robot: id },
    });
  });
}
