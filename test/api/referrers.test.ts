// distribution-spec, "Listing Referrers".

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { childOf, digestOf, imageOf, indexOf, type Manifest, types } from '../harness/image.ts';
import { expectError, expectStatus } from '../harness/registry-client.ts';
import { BerthServer } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const client = server.client();

interface Listed {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Record<string, string>;
}

async function list(repository: string, subject: string, query = ''): Promise<Listed[]> {
  const path = `/v2/${repository}/referrers/${subject}${query}`;
  const answer = await client.get(path);
  const head = await client.head(path);
  for (const each of [answer, head]) {
    expectStatus(each, 200);
    assert.equal(each.headers['content-type'], types.ociIndex);
    assert.equal(each.headers['content-length'], String(answer.body.length));
    const filtered = query.includes('artifactType') ? 'artifactType' : undefined;
    assert.equal(each.headers['oci-filters-applied'], filtered);
  }
  const index = JSON.parse(answer.body.toString()) as {
    schemaVersion: number;
    mediaType: string;
    manifests: Listed[];
  };
  assert.equal(index.schemaVersion, 2);
  assert.equal(index.mediaType, types.ociIndex);
  return index.manifests;
}

const digestsOf = (listed: readonly Listed[]): string[] => listed.map((each) => each.digest);

/** What each of these is about stands in `subject`. */
async function pushAbout(
  repository: string,
  subject: Manifest,
  name: string,
  more: object,
): Promise<Manifest> {
  const image = imageOf({
    seed: name,
    more: { subject: childOf(subject), annotations: { name }, ...more },
  });
  for (const blob of [image.config, ...image.layers]) await client.pushBlob(repository, blob);
  const answer = await client.putManifest(repository, image.manifest.digest, image.manifest);
  expectStatus(answer, 201);
  assert.equal(answer.headers['oci-subject'], subject.digest);
  return image.manifest;
}

test('an unknown repository of a project, and an unknown subject, have no referrers', async () => {
  const unknown = digestOf(Buffer.from('unknown'));
  assert.deepEqual(await list('library/never-used', unknown), []);
  await client.pushManifest('library/used', 'v1', indexOf([]));
  assert.deepEqual(await list('library/used', unknown), []);
  assert.deepEqual(await list('library/used', unknown, '?artifactType=application/x'), []);
});

test('a project that does not exist has none either, as a refusal', async () => {
  expectError(await client.get(`/v2/none/app/referrers/${digestOf(Buffer.from('x'))}`), 404, 'NAME_UNKNOWN');
});

for (const broken of ['sha256:abc', 'latest', 'sha256:', `md5:${'a'.repeat(32)}`]) {
  test(`a subject that is no digest is refused: ${broken}`, async () => {
    expectError(await client.get(`/v2/library/used/referrers/${broken}`), 400, 'DIGEST_INVALID');
  });
}

test('referrers are listed with type, size and annotations, and by their type', async () => {
  const repository = 'library/about';
  const subject = imageOf({ seed: 'subject' });
  // Before the subject is there.
  const sbom = await pushAbout(repository, subject.manifest, 'sbom', {
    artifactType: 'application/x.sbom+json',
  });
  await client.pushImage(repository, 'v1', subject);
  const plain = await pushAbout(repository, subject.manifest, 'plain', {});
  const empty = await pushAbout(repository, subject.manifest, 'empty', { artifactType: '' });
  const index = indexOf([], false, { subject: childOf(subject.manifest) });
  expectStatus(await client.putManifest(repository, index.digest, index), 201);
  const all = await list(repository, subject.manifest.digest);
  assert.deepEqual(digestsOf(all), [sbom.digest, plain.digest, empty.digest, index.digest]);
  assert.deepEqual(all[0], {
    mediaType: types.ociManifest,
    digest: sbom.digest,
    size: sbom.bytes.length,
    artifactType: 'application/x.sbom+json',
    annotations: { name: 'sbom' },
  });
  assert.deepEqual(
    all.map((each) => each.artifactType),
    ['application/x.sbom+json', types.ociConfig, types.ociConfig, undefined],
  );
  const query = `?artifactType=${encodeURIComponent('application/x.sbom+json')}`;
  assert.deepEqual(digestsOf(await list(repository, subject.manifest.digest, query)), [sbom.digest]);
  assert.deepEqual(await list(repository, subject.manifest.digest, '?artifactType=a%00b'), []);
  assert.deepEqual(await list('library/another', subject.manifest.digest), []);

  expectStatus(await client.delete(`/v2/${repository}/manifests/${sbom.digest}`), 202);
  const rest = [plain.digest, empty.digest, index.digest];
  assert.deepEqual(digestsOf(await list(repository, subject.manifest.digest)), rest);
  await pushAbout(repository, subject.manifest, 'sbom', { artifactType: 'application/x.sbom+json' });
  assert.equal((await list(repository, subject.manifest.digest)).length, 4);
});

