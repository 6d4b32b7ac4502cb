import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { oneAtATime } from '../../platform/db/one-at-a-time.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { addLabel, type LabelRow } from './label-writes.ts';
import { requireLabelText } from './require-label-text.ts';

export interface CreateLabelInput extends LabelRow {
  readonly actor: Actor;
}

/**
 * Returns its id.
 * @throws AppError BAD_REQUEST; CONFLICT for a name that a label of the same place has
 */
export async function createLabel(
  deps: { readonly db: Database },
  { actor, ...row }: CreateLabelInput,
): Promise<number> {
  requireLabelText(row);
  const now = await deps.db.now();
  return deps.db.transaction(async (tx) => {
    await oneAtATime(tx, 'label-names');
    const id = await addLabel(tx, row, now);
    if (id === undefined) throw nameTaken(row.name);
    await append(tx, {
      type: 'label.created',
      at: now,
      actor,
      projectId: row.projectId,
      object: row.name,
      data: { id, description: row.description, color: row.color },
    });
    return id;
  });
}

export function nameTaken(name: string): AppError {
  return new AppError('CONFLICT', {
    message: `there is a label ${name} already`,
    detail: 'choose another name',
    because: because('label exists', { name }),
  });
}
