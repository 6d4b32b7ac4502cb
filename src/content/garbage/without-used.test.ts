import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requireTag } from '../../lib/oci/tag.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { deleteTag } from '../tags/delete-tag.ts';
import { openWorld, putManifest, type World } from '../testing/world.ts';
import { actorIn, inTrash, places, pushTexts, requireConsistent } from '../trash/testing/trash-world.ts';
import { collect, plan } from './testing/collect.ts';

const [here] = places;
const dayMs = 86_400_000;

/** A cluster says that it runs these images of the repository. */
async function runs({ db }: World, digests: readonly string[], endsInMs = dayMs): Promise<void> {
  const now = await db.now();
  await db.transaction(async ({ builder }) => {
    await builder.deleteFrom('in_use_list').execute();
    const list = { cluster: 'prod', updated_at: now, expires_at: now + endsInMs, updated_by: 'admin' };
    const { id } = await builder
      .insertInto('in_use_list')
      .values(list)
      .returning('id')
      .executeTakeFirstOrThrow();
    for (const digest of digests)
      await builder
        .insertInto('in_use_image')
        .values({ list_id: id, repository: here, tag: '', digest })
        .execute();
  });
}

const untag = (world: World, tag: string) => deleteTag(world, { ...actorIn(here), tag: requireTag(tag) });

for (const dialect of dialects) {
  test(`an artifact without tags that a cluster runs stays, and an index of it; the plan says the same (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const used = await pushTexts(world.deps, 'used', ['config', 'used']);
    const child = await pushTexts(world.deps, 'child', ['config', 'child']);
    const type = 'application/vnd.oci.image.index.v1+json';
    const manifests = [{ mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: child, size: 1 }];
    const index = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: type, manifests }));
    await putManifest(world.deps, 'index', index, { type });
    await pushTexts(world.deps, 'other', ['config', 'other']);
    for (const tag of ['used', 'child', 'index', 'other']) await untag(world, tag);
    await runs(world, [used, child]);
    assert.equal((await plan(world, { deleteUntagged: true })).untagged, 1);
    assert.equal((await collect(world, { deleteUntagged: true })).untagged, 1);
    const trashed = (await inTrash(world)).filter(({ kind }) => kind === 'artifact');
    assert.equal(trashed.length, 1);
    await runs(world, [used]);
    assert.equal((await collect(world, { deleteUntagged: true })).untagged, 1);
    await requireConsistent(world);
  });

  test(`once a list has ended no artifact goes for want of a tag (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await pushTexts(world.deps, 'gone', ['config', 'gone']);
    await untag(world, 'gone');
    await runs(world, [], -1);
    assert.equal((await plan(world, { deleteUntagged: true })).untagged, 0);
    assert.equal((await collect(world, { deleteUntagged: true })).untagged, 0);
    await runs(world, []);
    assert.equal((await collect(world, { deleteUntagged: true })).untagged, 1);
  });
}
