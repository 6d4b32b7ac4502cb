// distribution-spec, "Pulling blobs": whole, by HEAD, and one range of it.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, test } from 'node:test';
import { digestOf, imageOf, seededBytes } from '../harness/image.ts';
import { type Answer, expectError, expectStatus } from '../harness/registry-client.ts';
import { BerthServer } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const client = server.client();
const repository = 'library/blobs';

const small = seededBytes('small', 2048);
const large = seededBytes('large', 5 * 1024 * 1024 + 11);
const empty = Buffer.alloc(0);
for (const bytes of [small, large, empty]) await client.pushBlob(repository, bytes);

const pathOf = (bytes: Buffer): string => `/v2/${repository}/blobs/${digestOf(bytes)}`;

function expectCommon(answer: Answer, bytes: Buffer): void {
  const digest = digestOf(bytes);
  assert.equal(answer.headers['docker-content-digest'], digest);
  assert.equal(answer.headers.etag, `"${digest}"`);
  assert.equal(answer.headers['accept-ranges'], 'bytes');
  assert.equal(answer.headers['content-type'], 'application/octet-stream');
  assert.equal(answer.headers['content-encoding'], undefined);
  assert.equal(answer.headers['docker-distribution-api-version'], 'registry/2.0');
}

for (const [name, bytes] of [
  ['small', small],
  ['large', large],
  ['empty', empty],
] as const) {
  test(`HEAD and GET of a blob agree: ${name}`, async () => {
    const head = await client.head(pathOf(bytes));
    const get = await client.get(pathOf(bytes));
    for (const answer of [head, get]) {
      expectStatus(answer, 200);
      expectCommon(answer, bytes);
      assert.equal(answer.headers['content-length'], String(bytes.length));
    }
    assert.equal(head.body.length, 0);
    assert.ok(get.body.equals(bytes));
    assert.deepEqual(
      { ...head.headers, date: '', 'x-request-id': '' },
      { ...get.headers, date: '', 'x-request-id': '' },
    );
  });

  test(`a blob is served to who has not signed in, from a public project: ${name}`, async () => {
    await server.client(null).pullBlob(repository, bytes);
  });
}

/** Range header → first and last byte that come back, of 2048. */
const ranges: Readonly<Record<string, readonly [number, number]>> = {
  'bytes=0-0': [0, 0],
  'bytes=0-2047': [0, 2047],
  'bytes=0-': [0, 2047],
  'bytes=500-1499': [500, 1499],
  'bytes=500-': [500, 2047],
  'bytes=-500': [1548, 2047],
  'bytes=-1': [2047, 2047],
  'bytes=-2048': [0, 2047],
  'bytes=-999999': [0, 2047],
  'bytes=2000-5000': [2000, 2047],
  'bytes=2047-2047': [2047, 2047],
  'bytes=0-99999999999999999999': [0, 2047],
  'Bytes=10-19': [10, 19],
};

for (const [header, [first, last]] of Object.entries(ranges)) {
  test(`a range is served exactly: ${header}`, async () => {
    const answer = await client.get(pathOf(small), { Range: header });
    expectStatus(answer, 206);
    expectCommon(answer, small);
    assert.equal(answer.headers['content-range'], `bytes ${first}-${last}/2048`);
    assert.equal(answer.headers['content-length'], String(last - first + 1));
    assert.ok(answer.body.equals(small.subarray(first, last + 1)));
  });
}

for (const header of ['bytes=2048-', 'bytes=2048-3000', 'bytes=5000-10000', 'bytes=500-0', 'bytes=-0']) {
  test(`a range that the blob does not have is refused with its size: ${header}`, async () => {
    const answer = await client.get(pathOf(small), { Range: header });
    expectError(answer, 416, 'RANGE_INVALID');
    assert.equal(answer.headers['content-range'], 'bytes */2048');
  });
}

for (const header of ['bytes=0-0', 'bytes=0-', 'bytes=-1']) {
  test(`the blob without a byte has no range: ${header}`, async () => {
    const answer = await client.get(pathOf(empty), { Range: header });
    expectError(answer, 416, 'RANGE_INVALID');
    assert.equal(answer.headers['content-range'], 'bytes */0');
  });
}

for (const header of ['', 'items=0-1', 'bytes', 'bytes=', 'bytes=-', 'bytes=a-b', 'bytes=0-1,x', 'bytes=1']) {
  test(`a range header that asks for no single range is passed over: "${header}"`, async () => {
    const answer = await client.get(pathOf(small), { Range: header });
    expectStatus(answer, 200);
    assert.ok(answer.body.equals(small));
  });
}

test('HEAD speaks of the whole blob whatever range is asked for', async () => {
  for (const header of ['bytes=0-9', 'bytes=9999-']) {
    const answer = await client.head(pathOf(small), { Range: header });
    expectStatus(answer, 200);
    assert.equal(answer.headers['content-length'], '2048');
  }
});

