import { setImmediate as turn } from 'node:timers/promises';
import type { Queries } from '../../platform/db/database.ts';
import { BlobHolders } from './blob-holders.ts';
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
  readonly blobs: BlobHolders;
  /** By artifact, its manifest and what that refers to. */
  readonly ownBytes: ReadonlyMap<number, number>;
}

/**
 * What each tag of a repository takes up, and what its removal would give back. Memory follows the number of references,
 * with some 30 bytes for each.
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
  for (const held of content.blobs.taken()) {
    const alone = held.filter(({ artifactIds }) => graph.goesWithOne(artifactIds));
    for (let start = 0; start < alone.length; start += blobsAtOnce) {
      const some = alone.slice(start, start + blobsAtOnce);
      const ids = some.map(({ blobId }) => blobId);
      const elsewhere = new Set(await neededElsewhere(db, repositoryId, ids));
      for (const { blobId, artifactIds, size } of some)
        if (!elsewhere.has(blobId)) graph.add(artifactIds, size);
      await pace();
    }
    await pace();
  }
  const sums = graph.sums();
  const logical = await logicalOf(db, content, pace);
  const tags = [...content.tags].flatMap(([artifactId, tagIds]) => {
    const logicalBytes = logical.get(artifactId) ?? 0;
    return tagIds.map((tagId) => ({ tagId, logicalBytes, uniqueBytes: sums.tags.get(tagId) ?? 0 }));
  });
  return { tags, untaggedBytes: sums.untagged, artifacts: sums.artifacts };
}

/** Of each artifact that has a tag, with what it owns. */
async function logicalOf(
  db: Queries,
  content: Content,
  pace: () => Promise<void>,
): Promise<ReadonlyMap<number, number>> {
  const bytes = new Map(content.ownBytes);
  const byId = new Map(content.artifacts.map((artifact) => [artifact.id, artifact]));
  let some = new Map<number, ReadonlySet<number>>();
  let count = 0;
  const add = async (): Promise<void> => {
    const artifacts = [...new Set([...some.values()].flatMap((ids) => [...ids]))].flatMap(
      (id) => byId.get(id) ?? [],
    );
    const references = Map.groupBy(
      await referencesOf(
        db,
        artifacts.map(({ blobId }) => blobId),
      ),
      ({ manifestId }) => manifestId,
    );
    for (const [id, reached] of some) {
      const sizes = new Map<number, number>();
      for (const { blobId, size } of artifacts.filter((artifact) => reached.has(artifact.id))) {
        sizes.set(blobId, size);
        for (const each of references.get(blobId) ?? []) sizes.set(each.blobId, each.size);
      }
      bytes.set(id, sumOf(sizes));
    }
    some = new Map();
    count = 0;
    await pace();
  };
  for (const id of content.tags.keys()) {
    if (!content.owned.has(id)) continue;
    const reached = reachedFrom(content, id);
    some.set(id, reached);
    count += reached.size;
    if (count >= artifactsAtOnce) await add();
  }
  if (count > 0) await add();
  return bytes;
}

function reachedFrom({ owned }: Content, artifactId: number): ReadonlySet<number> {
  const reached = new Set([artifactId]);
  for (const id of reached) for (const each of owned.get(id) ?? []) reached.add(each);
  return reached;
}

function sumOf(sizes: ReadonlyMap<number, number>): number {
  let bytes = 0;
  for (const size of sizes.values()) bytes += size;
  return bytes;
}

async function readContent(db: Queries, repositoryId: number, pace: () => Promise<void>): Promise<Content> {
  const artifacts: HeldArtifact[] = [];
  const blobs = new BlobHolders();
  const ownBytes = new Map<number, number>();
  const byDigest = new Map<string, number>();
  const lists: { readonly by: number; readonly blobId: number }[] = [];
  for (let after = ''; ; ) {
    const page = await pageOfArtifacts(db, repositoryId, after, artifactsAtOnce);
    const manifestIds = page.map(({ blobId }) => blobId);
    const byManifest = new Map(page.map(({ blobId, id }) => [blobId, id]));
    for (const { id, digest } of page) byDigest.set(digest, id);
    for (const { digest, blobId } of await aliasesOf(db, manifestIds))
      byDigest.set(digest, byManifest.get(blobId) ?? 0);
    const references = Map.groupBy(await referencesOf(db, manifestIds), ({ manifestId }) => manifestId);
    for (const { id, blobId: manifestId, size: manifestSize } of page) {
      const sizes = new Map([[manifestId, manifestSize]]);
      for (const { kind, blobId, size } of references.get(manifestId) ?? []) {
        sizes.set(blobId, size);
        if (kind === 'child') lists.push({ by: id, blobId });
      }
      for (const [blobId, size] of sizes) blobs.add(blobId, size, id);
      ownBytes.set(id, sumOf(sizes));
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
  return { artifacts, tags, ...linked(pairs), accessories, blobs, ownBytes };
}

function linked(
  pairs: readonly { readonly owner: number; readonly owned: number | undefined }[],
): Pick<Content, 'owned' | 'owners'> {
  const owned = new Map<number, number[]>();
  const owners = new Map<number, number[]>();
  for (const { owner, owned: id } of pairs) {
    if (id === undefined || id === owner) continue;
    addTo(owned, owner, id);
    addTo(owners, id, owner);
  }
  return { owned, owners };
}

/** Of one key there may be a million: none is copied. */
function addTo(lists: Map<number, number[]>, key: number, value: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

async function tagsOf(
  db: Queries,
  repositoryId: number,
  pace: () => Promise<void>,
): Promise<ReadonlyMap<number, number[]>> {
  const tags = new Map<number, number[]>();
  for (let after = ''; ; ) {
    const page = await pageOfTags(db, repositoryId, after, tagsAtOnce);
    for (const { id, artifactId } of page) addTo(tags, artifactId, id);
    await pace();
    const last = page.at(-1);
    if (last === undefined || page.length < tagsAtOnce) return tags;
    after = last.name;
  }
}
