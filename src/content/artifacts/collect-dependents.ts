import type { Queries } from '../../platform/db/database.ts';
import { type Dependent, findDependents, findUntaggedChildren } from './dependents-reads.ts';
import { findAccessoriesOf, findParentsOf } from './shown/artifact-part-reads.ts';

export interface Dependents {
  /** What goes with it; itself is one of them. */
  readonly all: readonly Dependent[];
  /** The digest of an index that stays and lists it: it must not go. */
  readonly heldBy: string | undefined;
}

/**
 * What goes with an artifact: its accessories, which are its own, and the untagged children of an index that nothing
 * else holds, each with theirs. A child that is about something that stays, stays too. Subjects own what is about
 * them and indexes own their children, so that no two ever hold each other.
 */
export async function collectDependents(db: Queries, rootId: number): Promise<Dependents> {
  const kept = new Set<number>();
  for (;;) {
    const reached = await reach(db, rootId, kept);
    const holders = await findParentsOf(
      db,
      [...reached.values()].map(({ blobId }) => blobId),
    );
    const staying = [...reached.values()].flatMap((each) => {
      const parent = holders.find(
        ({ childBlobId, repositoryId, id }) =>
          childBlobId === each.blobId && repositoryId === each.repositoryId && !reached.has(id),
      );
      const leavesSubject = each.subjectId !== null && !reached.has(each.subjectId);
      return parent !== undefined || (leavesSubject && each.id !== rootId) ? [{ each, parent }] : [];
    });
    const root = staying.find(({ each }) => each.id === rootId);
    if (staying.length === 0 || root !== undefined)
      return { all: [...reached.values()], heldBy: root?.parent?.digest };
    for (const { each } of staying) kept.add(each.id);
  }
}

/** All that the artifact owns, and what that owns, except what stays. */
async function reach(
  db: Queries,
  rootId: number,
  kept: ReadonlySet<number>,
): Promise<Map<number, Dependent>> {
  const reached = new Map<number, Dependent>();
  for (let ids = [rootId]; ids.length > 0; ) {
    const found = await findDependents(db, ids);
    for (const each of found) reached.set(each.id, each);
    const accessories = await findAccessoriesOf(db, found);
    const [first] = found;
    const children =
      first === undefined
        ? []
        : await findUntaggedChildren(
            db,
            first.repositoryId,
            found.map(({ blobId }) => blobId),
          );
    const next = [...accessories.map(({ id }) => id), ...children];
    ids = [...new Set(next)].filter((id) => !reached.has(id) && !kept.has(id));
  }
  return reached;
}
