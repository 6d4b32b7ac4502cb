// distribution-spec, "Pushing blobs" and "Pushing a blob in chunks": every way in which content may arrive.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { digestOf, seededBytes } from '../harness/image.ts';
import {
  type Answer,
  answerTo,
  expectError,
  expectStatus,
  locationOf,
  piecesOf,
} from '../harness/registry-client.ts';
import { BerthServer } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const client = server.client();
const repository = 'library/forms';
const mebibyte = 1024 * 1024;

function expectProgress(answer: Answer, status: number, range: string): void {
  expectStatus(answer, status);
  assert.equal(answer.headers.range, range);
  const location = locationOf(answer);
  const [, , ...words] = location.split('/');
  assert.equal(words.slice(0, -1).join('/'), `${repository}/blobs/uploads`);
  assert.ok(!location.includes('?'), 'some clients drop the query of a location');
  assert.equal(answer.headers['docker-upload-uuid'], words.at(-1));
}

function expectPushed(answer: Answer, bytes: Buffer): void {
  const digest = digestOf(bytes);
  expectStatus(answer, 201);
  assert.equal(answer.headers['docker-content-digest'], digest);
  assert.equal(locationOf(answer), `/v2/${repository}/blobs/${digest}`);
  assert.equal(answer.body.length, 0);
}

test('an upload begins with its location, its id and an empty range', async () => {
  const answer = await client.call('POST', `/v2/${repository}/blobs/uploads/`, { body: '' });
  expectProgress(answer, 202, '0-0');
  assert.equal(answer.headers['content-length'], '0');
});

test('an upload can be begun without the last slash of its address', async () => {
  expectProgress(await client.call('POST', `/v2/${repository}/blobs/uploads`, { body: '' }), 202, '0-0');
});

test('a blob is pushed by POST and one PUT with its length', async () => {
  const bytes = seededBytes('monolithic', 3 * mebibyte + 17);
  expectPushed(
    await client.finishUpload(await client.startUpload(repository), digestOf(bytes), bytes),
    bytes,
  );
  await client.pullBlob(repository, bytes);
});

test('a blob is pushed by POST and one PUT of unknown length', async () => {
  const bytes = seededBytes('chunked PUT', 200_000);
  const location = await client.startUpload(repository);
  expectPushed(await client.finishUpload(location, digestOf(bytes), piecesOf(bytes, 7000)), bytes);
  await client.pullBlob(repository, bytes);
});

test('a blob is pushed by a PATCH of unknown length and an empty PUT, as Docker does', async () => {
  const bytes = seededBytes('streamed', 5 * mebibyte + 1);
  const answer = await client.call('PATCH', await client.startUpload(repository), {
    body: piecesOf(bytes, 65_536),
  });
  expectProgress(answer, 202, `0-${bytes.length - 1}`);
  expectPushed(await client.finishUpload(locationOf(answer), digestOf(bytes)), bytes);
  await client.pullBlob(repository, bytes);
});

test('a blob is pushed in chunks that say where they belong', async () => {
  const bytes = seededBytes('chunks', 2 * mebibyte + 3);
  let location = await client.startUpload(repository);
  let offset = 0;
  for (const piece of piecesOf(bytes, 700_001)) {
    const range = { 'Content-Range': `${offset}-${offset + piece.length - 1}` };
    const answer = await client.patch(location, piece, range);
    offset += piece.length;
    expectProgress(answer, 202, `0-${offset - 1}`);
    location = locationOf(answer);
    const status = await client.get(location);
    expectProgress(status, 204, `0-${offset - 1}`);
    assert.equal(status.body.length, 0);
  }
  expectPushed(await client.finishUpload(location, digestOf(bytes)), bytes);
  await client.pullBlob(repository, bytes);
});

test('the last chunk may come with the closing PUT, with and without its range', async () => {
  for (const headers of [{}, { 'Content-Range': '1000-2499' }]) {
    const bytes = seededBytes(`last chunk ${JSON.stringify(headers)}`, 2500);
    const location = await client.startUpload(repository);
    const answer = await client.patch(location, bytes.subarray(0, 1000), { 'Content-Range': '0-999' });
    expectProgress(answer, 202, '0-999');
    expectPushed(await client.finishUpload(location, digestOf(bytes), bytes.subarray(1000), headers), bytes);
    await client.pullBlob(repository, bytes);
  }
});

