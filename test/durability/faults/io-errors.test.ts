// A disk that fails, under the real server.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf, seededBytes } from '../../harness/image.ts';
import { expectError, expectStatus } from '../../harness/registry-client.ts';
import { BerthServer } from '../../harness/start-server.ts';
import { type Fault, FaultInjector } from './fault-injector.ts';
import { FaultTrial } from './fault-trial.ts';

const refusing: readonly (readonly [string, Fault])[] = [
  ['EIO on every write of the storage', { call: 'write', path: '/storage/', code: 'EIO' }],
  ['EIO on opening a staged file', { call: 'open', path: '/staging/', code: 'EIO' }],
  ['EIO on putting content in its place', { call: 'rename', path: '/staging/', code: 'EIO' }],
  ['a sync of a staged file fails once', { call: 'sync', path: '/staging/', code: 'EIO', times: 1 }],
  ['a sync of a folder of blobs fails once', { call: 'sync', path: '/sha256/', code: 'EIO', times: 1 }],
];

for (const [name, fault] of refusing) {
  test(`pushes get 503, what is there stays and is served, and the next push works: ${name}`, async () => {
    const faults = new FaultInjector();
    await using server = await BerthServer.start({ env: faults.env });
    await new FaultTrial(server).run({
      name,
      begin: () => faults.set([fault]),
      end: () => faults.clear(),
      statuses: [503],
      cause: /EIO/,
      told: /input\/output error/,
      recovered: 'by the next push',
    });
  });
}

test('a blob that cannot be read is not called missing, and is served again when it can be', async () => {
  const faults = new FaultInjector();
  await using server = await BerthServer.start({ env: faults.env });
  const client = server.client();
  const small = seededBytes('small', 1000);
  const large = seededBytes('large', 300_000);
  for (const bytes of [small, large]) await client.pushBlob('library/read', bytes);
  const path = (bytes: Buffer) => `/v2/library/read/blobs/${digestOf(bytes)}`;
  for (const call of ['open', 'read'] as const) {
    faults.set([{ call, path: '/blobs/sha256/', code: 'EIO' }]);
    expectError(await client.get(path(small)), 503, 'UNAVAILABLE');
    // Its length has been promised by then: only a broken connection tells that it does not come.
    if (call === 'read') await assert.rejects(client.get(path(large)), { code: 'ECONNRESET' });
    else expectError(await client.get(path(large)), 503, 'UNAVAILABLE');
    for (const bytes of [small, large]) expectStatus(await client.head(path(bytes)), 200);
    faults.clear();
    if (call === 'open') {
      // What was opened stays open, so the next part reads through other files.
      await server.stop();
      await server.restart();
    }
  }
  for (const bytes of [small, large]) await client.pullBlob('library/read', bytes);
});

for (const [what, path] of [
  ['staged file', '/staging/'],
  ['folder of the blob', `/sha256/ab/ab`],
  ['folder above it', '/sha256/ab$'],
] as const) {
  test(`the same blob can be pushed again after a failed sync, and health tells of it until a restart: ${what}`, async () => {
    const faults = new FaultInjector();
    await using server = await BerthServer.start({ env: faults.env });
    const client = server.client();
    const bytes = contentBelow('ab');
    faults.set([{ call: 'sync', path, code: 'EIO', times: 1 }]);
    const refused = await client.finishUpload(
      await client.startUpload('library/again'),
      digestOf(bytes),
      bytes,
    );
    expectError(refused, 503, 'UNAVAILABLE');
    expectStatus(await client.head(`/v2/library/again/blobs/${digestOf(bytes)}`), 404);
    await client.pushBlob('library/again', bytes);
    await client.pullBlob('library/again', bytes);
    expectStatus(await client.get('/readyz'), 200);
    assert.match(await registryHealth(server), /the disk of the storage has lost what was written/);
    await server.kill();
    await server.restart();
    await client.pullBlob('library/again', bytes);
    assert.equal(await registryHealth(server), 'healthy');
  });
}

/** Whose digest begins so. */
function contentBelow(prefix: string): Buffer {
  for (let count = 0; ; count++) {
    const bytes = Buffer.from(`content ${count}`);
    if (digestOf(bytes).startsWith(`sha256:${prefix}`)) return bytes;
  }
}

async function registryHealth(server: BerthServer): Promise<string> {
  const answer = await server.client(null).get('/api/v2.0/health');
  const { components } = JSON.parse(answer.body.toString()) as {
    components: readonly { name: string; status: string; error?: string }[];
  };
  const registry = components.find(({ name }) => name === 'registry');
  return registry?.error ?? String(registry?.status);
}

test('the first start of a storage without hard links succeeds', async () => {
  const faults = new FaultInjector();
  faults.set([{ call: 'link', path: '/storage/', code: 'EPERM' }]);
  await using server = await BerthServer.start({ env: faults.env });
  assert.equal(faults.hits.length, 1);
  await server.client().pushBlob('library/linkless', Buffer.from('content'));
});
