import { insertProject } from '../../../access/projects/project-writes.ts';
import type { seededChance } from '../../../lib/chance.testing.ts';
import { AppError } from '../../../lib/errors.ts';
import { requireDigest } from '../../../lib/oci/digest.ts';
import { mediaTypes } from '../../../lib/oci/media-types.ts';
import { requireTag } from '../../../lib/oci/tag.ts';
import { raiseSequence } from '../../../platform/db/raise-sequence.ts';
import { copyArtifact } from '../../artifacts/copying/copy-artifact.ts';
import { deleteArtifact } from '../../artifacts/delete-artifact.ts';
import { deleteRepository } from '../../artifacts/delete-repository.ts';
import { deleteWithDependents } from '../../artifacts/delete-with-dependents.ts';
import { moveRepository } from '../../artifacts/moving/move-repository.ts';
import { deleteBlob } from '../../blobs/delete-blob.ts';
import { mountBlob } from '../../blobs/mount-blob.ts';
import { deleteTag } from '../../tags/delete-tag.ts';
import { digestOf, projectId, putManifest, testActor, type World } from '../../testing/world.ts';
import { purgeTrash } from '../purge-trash.ts';
import { restoreTrash } from '../restore-trash.ts';
import { inTrash, places, pushTexts, referenceOf } from './trash-world.ts';

const images = [
  ['config a', 'base', 'a'],
  ['config b', 'base', 'b'],
  ['config c', 'base', 'middle'],
  ['config d', 'middle'],
] as const;
const tags = ['v1', 'v2', 'v3'] as const;
/** What somebody may be told; anything else is a defect. */
const refusals = [
  'CONFLICT',
  'NOT_FOUND',
  'MANIFEST_UNKNOWN',
  'UNSUPPORTED',
  'ARTIFACT_IN_USE',
  'MANIFEST_BLOB_UNKNOWN',
  'BLOB_UNKNOWN',
];
const secondProject = 2;
const everywhere = [...places, 'second/app'] as const;

const placeOf = (name: string) => ({
  projectId: name.startsWith('second/') ? secondProject : projectId,
  path: name.slice(name.indexOf('/') + 1),
});
const actorIn = (name: string) => ({
  projectId: placeOf(name).projectId,
  repositoryName: name,
  actor: testActor,
});

/** A registry in which whatever is done at random. */
export interface Walk {
  readonly world: World;
  readonly chance: ReturnType<typeof seededChance>;
  readonly done: string[];
  /** Deleted by themselves: nothing in the trash has them, and their links are left to the garbage collection. */
  readonly unlinked: Set<string>;
}

async function digestsIn({ db }: World, name: string): Promise<string[]> {
  const rows = await db.reader.builder
    .selectFrom('live_artifact')
    .innerJoin('live_repository', 'live_repository.id', 'live_artifact.repository_id')
    .select('live_artifact.digest')
    .where('live_repository.full_name', '=', name)
    .orderBy('live_artifact.digest')
    .execute();
  return rows.map(({ digest }) => digest);
}

/** Of up to two artifacts that the repository holds. */
async function pushIndex({ world, chance }: Walk, name: string, tag: string): Promise<void> {
  const held = await digestsIn(world, name);
  const manifests = [];
  for (const digest of new Set(held.length === 0 ? [] : [chance.pick(held), chance.pick(held)]))
    manifests.push({ mediaType: mediaTypes.ociManifest, digest, size: 1 });
  const index = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests };
  await putManifest(world.deps, tag, Buffer.from(JSON.stringify(index)), { name, type: mediaTypes.ociIndex });
}

/** Between repositories, also of two projects. */
async function between({ world, chance, done, unlinked }: Walk): Promise<void> {
  const [from, to] = [chance.pick(everywhere), chance.pick(everywhere)];
  const what = chance.pick(['copy', 'copy', 'move', 'mount', 'blob']);
  const tag = chance.pick(tags);
  const layer = digestOf(Buffer.from(chance.pick(['base', 'a', 'middle'])));
  done.push(`${what} ${from} ${to}:${tag}`);
  if (what === 'copy')
    await copyArtifact(world, {
      ...actorIn(to),
      source: { repositoryName: from, reference: referenceOf(tag) },
      sparse: false,
      allowsTag: () => true,
    });
  if (what === 'move')
    await moveRepository(world, {
      from: placeOf(from),
      to: { projectId: chance.pick([projectId, secondProject]), path: `moved-${done.length}` },
      keptMs: 0,
      actor: testActor,
    });
  if (what === 'mount') await mountBlob(world, { ...actorIn(to), digest: layer, sourceName: from });
  if (what === 'blob') await deleteBlob(world, { ...actorIn(to), digest: layer });
  if (what === 'blob') unlinked.add(layer);
}

/** Something is pushed, copied, moved, deleted, restored or purged. */
async function step(walk: Walk): Promise<void> {
  const { world, chance, done } = walk;
  if (chance.whole(5) === 0) return between(walk);
  const name = chance.pick(places);
  const tag = chance.pick(tags);
  const where = actorIn(name);
  const [items, held] = [await inTrash(world), await digestsIn(world, name)];
  const what = chance.pick([
    'push',
    'push',
    'index',
    'tag',
    'digest',
    'image',
    'repository',
    'restore',
    'restore',
    'purge',
  ]);
  done.push(`${what} ${name}:${tag}`);
  const item = items.length === 0 ? undefined : chance.pick(items);
  if (what === 'push') await pushTexts(world.deps, tag, chance.pick(images), name);
  if (what === 'index') await pushIndex(walk, name, tag);
  if (what === 'tag') await deleteTag(world, { ...where, tag: requireTag(tag) });
  if (what === 'digest' && held.length > 0)
    await deleteArtifact(world, { ...where, digest: requireDigest(chance.pick(held)) });
  if (what === 'image') await deleteWithDependents(world, { ...where, reference: referenceOf(tag) });
  if (what === 'repository' && chance.whole(3) === 0) await deleteRepository(world, where);
  if (item === undefined) return;
  if (what === 'restore') await restoreTrash(world, { id: item.id, actor: testActor });
  if (what === 'purge') await purgeTrash(world.deps, { id: item.id, actor: testActor, why: 'asked' });
}

/** Two projects, of which the second one holds nothing. */
export async function addSecondProject({ db }: World): Promise<void> {
  await db.transaction(async (tx) => {
    await insertProject(tx, { id: secondProject, name: 'second', ownerId: 1, public: true, now: 0 });
    await raiseSequence(tx, 'project');
  });
}

/** False: it was refused, in words. */
export async function walkOn(walk: Walk): Promise<boolean> {
  try {
    await step(walk);
    return true;
  } catch (error) {
    if (error instanceof AppError && refusals.includes(error.code)) return false;
    throw new Error(walk.done.join('\n'), { cause: error });
  }
}