test('chunks without a range are appended', async () => {
  const bytes = seededBytes('appended', 3000);
  const location = await client.startUpload(repository);
  for (const [index, piece] of [...piecesOf(bytes, 1000)].entries()) {
    expectProgress(await client.patch(location, piece), 202, `0-${index * 1000 + 999}`);
  }
  expectPushed(await client.finishUpload(location, digestOf(bytes)), bytes);
  await client.pullBlob(repository, bytes);
});

test('a stream may be followed by a chunk and a chunk by a stream', async () => {
  const bytes = seededBytes('mixed', 9000);
  const location = await client.startUpload(repository);
  expectStatus(await client.patch(location, piecesOf(bytes.subarray(0, 3000), 500)), 202);
  expectStatus(
    await client.patch(location, bytes.subarray(3000, 6000), { 'Content-Range': '3000-5999' }),
    202,
  );
  expectProgress(await client.patch(location, piecesOf(bytes.subarray(6000), 500)), 202, '0-8999');
  expectPushed(await client.finishUpload(location, digestOf(bytes)), bytes);
  await client.pullBlob(repository, bytes);
});

test('the status of an upload that holds nothing is an empty range', async () => {
  expectProgress(await client.get(await client.startUpload(repository)), 204, '0-0');
});

test('the blob without a byte is pushed in every form', async () => {
  const empty = Buffer.alloc(0);
  const ways = {
    'PUT with length 0': async (location: string) => location,
    'PATCH with length 0': async (location: string) => locationOf(await client.patch(location)),
    'PATCH of an empty stream': async (location: string) => locationOf(await client.patch(location, [])),
  };
  for (const [name, way] of Object.entries(ways)) {
    const own = `library/empty-${Object.keys(ways).indexOf(name)}`;
    const answer = await client.finishUpload(await way(await client.startUpload(own)), digestOf(empty));
    expectStatus(answer, 201);
    await client.pullBlob(own, empty);
  }
  const digest = digestOf(empty);
  const post = await client.call('POST', `/v2/library/empty-post/blobs/uploads/?digest=${digest}`, {
    body: empty,
  });
  assert.ok(post.status === 201 || post.status === 202, `POST with a digest: ${post.status}`);
});

test('an upload begun by POST with a digest is either taken at once or goes on with PUT', async () => {
  const bytes = seededBytes('single POST', 5000);
  const digest = digestOf(bytes);
  const path = `/v2/${repository}/blobs/uploads/?digest=${digest}`;
  const answer = await client.call('POST', path, { body: bytes });
  if (answer.status === 202)
    expectPushed(await client.finishUpload(locationOf(answer), digest, bytes), bytes);
  else expectPushed(answer, bytes);
  await client.pullBlob(repository, bytes);
});

test('a cancelled upload is gone, and can be cancelled once', async () => {
  const location = await client.startUpload(repository);
  expectStatus(await client.patch(location, seededBytes('cancelled', 1000)), 202);
  const answer = await client.delete(location);
  expectStatus(answer, 204);
  assert.equal(answer.body.length, 0);
  expectError(await client.get(location), 404, 'BLOB_UPLOAD_UNKNOWN');
  expectError(await client.patch(location, 'more'), 404, 'BLOB_UPLOAD_UNKNOWN');
  expectError(await client.finishUpload(location, digestOf(Buffer.alloc(0))), 404, 'BLOB_UPLOAD_UNKNOWN');
  expectError(await client.delete(location), 404, 'BLOB_UPLOAD_UNKNOWN');
});

test('the closing PUT may be repeated and is answered the same way', async () => {
  const bytes = seededBytes('repeated', 4096);
  const location = await client.startUpload(repository);
  expectStatus(await client.patch(location, bytes), 202);
  for (let time = 0; time < 3; time++)
    expectPushed(await client.finishUpload(location, digestOf(bytes)), bytes);
  expectPushed(await client.finishUpload(location, digestOf(bytes), bytes), bytes);
  await client.pullBlob(repository, bytes);
});

