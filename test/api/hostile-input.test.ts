// What nobody sends by mistake: each line is refused as it should be, and after all of them there is nothing new.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { addUsers } from '../harness/accounts.ts';
import { imageOf, types } from '../harness/image.ts';
import { assertSameListing, listing } from '../harness/listing.ts';
import { expectStatus, piecesOf } from '../harness/registry-client.ts';
import { makeProject } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

/** What the largest bodies need while they are read; it stays there however often they come. */
const maxGrowthMiB = 600;
const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
const nobody = server.client(null);
const image = imageOf({ seed: 'hostile' });
const { digest } = image.manifest;
await makeProject(admin, 'p1');
await admin.pushImage('p1/app', 'v1', image);
await addUsers(server, ['stranger']);
const stranger = server.client({ username: 'stranger', password });

function rssMiB(): number {
  const [, kib] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}

async function inventory(): Promise<object> {
  const told = async (path: string): Promise<unknown> => {
    const answer = await admin.get(path);
    expectStatus(answer, 200);
    return JSON.parse(answer.body.toString());
  };
  return {
    catalog: await told('/v2/_catalog'),
    projects: await told('/api/v2.0/projects?page_size=100'),
    tags: await told('/v2/p1/app/tags/list'),
  };
}

let seen: object;
let files: string[];
let rss = 0;
before(async () => {
  seen = await inventory();
  files = listing(server.storage);
  if (process.platform === 'linux') rss = rssMiB();
});

const hex = 'a'.repeat(64);
const long = 'x'.repeat(10_000);
const dots = '\u2024\u2024';

const addresses: readonly (readonly [path: string, ...statuses: number[]])[] = [
  ['/v2/p1/../../etc/passwd/tags/list', 400, 404],
  ['/v2/p1/%2e%2e/%2e%2e/etc/tags/list', 400],
  ['/v2/p1%2f..%2f..%2fetc/tags/list', 400],
  ['/v2/p1%252f..%252f..%252fetc/tags/list', 400],
  ['/v2/p1%5c..%5cetc/tags/list', 400],
  ['/v2/p1/app%00/tags/list', 400],
  ['/v2/p1//app/tags/list', 400],
  ['/v2/p1/_app/tags/list', 400],
  [`/v2/p1/${encodeURIComponent(dots)}/tags/list`, 400],
  [`/v2/p1/${long}/tags/list`, 400],
  ['/v2/p1/app/manifests/..', 400],
  ['/v2/p1/app/manifests/%2e%2e%2f%2e%2e%2fetc', 400],
  ['/v2/p1/app/manifests/%252e%252e', 400],
  ['/v2/p1/app/manifests/v1%00', 400],
  [`/v2/p1/app/manifests/${long}`, 400],
  ['/v2/p1/app/blobs/sha256:../../x', 400, 404],
  ['/v2/p1/app/blobs/sha256:..%2f..%2fx', 400],
  [`/v2/p1/app/blobs/sha256+x:${hex}`, 400],
  [`/v2/p1/app/blobs/sha256:${hex.toUpperCase()}`, 400],
  [`/v2/p1/app/blobs/SHA256:${hex}`, 400],
  [`/v2/p1/app/blobs/sha256:${hex}%00`, 400],
  [`/v2/p1/app/referrers/sha256:..%2f${hex}`, 400],
  [`/v2/p1/app/referrers/${digest}?last=..%2f..%2fx`, 400],
  ['/v2/p1/app/blobs/uploads/../../other', 400, 404],
  ['/v2/p1/app/blobs/uploads/..%2f..%2fother', 404],
  ['/v2/p1/app/blobs/uploads/%252e%252e%252fother', 404],
  ['/v2/p1/app/blobs/uploads/%00', 404],
  ['/service/../v2/_catalog', 404],
  ['//v2/_catalog', 404],
  ['/v2//_catalog', 404],
  ['/api/v2.0/projects/p1%2f..%2flibrary', 403, 404],
  ['/api/v2.0/projects/p1%252fapp', 403, 404],
  ['/api/v2.0/projects/%00', 403, 404],
  ['/api/v2.0/projects/..%2f..%2fetc', 403, 404],
  [`/api/v2.0/projects?sort=${'name,-name,'.repeat(3000)}`, 200],
  [`/api/v2.0/projects?q=name={a${"'".repeat(50_000)}x}`, 200],
  [`/api/v2.0/projects?q=name=~${'%2525'.repeat(12_000)}`, 200],
  [`/api/v2.0/projects?q=${'name=~a,'.repeat(7000)}`, 400],
  ['/api/v2.0/projects?q=password_hash=~a', 200],
  ["/api/v2.0/projects?sort=name'--", 200],
  ['/api/v2.0/projects?page=9223372036854775807', 200],
  ['/api/v2.0/projects?page=9223372036854775808', 422],
  ['/v2/_catalog?n=2147483648&last=%00', 200],
  ['/v2/_catalog?n=99999999999999999999', 400],
  ['/v2/_catalog?n=-1', 400],
  [`/service/token?service=harbor-registry&scope=${'repository:p/a:pull%20'.repeat(2500)}`, 200],
];

