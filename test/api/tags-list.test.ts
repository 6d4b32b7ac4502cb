// distribution-spec, "Listing Tags".

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { indexOf } from '../harness/image.ts';
import { type Answer, expectError, expectStatus } from '../harness/registry-client.ts';
import { BerthServer } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const client = server.client();
const repository = 'library/tags';
const manifest = indexOf([]);

/** In the order of their bytes. */
const sorted = [
  '-',
  '.',
  '_',
  '1',
  '10',
  '2',
  'A',
  'Z',
  'a',
  'a-1',
  'a.1',
  'a1',
  'a_1',
  'latest',
  'v1',
  'v10',
  'v2',
  'z',
]
  .filter((tag) => /^[a-zA-Z0-9_]/.test(tag))
  .toSorted((a, b) => (a < b ? -1 : 1));
for (const tag of sorted.toReversed()) await client.pushManifest(repository, tag, manifest);

function listed(answer: Answer): { name: string; tags: string[] } {
  expectStatus(answer, 200);
  assert.match(String(answer.headers['content-type']), /^application\/json/);
  return JSON.parse(answer.body.toString()) as { name: string; tags: string[] };
}

/** The address of the next page. */
function nextOf(answer: Answer): string | undefined {
  const { link } = answer.headers;
  if (link === undefined) return undefined;
  const match = /^<([^>]+)>; *rel="next"$/.exec(String(link));
  assert.ok(match?.[1] !== undefined, `Link: ${String(link)}`);
  return match[1];
}

const list = `/v2/${repository}/tags/list`;

test('all tags are listed in the order of their bytes', async () => {
  const answer = await client.get(list);
  assert.deepEqual(listed(answer), { name: repository, tags: sorted });
  assert.equal(nextOf(answer), undefined);
});

test('tags are listed to who has not signed in, from a public project', async () => {
  assert.deepEqual(await server.client(null).tags(repository), sorted);
});

for (const n of [1, 2, 3, 5, sorted.length - 1, sorted.length, sorted.length + 1, 1000]) {
  test(`pages of ${n} make up the whole list, and only the last one has no next`, async () => {
    const pages: string[][] = [];
    for (let path: string | undefined = `${list}?n=${n}`; path !== undefined; ) {
      const answer: Answer = await client.get(path);
      const { tags } = listed(answer);
      path = nextOf(answer);
      assert.ok(tags.length <= n);
      if (path !== undefined) assert.equal(tags.length, n);
      pages.push(tags);
      assert.ok(pages.length <= sorted.length, 'the pages do not end');
    }
    assert.deepEqual(pages.flat(), sorted);
  });
}

test('a page of nothing is empty and has no next', async () => {
  for (const query of ['?n=0', '?n=0&last=a']) {
    const answer = await client.get(`${list}${query}`);
    assert.deepEqual(listed(answer).tags, []);
    assert.equal(answer.headers.link, undefined);
  }
});

test('the list goes on behind `last`, which need not exist', async () => {
  for (const last of ['', 'A', 'B', 'a', 'a-0', 'v1', 'z', 'zz', '~']) {
    const wanted = sorted.filter((tag) => tag > last);
    assert.deepEqual(await client.tags(repository, `?last=${encodeURIComponent(last)}`), wanted);
    const limited = await client.tags(repository, `?n=2&last=${encodeURIComponent(last)}`);
    assert.deepEqual(limited, wanted.slice(0, 2));
  }
});

test('a page size that is none is refused', async () => {
  for (const n of ['-1', 'a', '1.5', '1e3', '0x10', '99999999999999999999', '+1', '%20']) {
    expectError(await client.get(`${list}?n=${n}`), 400, 'PAGINATION_NUMBER_INVALID');
  }
});

test('a page size beyond every list gives the list', async () => {
  assert.deepEqual(await client.tags(repository, '?n=999999999999'), sorted);
});

test('a tag in the making is not listed and a deleted one no longer', async () => {
  const own = 'library/come-and-go';
  for (const tag of ['one', 'two', 'three']) await client.pushManifest(own, tag, manifest);
  expectStatus(await client.delete(`/v2/${own}/manifests/two`), 202);
  assert.deepEqual(await client.tags(own), ['one', 'three']);
  await client.pushManifest(own, 'two', manifest);
  assert.deepEqual(await client.tags(own), ['one', 'three', 'two']);
});

test('a repository that lost its last tag lists none, as a list', async () => {
  const own = 'library/emptied';
  await client.pushManifest(own, 'only', manifest);
  expectStatus(await client.delete(`/v2/${own}/manifests/only`), 202);
  const answer = await client.get(`/v2/${own}/tags/list`);
  assert.deepEqual(listed(answer), { name: own, tags: [] });
  assert.match(answer.body.toString(), /"tags":\[\]/);
});

test('a repository that was never pushed to is unknown, also while it has only blobs', async () => {
  expectError(await client.get('/v2/library/never/tags/list'), 404, 'NAME_UNKNOWN');
  await client.pushBlob('library/only-blobs', Buffer.from('a blob'));
  expectError(await client.get('/v2/library/only-blobs/tags/list'), 404, 'NAME_UNKNOWN');
});

test('only the last part of the address is the list', async () => {
  const own = 'library/x/tags/list';
  await client.pushManifest(own, 'deep', manifest);
  const answer = await client.get(`/v2/${own}/tags/list`);
  assert.deepEqual(listed(answer), { name: own, tags: ['deep'] });
});