test('the closing PUT may be repeated while the first is still being answered', async () => {
  const bytes = seededBytes('repeated at once', 2 * mebibyte);
  const location = await client.startUpload(repository);
  expectStatus(await client.patch(location, bytes), 202);
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => client.finishUpload(location, digestOf(bytes))),
  );
  for (const answer of answers) expectPushed(answer, bytes);
});

test('a finished upload does not become another blob', async () => {
  const bytes = seededBytes('finished', 100);
  const location = await client.startUpload(repository);
  expectPushed(await client.finishUpload(location, digestOf(bytes), bytes), bytes);
  const other = seededBytes('other', 100);
  expectError(await client.finishUpload(location, digestOf(other), other), 404, 'BLOB_UPLOAD_UNKNOWN');
  expectError(await client.patch(location, other), 404, 'BLOB_UPLOAD_UNKNOWN');
});

test('the same blob may be pushed again', async () => {
  const bytes = seededBytes('twice', 70_000);
  await client.pushBlob(repository, bytes);
  await client.pushBlob(repository, bytes, 'streamed');
  await client.pullBlob(repository, bytes);
});

test('the same blob may be pushed by many at once', async () => {
  const bytes = seededBytes('many', mebibyte);
  await Promise.all(Array.from({ length: 8 }, (_, index) => client.pushBlob(`library/many-${index}`, bytes)));
  await Promise.all(Array.from({ length: 8 }, (_, index) => client.pullBlob(`library/many-${index}`, bytes)));
});

/** Sends part of a body and then cuts the connection. Resolves when the server has all of it. */
async function sendAndCut(
  method: 'PATCH' | 'PUT',
  path: string,
  sent: Buffer,
  headers: Record<string, string>,
): Promise<void> {
  const started = client.begin(method, path, headers);
  const broken = answerTo(started).then(
    (answer) => assert.fail(`answered ${answer.status} before the end`),
    () => undefined,
  );
  await new Promise<void>((resolve) => {
    started.write(sent, () => resolve());
  });
  await delay(100);
  started.destroy();
  await broken;
}

/** The offset that the upload tells, once it tells one. */
function offsetOf(location: string): Promise<number> {
  return waitUntil('the upload has an offset', async () => {
    const last = Number(String((await client.get(location)).headers.range).split('-')[1]);
    return last > 0 ? last + 1 : undefined;
  });
}

for (const [method, form, headers] of [
  ['PATCH', 'of unknown length', {}],
  ['PATCH', 'with its length', { 'Content-Length': '4000000' }],
  ['PUT', 'with its length', { 'Content-Length': '4000000' }],
] as const) {
  test(`an upload goes on where a ${method} ${form} was cut in the middle`, async () => {
    const bytes = seededBytes(`cut ${method} ${form}`, 4_000_000);
    const digest = digestOf(bytes);
    const location = await client.startUpload(repository);
    const path = method === 'PUT' ? `${location}?digest=${digest}` : location;
    await sendAndCut(method, path, bytes.subarray(0, 2_500_000), headers);
    const offset = await offsetOf(location);
    assert.ok(offset > 0 && offset <= 2_500_000, `at ${offset}`);
    const rest = bytes.subarray(offset);
    const range = { 'Content-Range': `${offset}-${bytes.length - 1}` };
    expectStatus(await client.patch(location, rest, range), 202);
    expectPushed(await client.finishUpload(location, digest), bytes);
    await client.pullBlob(repository, bytes);
  });
}

test('an upload that is cut many times ends whole', async () => {
  const bytes = seededBytes('cut many times', 3_000_000);
  const location = await client.startUpload(repository);
  let offset = 0;
  for (let round = 1; round <= 4; round++) {
    await sendAndCut('PATCH', location, bytes.subarray(offset, round * 600_000), {});
    offset = await waitUntil('the offset grows', async () => {
      const now = await offsetOf(location);
      return now > offset ? now : undefined;
    });
  }
  expectStatus(await client.patch(location, bytes.subarray(offset)), 202);
  expectPushed(await client.finishUpload(location, digestOf(bytes)), bytes);
  await client.pullBlob(repository, bytes);
});