for (const [path, ...statuses] of addresses) {
  test(`is answered at once, with ${statuses.join(' or ')}: ${path.slice(0, 60)}`, async () => {
    const from = performance.now();
    const { status } = await admin.get(path);
    assert.ok(statuses.includes(status), String(status));
    for (const client of [nobody, stranger]) {
      const answer = await client.get(path);
      assert.ok(answer.status < 500, String(answer.status));
    }
    assert.ok(performance.now() - from < 5000);
  });
}

const empty = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a';
const descriptor = `{"mediaType":"application/vnd.oci.empty.v1+json","digest":"sha256:${empty}","size":2}`;
const manifest = (config: string, more = ''): string =>
  `{"schemaVersion":2,"mediaType":"${types.ociManifest}","config":${config},"layers":[]${more}}`;
const layers = (count: number): string => Array.from({ length: count }, () => '{}').join();

const bodies: readonly (readonly [what: string, body: string | Buffer])[] = [
  ['a size of 2^53', manifest(descriptor.replace(':2}', ':9007199254740992}'))],
  ['a size of 1e400', manifest(descriptor.replace(':2}', ':1e400}'))],
  ['a negative size', manifest(descriptor.replace(':2}', ':-2}'))],
  ['a size as text', manifest(descriptor.replace(':2}', ':"2"}'))],
  ['a byte order mark', `\ufeff${manifest(descriptor)}`],
  ['bytes that are no UTF-8', Buffer.concat([Buffer.from(manifest(descriptor)), Buffer.from([0xc3, 0x28])])],
  ['layers and manifests', manifest(descriptor, ',"manifests":[]')],
  ['a million layers', manifest(descriptor).replace('"layers":[]', `"layers":[${layers(1_000_000)}]`)],
  ['10^5 levels where the config is', manifest(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`)],
  ['10^6 levels, never closed', '['.repeat(1_000_000)],
  ['an artifactType of a megabyte', manifest(descriptor, `,"artifactType":"${'x'.repeat(1_000_000)}"`)],
  ['an artifactType with NUL', manifest(descriptor, String.raw`,"artifactType":"a\u0000b"`)],
  ['a config in __proto__', manifest(descriptor).replace('"config"', '"__proto__"')],
  ['a digest with a path', manifest(descriptor.replace(empty, '../../etc/passwd'))],
];

for (const [what, body] of bodies) {
  test(`is no manifest, with a length and without: ${what}`, async () => {
    const headers = { 'Content-Type': types.ociManifest };
    const path = '/v2/p1/app/manifests/hostile';
    const whole = Buffer.from(body);
    expectStatus(await admin.call('PUT', path, { headers, body: whole }), 400);
    expectStatus(await admin.call('PUT', path, { headers, body: piecesOf(whole, 64 * 1024) }), 400);
  });
}

test('after all of it nothing was created, and the memory is what it was', async (t) => {
  assert.deepEqual(await inventory(), seen);
  assertSameListing(listing(server.storage), files);
  assert.deepEqual(
    server.log.filter(({ status }) => Number(status) >= 500),
    [],
  );
  if (process.platform !== 'linux') return;
  const headers = { 'Content-Type': types.ociManifest };
  const path = '/v2/p1/app/manifests/hostile';
  for (let round = 0; round < 3; round += 1)
    for (const [, body] of bodies)
      expectStatus(await admin.call('PUT', path, { headers, body: Buffer.from(body) }), 400);
  const grown = Math.round(rssMiB() - rss);
  t.diagnostic(`${grown} MiB more than before`);
  assert.ok(grown < maxGrowthMiB, `${grown} MiB`);
});
