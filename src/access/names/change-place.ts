import type { Tx } from '../../platform/db/database.ts';
import { followRepository } from './follow-writes.ts';
import { findReservedRepository } from './former-name-reads.ts';
import { keepRepositoryName, releaseRepositoryName } from './former-name-writes.ts';
import { reserved } from './reserved.ts';

export interface PlaceInProject {
  readonly projectId: number;
  /** Relative to the project. */
  readonly path: string;
}

/**
 * In the transaction that moves a repository, behind the row that has taken the new name: pulls find it by the place that it
 * leaves, and what is granted for exactly that path goes along within the project.
 * @throws AppError CONFLICT for a place that is kept free for another repository
 */
export async function changePlace(
  tx: Tx,
  input: {
    readonly repositoryId: number;
    readonly from: PlaceInProject;
    readonly to: PlaceInProject;
    readonly name: string;
    readonly now: number;
    readonly keptMs: number;
  },
): Promise<void> {
  const { repositoryId, from, to, name, now, keptMs } = input;
  const former = await findReservedRepository(tx, { ...to, now });
  if (former !== undefined && former.id !== repositoryId) throw reserved(name, former);
  await releaseRepositoryName(tx, { ...to });
  await keepRepositoryName(tx, { ...from, repositoryId, now, endsAt: now + keptMs });
  if (from.projectId === to.projectId)
    await followRepository(tx, { projectId: from.projectId, from: from.path, to: to.path });
}
