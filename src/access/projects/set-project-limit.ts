import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { requireLimit } from './create-project.ts';
import { lockProjectToUpdate, setLimit } from './project-writes.ts';

/**
 * A limit below what is used is taken: it stops growth, and nothing is lost by it.
 * @param input.limitBytes -1: none
 * @throws AppError NOT_FOUND, BAD_REQUEST
 */
export async function setProjectLimit(
  deps: { readonly db: Database },
  input: { readonly projectId: number; readonly limitBytes: number; readonly actor: Actor },
): Promise<void> {
  const { projectId, limitBytes, actor } = input;
  requireLimit(limitBytes);
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    const project = await lockProjectToUpdate(tx, projectId);
    if (project === undefined) throw new AppError('NOT_FOUND', { message: `quota ${projectId} not found` });
    const before = await setLimit(tx, { projectId, limitBytes });
    if (before === limitBytes) return;
    const data = { limitBytesBefore: before, limitBytes };
    await append(tx, { type: 'quota.updated', at: now, actor, projectId, object: project.name, data });
  });
}