test('ranges of a large blob, asked for side by side, make up the blob', async () => {
  const parts = 23;
  const size = Math.ceil(large.length / parts);
  const answers = await Promise.all(
    Array.from({ length: parts }, (_, index) =>
      client.get(pathOf(large), { Range: `bytes=${index * size}-${(index + 1) * size - 1}` }),
    ),
  );
  for (const answer of answers) expectStatus(answer, 206);
  assert.ok(Buffer.concat(answers.map((answer) => answer.body)).equals(large));
});

test('a download that is broken off leaves the server and the next one whole', async () => {
  for (let round = 0; round < 20; round++) {
    const started = client.begin('GET', pathOf(large), { Range: 'bytes=0-' });
    await new Promise<void>((resolve, reject) => {
      started.once('response', (response) => {
        response.once('data', () => {
          started.destroy();
          resolve();
        });
        // Broken off by us.
        response.on('error', () => undefined);
      });
      started.once('error', reject);
      started.end();
    });
  }
  await client.pullBlob(repository, large);
  const failed = server.log.filter((line) => line['level'] === 'error' || line['level'] === 'warn');
  assert.deepEqual(failed, []);
});

test('a blob that no one pushed is unknown', async () => {
  const path = `/v2/${repository}/blobs/${digestOf(Buffer.from('never pushed'))}`;
  expectError(await client.get(path), 404, 'BLOB_UNKNOWN');
  const head = await client.head(path);
  expectStatus(head, 404);
  assert.equal(head.body.length, 0);
});

test('a blob is unknown to another repository until it is pushed there', async () => {
  const path = `/v2/library/elsewhere/blobs/${digestOf(small)}`;
  expectError(await client.get(path), 404, 'BLOB_UNKNOWN');
  expectError(await client.get(path, { Range: 'bytes=0-1' }), 404, 'BLOB_UNKNOWN');
  expectStatus(await client.head(path), 404);
  await client.pushBlob('library/elsewhere', small);
  await client.pullBlob('library/elsewhere', small);
});

test('a manifest is no blob of its repository', async () => {
  const json = Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [] }),
  );
  const manifest = {
    mediaType: 'application/vnd.oci.image.index.v1+json',
    bytes: json,
    digest: digestOf(json),
  };
  await client.pushManifest(repository, 'no-blob', manifest);
  expectError(await client.get(pathOf(json)), 404, 'BLOB_UNKNOWN');
  await client.pushBlob(repository, json);
  await client.pullBlob(repository, json);
  expectStatus(await client.get(`/v2/${repository}/manifests/no-blob`), 200);
});

test('blobs of every size around the buffers come back byte for byte', async () => {
  const sizes = [1, 2, 65_535, 65_536, 65_537, 131_072, 262_143, 262_145, 1_048_575, 1_048_576, 1_048_577];
  for (const size of sizes) {
    const bytes = seededBytes(`size ${size}`, size);
    await client.pushBlob(repository, bytes, size % 2 === 0 ? 'monolithic' : 'streamed');
    await client.pullBlob(repository, bytes);
    const last = await client.get(pathOf(bytes), { Range: 'bytes=-1' });
    assert.ok(last.body.equals(bytes.subarray(size - 1)));
  }
});

test('a large blob is pulled by many at once', async () => {
  const wanted = createHash('sha256').update(large).digest('hex');
  const got = await Promise.all(
    Array.from({ length: 8 }, async () =>
      createHash('sha256')
        .update((await client.get(pathOf(large))).body)
        .digest('hex'),
    ),
  );
  assert.deepEqual(new Set(got), new Set([wanted]));
});

interface Part {
  readonly range: string;
  readonly bytes: Buffer;
}

function partsOf(answer: Answer): Part[] {
  const boundary = /^multipart\/byteranges; boundary=(\S+)$/.exec(
    String(answer.headers['content-type']),
  )?.[1];
  assert.ok(boundary !== undefined);
  const text = answer.body.toString('latin1');
  const end = `\r\n--${boundary}--\r\n`;
  assert.ok(text.endsWith(end));
  const pieces = `\r\n${text.slice(0, -end.length)}`.split(`\r\n--${boundary}\r\n`).slice(1);
  return pieces.map((piece) => {
    const at = piece.indexOf('\r\n\r\n');
    const head = piece.slice(0, at);
    assert.match(head, /^Content-Type: application\/octet-stream\r\n/);
    const range = /Content-Range: (.*)$/.exec(head)?.[1] ?? '';
    return { range, bytes: Buffer.from(piece.slice(at + 4), 'latin1') };
  });
}

