// distribution-spec, "Mounting a blob from another repository", and a blob in one request.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { digestOf, imageOf, seededBytes } from '../harness/image.ts';
import { type Answer, expectError, expectStatus, locationOf, piecesOf } from '../harness/registry-client.ts';
import { BerthServer } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const client = server.client();
const source = 'library/source';

const post = (
  repository: string,
  query: string,
  body: Buffer | Iterable<Buffer> | string = '',
): Promise<Answer> =>
  client.call('POST', `/v2/${repository}/blobs/uploads/${query}`, {
    body,
    headers: { 'Content-Type': 'application/json' },
  });

function expectMade(answer: Answer, repository: string, digest: string): void {
  expectStatus(answer, 201);
  assert.equal(answer.headers['docker-content-digest'], digest);
  assert.equal(locationOf(answer), `/v2/${repository}/blobs/${digest}`);
  assert.equal(answer.body.length, 0);
}

const bytes = seededBytes('to be mounted', 5000);
const digest = await client.pushBlob(source, bytes);

const forms: Readonly<Record<string, string>> = {
  raw: `?mount=${digest}&from=${source}`,
  encoded: `?mount=${encodeURIComponent(digest)}&from=${encodeURIComponent(source)}`,
  'with an origin, as crane writes it': `?mount=${digest}&from=${source}&origin=registry.example`,
  'from a repository in the client’s short form': `?from=source&mount=${digest}`,
  'from wherever it is': `?mount=${digest}`,
};

for (const [form, query] of Object.entries(forms)) {
  test(`a blob of another repository is mounted: ${form}`, async () => {
    const target = `library/target-${Object.keys(forms).indexOf(form)}`;
    for (let round = 0; round < 2; round++) {
      expectMade(await post(target, query), target, digest);
      await client.pullBlob(target, bytes);
    }
  });
}

const unmountable: Readonly<Record<string, string>> = {
  'a blob that nobody has': `?mount=${digestOf(Buffer.from('nobody’s'))}`,
  'a blob that the other repository has not': `?mount=${digestOf(Buffer.from('nobody’s'))}&from=${source}`,
  'a repository that does not exist': `?mount=${digest}&from=library/none`,
  'a project that does not exist': `?mount=${digest}&from=none/none`,
  'a name that is none here': `?mount=${digest}&from=Docker.IO/Library`,
};

for (const [what, query] of Object.entries(unmountable)) {
  test(`what cannot be mounted becomes an upload: ${what}`, async () => {
    const target = 'library/unmounted';
    const answer = await post(target, query);
    expectStatus(answer, 202);
    expectStatus(await client.finishUpload(locationOf(answer), digestOf(Buffer.from('x')), 'x'), 201);
    expectError(await client.get(`/v2/${target}/blobs/${digest}`), 404, 'BLOB_UNKNOWN');
  });
}

test('what was deleted from a repository is not mounted from it', async () => {
  const own = seededBytes('deleted', 100);
  await client.pushBlob('library/deleted', own);
  expectStatus(await client.delete(`/v2/library/deleted/blobs/${digestOf(own)}`), 202);
  expectStatus(await post('library/after', `?mount=${digestOf(own)}&from=library/deleted`), 202);
  expectStatus(await post('library/after', `?mount=${digestOf(own)}`), 202);
});

test('a mounted blob stays when it goes where it came from', async () => {
  const own = seededBytes('both', 100);
  await client.pushBlob('library/first', own);
  expectStatus(await post('library/second', `?mount=${digestOf(own)}&from=library/first`), 201);
  expectStatus(await client.delete(`/v2/library/first/blobs/${digestOf(own)}`), 202);
  await client.pullBlob('library/second', own);
});

test('an image is made of mounted blobs', async () => {
  const image = imageOf({ seed: 'mounted image' });
  await client.pushImage('library/whole', 'v1', image);
  for (const blob of [image.config, ...image.layers])
    expectStatus(await post('library/copy', `?mount=${digestOf(blob)}&from=library/whole`), 201);
  await client.pushManifest('library/copy', 'v1', image.manifest);
  await client.pullImage('library/copy', 'v1', image);
});

test('a blob comes in one POST, with its length and without', async () => {
  for (const chunked of [false, true]) {
    const own = seededBytes(`one POST ${chunked}`, 70_000);
    const body = chunked ? piecesOf(own, 9000) : own;
    expectMade(await post('library/one', `?digest=${digestOf(own)}`, body), 'library/one', digestOf(own));
    await client.pullBlob('library/one', own);
  }
});

test('a POST whose content does not match is refused and leaves nothing', async () => {
  const wrong = digestOf(Buffer.from('other'));
  expectError(await post('library/one', `?digest=${wrong}`, Buffer.from('this')), 400, 'DIGEST_INVALID');
  expectError(await post('library/one', '?digest=sha256:abc', Buffer.from('this')), 400, 'DIGEST_INVALID');
  expectError(await client.get(`/v2/library/one/blobs/${wrong}`), 404, 'BLOB_UNKNOWN');
});
