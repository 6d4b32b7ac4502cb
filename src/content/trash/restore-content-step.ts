import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import type { Tx } from '../../platform/db/database.ts';
import { type RestoringPlace, restoreTags } from './restore-tags-step.ts';
import {
  findBlocked,
  findLostChild,
  findTrashedChild,
  holdAgain,
  mergeLive,
  reviveArtifacts,
  showLinks,
} from './restore-writes.ts';
import { nameOf } from './trash-reads.ts';

/**
 * Behind `lockBlobsOfTrash`: the artifacts of a deletion with their tags, labels and accessories, in a live repository whose
 * row is held.
 * @throws AppError CONFLICT, DENIED
 */
export async function restoreContent(
  tx: Tx,
  place: RestoringPlace,
): Promise<{ readonly artifacts: number; readonly tags: number; readonly bytes: number }> {
  const { item, projectId, repositoryId, now } = place;
  const blocked = await findBlocked(tx, item.id);
  if (blocked !== undefined) {
    throw new AppError('CONFLICT', {
      message: `${nameOf(item)} is not restored: ${blocked} is blocked`,
      detail: 'whoever may unblock digests lifts that (berth trash unblock)',
      because: because('digest blocked', { digest: blocked }),
    });
  }
  const merged = await mergeLive(tx, item.id);
  const revived = await reviveArtifacts(tx, item.id);
  const ids = revived.map(({ id }) => id);
  const child = await findTrashedChild(tx, repositoryId, ids);
  if (child !== undefined) {
    throw new AppError('CONFLICT', {
      message: `${nameOf(item)} is not restored: ${child.digest}, which it lists, was deleted by itself`,
      detail: `restore ${child.trashId} first`,
      because: because('child in trash', { item: nameOf(item), digest: child.digest }),
    });
  }
  const lost = await findLostChild(tx, { projectId, repositoryId, ids });
  if (lost !== undefined) {
    throw new AppError('CONFLICT', {
      message: `${nameOf(item)} is not restored: ${lost}, which it lists, was removed for good`,
      detail: 'push that by its digest first',
      because: because('child gone', { item: nameOf(item), digest: lost }),
    });
  }
  const tags = await restoreTags(tx, place);
  const shown = await showLinks(tx, { repositoryId, ids: [...merged, ...ids], now });
  const bytes = await holdAgain(tx, projectId, [...revived.map(({ blobId }) => blobId), ...shown]);
  return { artifacts: merged.length + revived.length, tags, bytes };
}
