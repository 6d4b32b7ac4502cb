// What an upload refuses, and what is left of it afterwards.

import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { addUser } from '../harness/accounts.ts';
import { digestOf, seededBytes } from '../harness/image.ts';
import { answerTo, expectError, expectStatus, locationOf, piecesOf } from '../harness/registry-client.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
await addUser(server, { username: 'second', password }, '--admin');
const client = server.client();
const second = server.client({ username: 'second', password });
const repository = 'library/refusals';

test('a chunk out of order is refused with the true range, and the upload goes on from there', async () => {
  const bytes = seededBytes('out of order', 3000);
  const location = await client.startUpload(repository);
  const chunk = (first: number, last: number) =>
    client.patch(location, bytes.subarray(first, last + 1), { 'Content-Range': `${first}-${last}` });
  const early = await chunk(1000, 1999);
  expectError(early, 416, 'RANGE_INVALID');
  assert.equal(early.headers.range, '0-0');
  expectStatus(await chunk(0, 999), 202);
  for (const [first, last] of [
    [0, 999],
    [500, 1499],
    [1001, 1999],
    [2000, 2999],
  ] as const) {
    const refused = await chunk(first, last);
    expectError(refused, 416, 'RANGE_INVALID');
    assert.equal(refused.headers.range, '0-999');
    assert.equal((await client.get(location)).headers.range, '0-999');
  }
  const put = await client.finishUpload(location, digestOf(bytes), bytes.subarray(2000), {
    'Content-Range': '2000-2999',
  });
  expectError(put, 416, 'RANGE_INVALID');
  assert.equal(put.headers.range, '0-999');
  expectStatus(await chunk(1000, 1999), 202);
  expectStatus(
    await client.finishUpload(location, digestOf(bytes), bytes.subarray(2000), {
      'Content-Range': '2000-2999',
    }),
    201,
  );
  await client.pullBlob(repository, bytes);
});

test('a chunk that is not as long as its range says is refused and leaves no byte', async () => {
  const bytes = seededBytes('wrong length', 2000);
  const location = await client.startUpload(repository);
  expectStatus(await client.patch(location, bytes.subarray(0, 500), { 'Content-Range': '0-499' }), 202);
  for (const range of ['500-1998', '500-2000']) {
    const answer = await client.patch(location, bytes.subarray(500), { 'Content-Range': range });
    expectError(answer, 400, 'SIZE_INVALID');
    assert.equal((await client.get(location)).headers.range, '0-499');
    const streamed = await client.patch(location, piecesOf(bytes.subarray(500), 100), {
      'Content-Range': range,
    });
    expectError(streamed, 400, 'SIZE_INVALID');
    assert.equal((await client.get(location)).headers.range, '0-499');
  }
  expectStatus(
    await client.finishUpload(location, digestOf(bytes), bytes.subarray(500), {
      'Content-Range': '500-1999',
    }),
    201,
  );
  await client.pullBlob(repository, bytes);
});

test('a range that is none is refused', async () => {
  const location = await client.startUpload(repository);
  for (const range of ['0', '5-2', 'a-b', '-5', '0-', '0-99999999999999999999']) {
    expectError(await client.patch(location, 'x', { 'Content-Range': range }), 400, 'BLOB_UPLOAD_INVALID');
  }
  assert.equal((await client.get(location)).headers.range, '0-0');
});

test('content that does not have its digest is refused, and the upload is gone', async () => {
  const bytes = seededBytes('wrong digest', 5000);
  const other = digestOf(seededBytes('something else', 5000));
  const ways = {
    'in one PUT': async (location: string) => client.finishUpload(location, other, bytes),
    'by a stream': async (location: string) => {
      expectStatus(await client.patch(location, piecesOf(bytes, 512)), 202);
      return client.finishUpload(location, other);
    },
    'by chunk and PUT': async (location: string) => {
      expectStatus(await client.patch(location, bytes.subarray(0, 2000)), 202);
      return client.finishUpload(location, other, bytes.subarray(2000));
    },
  };
  for (const [name, way] of Object.entries(ways)) {
    const location = await client.startUpload(repository);
    expectError(await way(location), 400, 'DIGEST_INVALID');
    expectError(await client.get(location), 404, 'BLOB_UPLOAD_UNKNOWN');
    for (const digest of [other, digestOf(bytes)]) {
      const answer = await client.head(`/v2/${repository}/blobs/${digest}`);
      assert.equal(answer.status, 404, `${name}: ${digest} exists`);
    }
  }
});

test('a closing PUT without a digest, or with something else, is refused and may be repeated rightly', async () => {
  const bytes = seededBytes('no digest', 100);
  const location = await client.startUpload(repository);
  expectStatus(await client.patch(location, bytes), 202);
  expectError(await client.call('PUT', location, { body: '' }), 400, 'DIGEST_INVALID');
  for (const digest of ['', 'sha256', 'sha256:abc', 'md5:d41d8cd98f00b204e9800998ecf8427e', 'sha256:..%2F']) {
    expectError(await client.finishUpload(location, digest), 400, 'DIGEST_INVALID');
  }
  expectStatus(await client.finishUpload(location, digestOf(bytes)), 201);
});

const unknown = '0f0e0d0c-0b0a-4909-8807-060504030201';

for (const id of [unknown, 'no-id', '..%2F..%2Fetc', '%00', 'a'.repeat(500)]) {
  test(`an upload that nobody began is unknown: ${id.slice(0, 40)}`, async () => {
    const location = `/v2/${repository}/blobs/uploads/${id}`;
    const bytes = seededBytes('unknown', 100);
    for (const answer of [
      await client.get(location),
      await client.patch(location, bytes),
      await client.finishUpload(location, digestOf(bytes), bytes),
      await client.delete(location),
    ]) {
      expectError(answer, 404, 'BLOB_UPLOAD_UNKNOWN');
    }
  });
}

