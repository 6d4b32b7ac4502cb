import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { oneAtATime } from '../../platform/db/one-at-a-time.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { nameTaken } from './create-label.ts';
import { changeLabel, lockLabel, removeLabel } from './label-writes.ts';
import { type LabelText, requireLabelText } from './require-label-text.ts';

interface Deps {
  readonly db: Database;
}

/**
 * Its place stays. What changes nothing leaves no event.
 * @throws AppError BAD_REQUEST, NOT_FOUND, CONFLICT
 */
export async function updateLabel(
  { db }: Deps,
  { id, text, actor }: { readonly id: number; readonly text: LabelText; readonly actor: Actor },
): Promise<void> {
  requireLabelText(text);
  const now = await db.now();
  await db.transaction(async (tx) => {
    await oneAtATime(tx, 'label-names');
    const before = await lockLabel(tx, id);
    if (before === undefined) throw noLabel(id);
    const { name, description, color } = text;
    if (before.name === name && before.description === description && before.color === color) return;
    const { projectId } = before;
    if (!(await changeLabel(tx, id, { name, description, color, projectId }, now))) throw nameTaken(name);
    await append(tx, {
      type: 'label.updated',
      at: now,
      actor,
      projectId,
      object: name,
      data: {
        id,
        nameBefore: before.name,
        name,
        descriptionBefore: before.description,
        description,
        colorBefore: before.color,
        color,
      },
    });
  });
}

/**
 * Takes it from all artifacts, too.
 * @throws AppError NOT_FOUND
 */
export async function deleteLabel(
  { db }: Deps,
  { id, actor }: { readonly id: number; readonly actor: Actor },
): Promise<void> {
  const now = await db.now();
  await db.transaction(async (tx) => {
    const before = await lockLabel(tx, id);
    if (before === undefined) throw noLabel(id);
    await removeLabel(tx, id);
    const { projectId, name: object } = before;
    await append(tx, { type: 'label.deleted', at: now, actor, projectId, object, data: { id } });
  });
}

export function noLabel(id: number): AppError {
  return new AppError('NOT_FOUND', { message: `label ${id} not found` });
}
