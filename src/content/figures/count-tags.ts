import { setImmediate as turn } from 'node:timers/promises';
import type { Queries } from '../../platform/db/database.ts';
import {
  aliasesOf,
  type HeldArtifact,
  neededElsewhere,
  pageOfArtifacts,
  pageOfTags,
  referencesOf,
} from './content-reads.ts';
import { type GraphArtifact, RepositoryGraph } from './repository-graph.ts';

const artifactsAtOnce = 200;
const tagsAtOnce = 1000;
const blobsAtOnce = 200;

export interface TagFigures {
  readonly tagId: number;
  /** Of its artifact with its children and all that is about them, each blob once. */
  readonly logicalBytes: number;
  /** Given back when the tag is removed, and with it what then nothing holds any more. */
  readonly uniqueBytes: number;
}

export interface CountedTags {
  readonly tags: readonly TagFigures[];
  /** Given back when all artifacts are removed that no tag and no other artifact holds. */
  readonly untaggedBytes: number;
  /** By artifact: given back when it is removed, and with it what then nothing holds any more. */
  readonly artifacts: ReadonlyMap<number, number>;
}

interface Content {
  readonly artifacts: readonly HeldArtifact[];
  readonly tags: ReadonlyMap<number, readonly number[]>;
  /** By artifact: the artifacts that it lists, and that are about it. */
  readonly owned: ReadonlyMap<number, readonly number[]>;
  readonly owners: ReadonlyMap<number, readonly number[]>;
  readonly accessories: ReadonlySet<number>;
  /** By artifact, its manifest and what that refers to. */
  readonly blobs: ReadonlyMap<number, ReadonlySet<number>>;
  readonly sizes: ReadonlyMap<number, number>;
}

/**
 * What each tag of a repository takes up, and what its removal would give back. Memory follows the number of references.
 * @param pace awaited between two steps
 */
export async function countTags(
  db: Queries,
  repositoryId: number,
  pace: () => Promise<void> = () => turn(),
): Promise<CountedTags> {
  const content = await readContent(db, repositoryId, pace);
  const graph = new RepositoryGraph(
    content.artifacts.map(
      ({ id }): GraphArtifact => ({
        id,
        owners: content.owners.get(id) ?? [],
        tagIds: content.accessories.has(id) ? [] : (content.tags.get(id) ?? []),
      }),
    ),
  );
  const holders = new Map<number, number[]>();
  for (const [artifactId, blobIds] of content.blobs)
    for (const blobId of blobIds) {
      const list = holders.get(blobId);
      if (list === undefined) holders.set(blobId, [artifactId]);
      else list.push(artifactId);
    }
  const alone = [...holders].filter(([, artifactIds]) => graph.goesWithOne(artifactIds));
  for (let start = 0; start < alone.length; start += blobsAtOnce) {
    const some = alone.slice(start, start + blobsAtOnce);
    const ids = some.map(([id]) => id);
    const elsewhere = new Set(await neededElsewhere(db, repositoryId, ids));
    for (const [id, artifactIds] of some)
      if (!elsewhere.has(id)) graph.add(artifactIds, content.sizes.get(id) ?? 0);
    await pace();
  }
  const sums = graph.sums();
  const tags = [...content.tags].flatMap(([artifactId, tagIds]) => {
    const logicalBytes = logicalOf(content, artifactId);
    return tagIds.map((tagId) => ({ tagId, logicalBytes, uniqueBytes: sums.tags.get(tagId) ?? 0 }));
  });
  return { tags, untaggedBytes: sums.untagged, artifacts: sums.artifacts };
}

function logicalOf(content: Content, artifactId: number): number {
  const reached = new Set([artifactId]);
  const blobIds = new Set<number>();
  for (const id of reached) {
    for (const blobId of content.blobs.get(id) ?? []) blobIds.add(blobId);
    for (const owned of content.owned.get(id) ?? []) reached.add(owned);
  }
  let bytes = 0;
  for (const id of blobIds) bytes += content.sizes.get(id) ?? 0;
  return bytes;
}

async function readContent(db: Queries, repositoryId: number, pace: () => Promise<void>): Promise<Content> {
  const artifacts: HeldArtifact[] = [];
  const blobs = new Map<number, Set<number>>();
  const sizes = new Map<number, number>();
  const byDigest = new Map<string, number>();
  const lists: { readonly by: number; readonly blobId: number }[] = [];
  for (let after = ''; ; ) {
    const page = await pageOfArtifacts(db, repositoryId, after, artifactsAtOnce);
    const manifestIds = page.map(({ blobId }) => blobId);
    const byManifest = new Map(page.map(({ blobId, id }) => [blobId, id]));
    for (const { id, blobId, digest, size } of page) {
      byDigest.set(digest, id);
      sizes.set(blobId, size);
      blobs.set(id, new Set([blobId]));
    }
    for (const { digest, blobId } of await aliasesOf(db, manifestIds))
      byDigest.set(digest, byManifest.get(blobId) ?? 0);
    for (const { manifestId, kind, blobId, size } of await referencesOf(db, manifestIds)) {
      const id = byManifest.get(manifestId) ?? 0;
      sizes.set(blobId, size);
      blobs.get(id)?.add(blobId);
      if (kind === 'child') lists.push({ by: id, blobId });
    }
    artifacts.push(...page);
    await pace();
    const last = page.at(-1);
    if (last === undefined || page.length < artifactsAtOnce) break;
    after = last.digest;
  }
  const byBlob = new Map(artifacts.map(({ blobId, id }) => [blobId, id]));
  const pairs = lists.map(({ by, blobId }) => ({ owner: by, owned: byBlob.get(blobId) }));
  const accessories = new Set<number>();
  for (const { id, accessoryKind, subject } of artifacts) {
    const owner = accessoryKind === null || subject === null ? undefined : byDigest.get(subject);
    if (owner === undefined || owner === id) continue;
    accessories.add(id);
    pairs.push({ owner, owned: id });
  }
  const tags = await tagsOf(db, repositoryId, pace);
  return { artifacts, tags, ...linked(pairs), accessories, blobs, sizes };
}

function linked(
  pairs: readonly { readonly owner: number; readonly owned: number | undefined }[],
): Pick<Content, 'owned' | 'owners'> {
  const owned = new Map<number, number[]>();
  const owners = new Map<number, number[]>();
  for (const { owner, owned: id } of pairs) {
    if (id === undefined || id === owner) continue;
    owned.set(owner, [...(owned.get(owner) ?? []), id]);
    owners.set(id, [...(owners.get(id) ?? []), owner]);
  }
  return { owned, owners };
}

async function tagsOf(
  db: Queries,
  repositoryId: number,
  pace: () => Promise<void>,
): Promise<ReadonlyMap<number, number[]>> {
  const tags = new Map<number, number[]>();
  for (let after = ''; ; ) {
    const page = await pageOfTags(db, repositoryId, after, tagsAtOnce);
    for (const { id, artifactId } of page) tags.set(artifactId, [...(tags.get(artifactId) ?? []), id]);
    await pace();
    const last = page.at(-1);
    if (last === undefined || page.length < tagsAtOnce) return tags;
    after = last.name;
  }
}