/** Everything that can be done to an upload, by somebody to whom it must not exist. */
async function expectUnknownTo(stranger: typeof client, location: string, bytes: Buffer): Promise<void> {
  expectError(await stranger.get(location), 404, 'BLOB_UPLOAD_UNKNOWN');
  expectError(await stranger.patch(location, bytes), 404, 'BLOB_UPLOAD_UNKNOWN');
  expectError(await stranger.finishUpload(location, digestOf(bytes), bytes), 404, 'BLOB_UPLOAD_UNKNOWN');
  expectError(await stranger.delete(location), 404, 'BLOB_UPLOAD_UNKNOWN');
}

test("another user's upload does not exist", async () => {
  const bytes = seededBytes("another user's", 300);
  const location = await client.startUpload(repository);
  expectStatus(await client.patch(location, bytes), 202);
  await expectUnknownTo(second, location, seededBytes('intruder', 10));
  expectStatus(await client.finishUpload(location, digestOf(bytes)), 201);
  await expectUnknownTo(second, location, bytes);
});

test("another repository's upload does not exist", async () => {
  const bytes = seededBytes("another repository's", 300);
  const location = await client.startUpload(repository);
  const elsewhere = location.replace(repository, 'library/elsewhere');
  await expectUnknownTo(client, elsewhere, bytes);
  expectStatus(await client.finishUpload(location, digestOf(bytes), bytes), 201);
  await expectUnknownTo(client, elsewhere, bytes);
});

test('nobody uploads without signing in', async () => {
  const stranger = server.client(null);
  const location = await client.startUpload(repository);
  for (const answer of [
    await stranger.call('POST', `/v2/${repository}/blobs/uploads/`, { body: '' }),
    await stranger.get(location),
    await stranger.patch(location, 'x'),
    await stranger.delete(location),
  ]) {
    expectError(answer, 401, 'UNAUTHORIZED');
    assert.match(String(answer.headers['www-authenticate']), /^Bearer realm=/);
  }
  expectStatus(await client.get(location), 204);
});

describe('writers at once', { concurrency: true }, () => {
  test('a second writer waits for the first and then goes on behind it', async () => {
    const bytes = seededBytes('two writers', 2000);
    const location = await client.startUpload(repository);
    const first = client.begin('PATCH', location);
    const firstAnswer = answerTo(first);
    first.write(bytes.subarray(0, 500));
    await delay(150);
    const secondAnswer = client.patch(location, bytes.subarray(1000), { 'Content-Range': '1000-1999' });
    await delay(150);
    first.end(bytes.subarray(500, 1000));
    expectStatus(await firstAnswer, 202);
    const answer = await secondAnswer;
    expectStatus(answer, 202);
    assert.equal(answer.headers.range, '0-1999');
    expectStatus(await client.finishUpload(location, digestOf(bytes)), 201);
    await client.pullBlob(repository, bytes);
  });

  test('a second writer is refused with the true range when the first goes on for long', async () => {
    const bytes = seededBytes('a long first writer', 2000);
    const location = await client.startUpload(repository);
    expectStatus(await client.patch(location, bytes.subarray(0, 300)), 202);
    const first = client.begin('PATCH', location);
    const firstAnswer = answerTo(first);
    first.write(bytes.subarray(300, 1000));
    await delay(150);
    const [patch, put, cancel] = await Promise.all([
      client.patch(location, 'x'),
      client.finishUpload(location, digestOf(bytes), 'x'),
      client.delete(location),
    ]);
    for (const answer of [patch, put, cancel]) {
      expectError(answer, 416, 'RANGE_INVALID');
      assert.match(String(answer.headers.range), /^0-(299|999)$/);
    }
    first.end(bytes.subarray(1000));
    const answer = await firstAnswer;
    expectStatus(answer, 202);
    assert.equal(answer.headers.range, '0-1999');
    expectStatus(await client.finishUpload(locationOf(answer), digestOf(bytes)), 201);
    await client.pullBlob(repository, bytes);
  });

  test('writers who all begin at once lose no byte and mix none', async () => {
    const pieces = Array.from({ length: 6 }, (_, index) => seededBytes(`writer ${index}`, 50_000));
    const location = await client.startUpload(repository);
    const answers = await Promise.all(pieces.map((piece) => client.patch(location, piecesOf(piece, 5000))));
    const order = answers.map((answer, index) => {
      expectStatus(answer, 202);
      return { piece: pieces[index]!, end: Number(String(answer.headers.range).slice(2)) };
    });
    const bytes = Buffer.concat(order.toSorted((a, b) => a.end - b.end).map(({ piece }) => piece));
    expectStatus(await client.finishUpload(location, digestOf(bytes)), 201);
    await client.pullBlob(repository, bytes);
  });
});

test('a refusal can be read although much of the body was still to come', async () => {
  const bytes = seededBytes('much', 16 * 1024 * 1024);
  const location = `/v2/${repository}/blobs/uploads/${unknown}`;
  const started = await client.startUpload(repository);
  for (let round = 0; round < 5; round++) {
    expectError(await client.patch(location, bytes), 404, 'BLOB_UPLOAD_UNKNOWN');
    expectError(await client.patch(location, piecesOf(bytes, 65_536)), 404, 'BLOB_UPLOAD_UNKNOWN');
    const early = await client.patch(started, bytes, { 'Content-Range': `5-${bytes.length + 4}` });
    expectError(early, 416, 'RANGE_INVALID');
    expectError(await server.client(null).patch(started, bytes), 401, 'UNAUTHORIZED');
  }
});
