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
  const roots = new Set([rootId]);
  for (;;) {
    const reached = await reach(db, roots, kept);
    const staying = await stayingOf(db, reached, roots);
    const root = staying.find(({ each }) => each.id === rootId);
    if (staying.length === 0 || root !== undefined)
      return { all: [...reached.values()], heldBy: root?.parent?.digest };
    for (const { each } of staying) kept.add(each.id);
  }
}

/** What goes with several artifacts of one repository once all of them are deleted, one after the other. */
export async function collectDependentsOfAll(
  db: Queries,
  rootIds: readonly number[],
): Promise<readonly Dependent[]> {
  const kept = new Set<number>();
  const roots = new Set(rootIds);
  for (;;) {
    const reached = await reach(db, roots, kept);
    const staying = await stayingOf(db, reached, roots);
    if (staying.length === 0) return [...reached.values()];
    for (const { each } of staying) {
      kept.add(each.id);
      roots.delete(each.id);
    }
  }
}

interface Staying {
  readonly each: Dependent;
  readonly parent: { readonly digest: string } | undefined;
}

/** Of what was reached what an index that stays lists, or what is about something that stays. */
async function stayingOf(
  db: Queries,
  reached: ReadonlyMap<number, Dependent>,
  roots: ReadonlySet<number>,
): Promise<readonly Staying[]> {
  const holders = Map.groupBy(
    await findParentsOf(
      db,
      [...reached.values()].map(({ blobId }) => blobId),
    ),
    ({ childBlobId }) => childBlobId,
  );
  return [...reached.values()].flatMap((each) => {
    const parent = holders
      .get(each.blobId)
      ?.find(({ repositoryId, id }) => repositoryId === each.repositoryId && !reached.has(id));
    const leavesSubject = each.subjectId !== null && !reached.has(each.subjectId);
    return parent !== undefined || (leavesSubject && !roots.has(each.id)) ? [{ each, parent }] : [];
  });
}

/** All that the artifacts own, and what that owns, except what stays. */
async function reach(
  db: Queries,
  roots: ReadonlySet<number>,
  kept: ReadonlySet<number>,
): Promise<Map<number, Dependent>> {
  const reached = new Map<number, Dependent>();
  for (let ids = [...roots]; ids.length > 0; ) {
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