for (const bytes of [small, large]) {
  test(`several ranges come as one part each, in their order, of ${bytes.length} bytes`, async () => {
    const asked: readonly (readonly [number, number])[] = [
      [1000, 1499],
      [0, 0],
      [1, 9],
      [bytes.length - 20, bytes.length - 1],
    ];
    const header = `bytes=${asked.map(([from, to]) => `${from}-${to}`).join(', ')}`;
    const answer = await client.get(pathOf(bytes), { Range: header, 'Accept-Encoding': 'identity' });
    expectStatus(answer, 206);
    assert.equal(answer.headers['content-length'], String(answer.body.length));
    assert.equal(answer.headers['content-range'], undefined);
    assert.equal(answer.headers['docker-content-digest'], digestOf(bytes));
    const parts = partsOf(answer);
    assert.deepEqual(
      parts.map((part) => part.range),
      asked.map(([from, to]) => `bytes ${from}-${to}/${bytes.length}`),
    );
    for (const [at, [from, to]] of asked.entries())
      assert.ok(parts[at]?.bytes.equals(bytes.subarray(from, to + 1)), `part ${at}`);
  });
}

test('1,024 ranges are served, more are refused so that clients ask for fewer', async () => {
  const header = (count: number) =>
    `bytes=${Array.from({ length: count }, (_, at) => `${at * 2}-${at * 2}`).join()}`;
  const answer = await client.get(pathOf(large), { Range: header(1024) });
  expectStatus(answer, 206);
  const parts = partsOf(answer);
  assert.equal(parts.length, 1024);
  for (const [at, part] of parts.entries()) assert.equal(part.bytes[0], large[at * 2]);
  expectError(await client.get(pathOf(large), { Range: header(1025) }), 400, 'BAD_REQUEST');
});

test('of several ranges those that the blob has are served; none at all is refused; too much is all of it', async () => {
  const some = await client.get(pathOf(small), { Range: 'bytes=5000-6000,3-4' });
  expectStatus(some, 206);
  assert.deepEqual(
    partsOf(some).map((part) => part.range),
    ['bytes 3-4/2048'],
  );
  const none = await client.get(pathOf(small), { Range: 'bytes=5000-6000,2048-' });
  expectError(none, 416, 'RANGE_INVALID');
  assert.equal(none.headers['content-range'], 'bytes */2048');
  const all = await client.get(pathOf(small), { Range: 'bytes=0-,0-' });
  expectStatus(all, 200);
  assert.ok(all.body.equals(small));
});

test('a blob is deleted from its repository only, and not while a manifest needs it', async () => {
  const own = 'library/blob-deletes';
  const image = imageOf({ seed: 'blob deletes' });
  await client.pushImage(own, 'v1', image);
  await client.pushBlob('library/blob-keeps', image.config);
  const layer = image.layers[0] ?? Buffer.alloc(0);
  const path = `/v2/${own}/blobs/${digestOf(layer)}`;
  const refused = await client.delete(path);
  const { message } = expectError(refused, 405, 'UNSUPPORTED');
  assert.ok(message.includes(image.manifest.digest));
  assert.equal(refused.headers.allow, 'GET, HEAD');
  const loose = seededBytes('loose', 10);
  await client.pushBlob(own, loose);
  const stranger = await server.client(null).delete(`/v2/${own}/blobs/${digestOf(loose)}`);
  assert.equal(stranger.status, 401);
  expectStatus(await client.delete(`/v2/${own}/blobs/${digestOf(loose)}`), 202);
  for (const method of ['GET', 'HEAD', 'DELETE'])
    assert.equal((await client.call(method, `/v2/${own}/blobs/${digestOf(loose)}`)).status, 404);
  expectStatus(await client.delete(`/v2/${own}/manifests/${image.manifest.digest}`), 202);
  expectError(await client.delete(path), 404, 'BLOB_UNKNOWN');
  await client.pullBlob('library/blob-keeps', image.config);
  await client.pushBlob(own, loose);
  await client.pullBlob(own, loose);
});

test('readers that go away in the middle are no errors, and others go on being served', async () => {
  for (const range of [undefined, 'bytes=0-', 'bytes=0-2000000,2000001-4000000']) {
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        const started = client.begin('GET', pathOf(large), range === undefined ? {} : { Range: range });
        started.on('error', () => {});
        started.end();
        await new Promise<void>((resolve) => {
          started.once('response', (response) => {
            response.on('error', () => {});
            response.once('data', () => {
              started.destroy();
              resolve();
            });
          });
        });
      }),
    );
  }
  await client.pullBlob(repository, large);
  await server.logged((line) => line['aborted'] === true);
  assert.deepEqual(
    server.log.filter((line) => line['level'] === 'error' || line['level'] === 'warn'),
    [],
  );
});

test('content may be sent under any content type', async () => {
  const bytes = seededBytes('content type', 3000);
  const location = await client.startUpload(repository);
  const json = { 'Content-Type': 'application/json' };
  expectStatus(await client.patch(location, bytes.subarray(0, 1000), json), 202);
  expectStatus(await client.finishUpload(location, digestOf(bytes), bytes.subarray(1000), json), 201);
  await client.pullBlob(repository, bytes);
});
