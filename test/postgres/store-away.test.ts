// The storage is away, or another one, for one of two instances: it says so, serves nothing, judges and deletes nothing,
// acknowledges nothing, and goes on by itself when the storage is back. The other one does not notice.

import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { digestOf, imageOf, seededBytes } from '../harness/image.ts';
import {
  type Answer,
  expectError,
  expectStatus,
  locationOf,
  type RegistryClient,
} from '../harness/registry-client.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { SharedDatabase } from './two-servers.ts';

const database = await SharedDatabase.create();
after(() => database[Symbol.asyncDispose]());
const stranger = await SharedDatabase.create();
after(() => stranger[Symbol.asyncDispose]());

/** Where the second instance looks for the storage, as at a mount point of its machine. */
const mountPoint = join(database.folder, 'mount-point');
symlinkSync(database.storage, mountPoint);
const emptyFolder = join(database.folder, 'nothing-mounted');
mkdirSync(emptyFolder);

/** In one step, as a mount is. */
function mount(target: string): void {
  const next = `${mountPoint}.next`;
  symlinkSync(target, next);
  renameSync(next, mountPoint);
}

const other = await stranger.start('stranger');
await other.client().pushImage('theirs', '1', imageOf({ seed: 'theirs' }));
await other.stop();
const one = await database.start('one');
const two = await database.start('two', { args: ['--storage', mountPoint] });
const left = one.client();
const right = two.client();
let count = 0;

const filesOf = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();

interface Before {
  /** A blob that the second instance has not opened yet. */
  readonly blob: string;
  /** An upload that has 100,000 of its bytes, and was hashed by the first instance. */
  readonly upload: string;
}

type Ask = (before: Before) => Promise<Answer>;
const pull: Ask = ({ blob }) => right.get(`/v2/hello/blobs/${blob}`);
const push: Ask = async () => {
  const bytes = seededBytes(`lost ${count}`, 50_000);
  return right.finishUpload(await right.startUpload('hello'), digestOf(bytes), bytes);
};
const goOn: Ask = ({ upload }) =>
  right.patch(upload, Buffer.alloc(1000), { 'Content-Range': '100000-100999' });
const close: Ask = ({ upload }) => right.finishUpload(upload, digestOf(Buffer.from('anything')));
const status: Ask = ({ upload }) => right.get(upload);

for (const [what, target, asks] of [
  ['not there', join(database.folder, 'gone'), { pull, goOn }],
  ['an empty folder', emptyFolder, { push, status, pull }],
  ["another registry's", stranger.storage, { push, goOn, pull, close }],
] as const) {
  for (const [name, ask] of Object.entries(asks) as readonly (readonly [string, Ask])[]) {
    test(`a storage that is ${what} is noticed by ${name}, and costs nobody anything`, async () => {
      count += 1;
      const bytes = seededBytes(`upload ${count}`, 150_000);
      const blob = seededBytes(`blob ${count}`, 20_000);
      const before = { blob: await left.pushBlob('hello', blob), upload: await startedUpload(left, bytes) };
      const theirs = filesOf(stranger.storage);
      const ours = filesOf(database.storage);
      mount(target);
      expectError(await ask(before), 503, 'UNAVAILABLE');
      assert.deepEqual(filesOf(stranger.storage), theirs, 'another registry has got or lost a file');
      assert.deepEqual(filesOf(database.storage), ours, 'a file has come or gone');
      assert.deepEqual(filesOf(emptyFolder), []);
      await expectAway(before);
      // The other instance goes on with everything.
      await left.pullBlob('hello', blob);
      const range = { 'Content-Range': '100000-149999' };
      expectStatus(await left.patch(before.upload, bytes.subarray(100_000), range), 202);
      mount(database.storage);
      await waitUntil('the storage is back', async () => (await right.get('/readyz')).status === 200);
      expectStatus(await right.finishUpload(before.upload, digestOf(bytes)), 201);
      await right.pullBlob('hello', blob);
      await right.pullBlob('hello', bytes);
    });
  }
}

/** At the other instance, and not closed. */
async function startedUpload(client: RegistryClient, bytes: Buffer): Promise<string> {
  const range = { 'Content-Range': '0-99999' };
  const answer = await client.patch(await client.startUpload('hello'), bytes.subarray(0, 100_000), range);
  expectStatus(answer, 202);
  return locationOf(answer);
}

async function expectAway(before: Before): Promise<void> {
  const ready = await right.get('/readyz');
  expectStatus(ready, 503);
  assert.match(ready.body.toString(), /the storage is not the one this registry belongs to/);
  assert.ok(ready.headers['retry-after'] !== undefined);
  expectStatus(await left.get('/readyz'), 200);
  await waitUntil('health tells', async () => {
    const { components } = JSON.parse((await right.get('/api/v2.0/health')).body.toString()) as {
      components: { name: string; status: string }[];
    };
    return components.some(({ name, status: found }) => name === 'registry' && found === 'unhealthy');
  });
  await two.logged(
    ({ level, msg }) => level === 'error' && String(msg).startsWith('the storage is not the one'),
  );
  for (const answer of [
    await right.get('/v2/hello/tags/list'),
    await pull(before),
    await right.call('POST', '/v2/hello/blobs/uploads/', { body: '' }),
    await right.delete(`/v2/hello/blobs/${before.blob}`),
  ])
    expectError(answer, 503, 'UNAVAILABLE');
}

test('nothing was called missing, and no upload was ended', async () => {
  const rows = await database.query<{ state: string }>(
    "select distinct state from blob where state <> 'pending'",
  );
  assert.deepEqual(
    rows.map(({ state }) => state),
    ['live'],
  );
});

test('a job that removes what has expired removes nothing while the storage is another one', async () => {
  const upload = await startedUpload(left, seededBytes('expired', 150_000));
  const id = upload.slice(upload.lastIndexOf('/') + 1);
  const staged = filesOf(database.storage).filter((path) => path.includes(id));
  assert.equal(staged.length, 1);
  // The one that would do it right.
  await one.stop();
  mount(stranger.storage);
  await database.run(
    'update upload set expires_at = 1 where finished_digest is null',
    "update periodic_job set due_at = 0 where name = 'upload-sweep'",
  );
  await waitUntil(
    'the job has run',
    async () => {
      const [job] = await database.query<{ due_at: string }>(
        "select due_at from periodic_job where name = 'upload-sweep' and lease_holder is null",
      );
      return job !== undefined && Number(job.due_at) > 0;
    },
    60_000,
  );
  assert.equal((await database.query(`select id from upload where id = '${id}'`)).length, 1);
  assert.deepEqual(
    filesOf(database.storage).filter((path) => path.includes(id)),
    staged,
  );
  mount(database.storage);
  await waitUntil('the storage is back', async () => (await right.get('/readyz')).status === 200);
});
