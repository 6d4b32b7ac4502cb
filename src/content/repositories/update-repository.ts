import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { putDescriptionOf } from './repository-writes.ts';

export interface UpdateRepositoryInput {
  readonly projectId: number;
  readonly repositoryName: string;
  readonly description: string;
  readonly actor: Actor;
}

/** @throws AppError NOT_FOUND; BAD_REQUEST for a text that cannot be stored */
export async function updateRepository(
  deps: { readonly db: Database },
  input: UpdateRepositoryInput,
): Promise<void> {
  const { projectId, repositoryName: name, description, actor } = input;
  if (description.includes('\0') || !description.isWellFormed()) {
    throw new AppError('BAD_REQUEST', {
      message: 'the description has characters that are no text',
      detail: 'leave out NUL and half surrogate pairs',
    });
  }
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    const before = await putDescriptionOf(tx, { name, description, now });
    if (before === undefined) throw new AppError('NOT_FOUND', { message: `repository ${name} not found` });
    const data = { descriptionBefore: before, description };
    await append(tx, { type: 'repository.updated', at: now, actor, projectId, object: name, data });
  });
}