test('annotations that are no texts are left out, as clients could not read the list with them', async () => {
  const subject = imageOf({ seed: 'odd' });
  const annotations = { text: 'kept', number: 1, nothing: null, list: [], deep: { a: 'b' } };
  await pushAbout('library/odd', subject.manifest, 'odd', { annotations });
  const [odd] = await list('library/odd', subject.manifest.digest);
  assert.deepEqual(odd?.annotations, { text: 'kept' });
});

test('a fallback tag of a client is a tag like others, and nothing is listed twice', async () => {
  const repository = 'library/fallback';
  const subject = imageOf({ seed: 'fallback subject' });
  await client.pushImage(repository, 'v1', subject);
  const about = await pushAbout(repository, subject.manifest, 'signature', { artifactType: 'application/x' });
  const tag = subject.manifest.digest.replace(':', '-');
  const index = indexOf([childOf(about, { artifactType: 'application/x' })]);
  await client.pushManifest(repository, tag, index);
  assert.deepEqual(await client.tags(repository), [tag, 'v1']);
  const served = await client.get(`/v2/${repository}/manifests/${tag}`);
  assert.ok(served.body.equals(index.bytes));
  assert.deepEqual(digestsOf(await list(repository, subject.manifest.digest)), [about.digest]);
});

test('long lists come in pages that a client follows by their links', async () => {
  const repository = 'library/pages';
  const subject = indexOf([]);
  const expected: string[] = [];
  // Large annotations fill a page long before its number of entries does.
  for (let at = 0; at < 7; at++) {
    const more = { subject: childOf(subject), annotations: { at: `${at}`, text: 'x'.repeat(900_000) } };
    const referrer = indexOf([], false, {
      ...more,
      artifactType: at % 2 === 0 ? 'application/even' : 'application/odd',
    });
    await client.pushManifest(repository, referrer.digest, referrer);
    expected.push(referrer.digest);
  }
  for (const filter of ['', '?artifactType=application%2Feven']) {
    const found: string[] = [];
    let pages = 0;
    for (
      let path: string | undefined = `/v2/${repository}/referrers/${subject.digest}${filter}`;
      path !== undefined;
    ) {
      const answer = await client.get(path);
      expectStatus(answer, 200);
      assert.ok(answer.body.length < 4 * 1024 * 1024);
      assert.equal(answer.headers['oci-filters-applied'], filter === '' ? undefined : 'artifactType');
      found.push(...digestsOf((JSON.parse(answer.body.toString()) as { manifests: Listed[] }).manifests));
      pages += 1;
      path = /^<(.*)>; rel="next"$/.exec(String(answer.headers.link))?.[1];
    }
    assert.deepEqual(found, filter === '' ? expected : expected.filter((_, at) => at % 2 === 0));
    assert.ok(pages > 1);
  }
  expectError(await client.get(`/v2/${repository}/referrers/${subject.digest}?last=x`), 400, 'BAD_REQUEST');
});
