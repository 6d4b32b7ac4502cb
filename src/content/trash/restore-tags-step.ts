import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import type { Tx } from '../../platform/db/database.ts';
import type { Actor } from '../../platform/events/append.ts';
import { requireUnguarded } from '../tags/require-unguarded-step.ts';
import { reviveTags, tagsToRestore, takenTags, tellOfTags } from './restore-writes.ts';
import { nameOf, type TrashItem } from './trash-reads.ts';

export interface RestoringPlace {
  readonly item: TrashItem;
  readonly projectId: number;
  readonly repositoryId: number;
  readonly repositoryName: string;
  readonly actor: Actor;
  readonly now: number;
}

/**
 * The tags of a deletion stand again; their artifacts are live. Returns how many.
 * @throws AppError CONFLICT for a name that stands for something else; DENIED
 */
export async function restoreTags(tx: Tx, place: RestoringPlace): Promise<number> {
  const { item } = place;
  const tags = await tagsToRestore(tx, item.id);
  await tellOfTags(tx, { ...place, trashId: item.id });
  if (!(await reviveTags(tx, item.id, tags.length))) throw await taken(tx, place);
  const names = tags.map(({ name }) => name);
  await requireUnguarded(tx, { ...place, tags: names, change: 'create' });
  return tags.length;
}

async function taken(tx: Tx, { item, repositoryName }: RestoringPlace): Promise<AppError> {
  const standing = await takenTags(tx, item.id);
  const named = standing.map(({ name, digest }) => `${repositoryName}:${name} stands for ${digest}`);
  const name = nameOf(item);
  return new AppError('CONFLICT', {
    message: `${name} is not restored: ${named.join(', ')} now`,
    detail: 'delete that tag first, after giving what it stands for another one if it is needed',
    because: because('tags taken', {
      item: name,
      tags: standing.map((tag) => `${repositoryName}:${tag.name}`).join(', '),
    }),
  });
}
