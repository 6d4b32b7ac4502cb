import type { Queries } from '../../../platform/db/database.ts';
import { type Dependent, findDependents } from '../dependents-reads.ts';
import { findAccessoriesOf } from '../shown/artifact-part-reads.ts';
import { findHeldAmong, findNeeds, type Need } from './copy-reads.ts';

export interface CopyPlan {
  readonly root: Dependent;
  /** What the target does not have, by id: the root, its children, and what is about any of them. */
  readonly copied: ReadonlyMap<number, Dependent>;
  /** Those of the copied that are there because they are about another one: they keep their tags. */
  readonly accessories: ReadonlySet<number>;
  readonly needs: readonly Need[];
  /** Digests that the target has: nothing of them is copied. */
  readonly held: ReadonlySet<string>;
}

/** Undefined: the root is gone. */
export async function planCopy(
  db: Queries,
  { rootId, targetId }: { readonly rootId: number; readonly targetId: number },
): Promise<CopyPlan | undefined> {
  const copied = new Map<number, Dependent>();
  const accessories = new Set<number>();
  const needs: Need[] = [];
  const held = new Set<string>();
  const seen = new Set([rootId]);
  let root: Dependent | undefined;
  for (let ids = [rootId]; ids.length > 0; ) {
    const found = await findDependents(db, ids);
    root ??= found[0];
    const digests = found.map(({ digest }) => digest);
    for (const digest of await findHeldAmong(db, targetId, digests)) held.add(digest);
    const fresh = found.filter(({ digest }) => !held.has(digest));
    for (const each of fresh) copied.set(each.id, each);
    const [first] = fresh;
    if (first === undefined) break;
    const manifestIds = fresh.map(({ blobId }) => blobId);
    const own = await findNeeds(db, first.repositoryId, manifestIds);
    needs.push(...own);
    const about = (await findAccessoriesOf(db, fresh)).map(({ id }) => id);
    for (const id of about) accessories.add(id);
    const children = own.flatMap(({ artifactId }) => (artifactId === null ? [] : [artifactId]));
    ids = [...new Set([...children, ...about])].filter((id) => !seen.has(id));
    for (const id of ids) seen.add(id);
  }
  return root === undefined ? undefined : { root, copied, accessories, needs, held };
}

/** The rows of blobs that have to stay as they are while it is copied. */
export function blobsOf({ copied, needs }: CopyPlan): number[] {
  const manifests = [...copied.values()].map(({ blobId }) => blobId);
  return [...new Set([...manifests, ...needs.flatMap(({ blobId }) => (blobId === null ? [] : [blobId]))])];
}
