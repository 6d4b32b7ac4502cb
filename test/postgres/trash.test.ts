// A purge on one of two instances, while clients pull and push the same by the other: nothing of it can be pulled by either.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { berth } from '../harness/berth-command.ts';
import { childOf, digestOf, imageOf } from '../harness/image.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { jsonOf } from '../harness/rest.ts';
import { SharedDatabase } from './two-servers.ts';

const database = await SharedDatabase.create();
after(() => database[Symbol.asyncDispose]());
const [one, two] = await Promise.all(['one', 'two'].map((name) => database.start(name)));
assert.ok(one !== undefined && two !== undefined);
const [first, second] = [one.client(), two.client()];
const trash = '/api/berth/v1/trash';

const image = imageOf({ seed: 'secret', layers: [3000, 200_000] });
const parts = [image.config, ...image.layers].map((bytes) => digestOf(bytes));
const addresses = [
  '/v2/library/app/manifests/v1',
  `/v2/library/app/manifests/${image.manifest.digest}`,
  ...parts.map((digest) => `/v2/library/app/blobs/${digest}`),
];

async function deletedImage(): Promise<number> {
  await first.pushImage('library/app', 'v1', image);
  for (const address of addresses) expectStatus(await second.get(address), 200);
  const path = `/api/v2.0/projects/library/repositories/app/artifacts/${image.manifest.digest}`;
  expectStatus(await second.call('DELETE', path), 200);
  const [item] = jsonOf<{ id: number }[]>(await first.get(`${trash}?page_size=1`));
  return item?.id ?? assert.fail('nothing is in the trash');
}

test('what one instance purges is gone on both at once, and comes back on neither while it is blocked', async () => {
  const id = await deletedImage();
  for (const client of [first, second])
    for (const address of addresses) expectStatus(await client.get(address), 404);
  expectStatus(await first.call('DELETE', `${trash}/${id}?block=true`), 200);
  for (const client of [first, second])
    for (const address of addresses) expectStatus(await client.get(address), 404);
  await assert.rejects(second.pushImage('library/app', 'v1', image), /403/);
  expectStatus(await second.call('DELETE', `/api/berth/v1/blocked-digests/${image.manifest.digest}`), 200);
  await second.pushImage('library/app', 'v1', image);
  for (const address of addresses) expectStatus(await first.get(address), 200);
});

test('nothing that was purged is mounted, or told of as a referrer, by either instance', async () => {
  const subject = imageOf({ seed: 'subject', layers: [5000] });
  const about = imageOf({ seed: 'about it', layers: [700], more: { subject: childOf(subject.manifest) } });
  await first.pushImage('library/told', 'v1', subject);
  await first.pushImage('library/told', 'sig', about);
  const layer = digestOf(subject.layers[0] ?? Buffer.of());
  const referrers = `/v2/library/told/referrers/${subject.manifest.digest}`;
  const told = async (client: typeof first): Promise<number> =>
    (JSON.parse((await client.get(referrers)).body.toString()) as { manifests: object[] }).manifests.length;
  let no = 0;
  const mount = async (client: typeof first): Promise<number> => {
    no += 1;
    const path = `/v2/library/mounted-${no}/blobs/uploads/?mount=${layer}&from=library/told`;
    return (await client.call('POST', path)).status;
  };
  for (const client of [first, second]) {
    assert.equal(await told(client), 1);
    for (const reference of ['v1', subject.manifest.digest, 'sig'])
      expectStatus(await client.get(`/v2/library/told/manifests/${reference}`), 200);
  }
  const path = `/api/v2.0/projects/library/repositories/told/artifacts/${subject.manifest.digest}`;
  expectStatus(await second.call('DELETE', path), 200);
  const [item] = jsonOf<{ id: number }[]>(await first.get(`${trash}?page_size=1`));
  expectStatus(await first.call('DELETE', `${trash}/${item?.id ?? 0}`), 200);
  for (const client of [first, second]) {
    assert.equal(await told(client), 0);
    assert.equal(await mount(client), 202);
    for (const reference of ['v1', subject.manifest.digest, 'sig', about.manifest.digest])
      expectStatus(await client.get(`/v2/library/told/manifests/${reference}`), 404);
    expectStatus(await client.get(`/v2/library/told/blobs/${layer}`), 404);
  }
});

test('a purge on one instance against pushes by the other: what was acknowledged can be pulled by both', async () => {
  for (let round = 0; round < 8; round += 1) {
    const id = await deletedImage();
    const [purged] = await Promise.all([
      first.call('DELETE', `${trash}/${id}`),
      // Its layers may go between a look at them and the manifest: a client pushes again.
      second.pushImage('library/app', 'v1', image).catch(() => second.pushImage('library/app', 'v1', image)),
    ]);
    expectStatus(purged, 200);
    for (const client of [first, second])
      for (const address of addresses) expectStatus(await client.get(address), 200);
  }
  const verified = await berth(['verify', 'storage', '--data', one.data]);
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
});
