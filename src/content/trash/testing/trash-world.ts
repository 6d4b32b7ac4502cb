import assert from 'node:assert/strict';
import type { CanonicalDigest } from '../../../lib/oci/digest.ts';
import { parseReference, requireTag } from '../../../lib/oci/tag.ts';
import { canonicalKey } from '../../../platform/blobstore/layout.ts';
import type { Database } from '../../../platform/db/database.ts';
import { checkUsage } from '../../repositories/check-usage.ts';
import {
  imageManifest,
  projectId,
  pushBlob,
  putManifest,
  testActor,
  type World,
} from '../../testing/world.ts';
import { pageOfTrash, type TrashItem } from '../trash-reads.ts';

export const places = ['library/app', 'library/other'] as const;
export const actorIn = (repositoryName: string) => ({ projectId, repositoryName, actor: testActor });

/** Pushes an image whose config and layers are these texts. */
export async function pushTexts(
  deps: World['deps'],
  tag: string,
  texts: readonly string[],
  name: string = places[0],
): Promise<string> {
  const layers = [];
  for (const text of texts) {
    const bytes = Buffer.from(text);
    layers.push({ digest: await pushBlob(deps, bytes, name), size: bytes.length });
  }
  return putManifest(deps, requireTag(tag), imageManifest(layers), { name });
}

export async function inTrash({ db }: { readonly db: Database }): Promise<TrashItem[]> {
  const sort = [{ key: 'id', descending: false }] as const;
  return (await pageOfTrash(db.reader, { places: undefined, conditions: [], sort, offset: 0, limit: 1000 }))
    .rows;
}

export const referenceOf = parseReference;

/** Usage is what is held; what can be pulled is complete and there; nothing lies in the storage that no row knows. */
export async function requireConsistent(world: World): Promise<void> {
  assert.deepEqual(await checkUsage(world, { repair: false }), []);
  const { builder } = world.db.reader;
  const needed = await builder
    .selectFrom('live_artifact')
    .innerJoin('live_repository', 'live_repository.id', 'live_artifact.repository_id')
    .innerJoin('reference', 'reference.manifest_id', 'live_artifact.blob_id')
    .leftJoin('blob', 'blob.id', 'reference.blob_id')
    .leftJoin('blob_link', (join) =>
      join
        .onRef('blob_link.blob_id', '=', 'blob.id')
        .onRef('blob_link.repository_id', '=', 'live_artifact.repository_id'),
    )
    .where('reference.kind', 'in', ['config', 'layer'])
    .select(['reference.digest', 'blob.state', 'blob.storage_key as key', 'blob_link.hidden'])
    .execute();
  for (const { digest, state, hidden, key } of needed) {
    assert.deepEqual({ digest, state, hidden }, { digest, state: 'live', hidden: 0 });
    assert.ok((await world.store.get(key ?? canonicalKey(digest as CanonicalDigest))) !== undefined, digest);
  }
  const children = await builder
    .selectFrom('live_artifact')
    .innerJoin('reference', 'reference.manifest_id', 'live_artifact.blob_id')
    .leftJoin('live_artifact as child', (join) =>
      join
        .onRef('child.blob_id', '=', 'reference.blob_id')
        .onRef('child.repository_id', '=', 'live_artifact.repository_id'),
    )
    .where('reference.kind', '=', 'child')
    .where('child.id', 'is', null)
    .select(['live_artifact.digest as index', 'reference.digest'])
    .execute();
  assert.deepEqual(children, []);
  const tags = await builder
    .selectFrom('live_tag')
    .leftJoin('live_artifact', 'live_artifact.id', 'live_tag.artifact_id')
    .select(['live_tag.name', 'live_artifact.id'])
    .execute();
  for (const { name, id } of tags) assert.ok(id !== null, `${name} stands for nothing`);
  const orphans = await builder
    .selectFrom('trash')
    .leftJoin('artifact', 'artifact.trash_id', 'trash.id')
    .leftJoin('tag', 'tag.trash_id', 'trash.id')
    .select('trash.id')
    .where('trash.kind', 'in', ['tag', 'artifact'])
    .where('artifact.id', 'is', null)
    .where('tag.id', 'is', null)
    .execute();
  assert.deepEqual(orphans, []);
}
