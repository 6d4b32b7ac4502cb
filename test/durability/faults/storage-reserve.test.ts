// A disk that is nearly full: what is kept free for the rest, and what goes on meanwhile.

import assert from 'node:assert/strict';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { digestOf, imageOf, seededBytes } from '../../harness/image.ts';
import { type Answer, answerTo, expectError, expectStatus } from '../../harness/registry-client.ts';
import { smallDisk } from '../../harness/small-disk.ts';
import { BerthServer, password } from '../../harness/start-server.ts';
import { temporaryFolder } from '../../harness/temporary-folder.ts';
import { waitUntil } from '../../harness/wait-until.ts';
import { FaultInjector } from './fault-injector.ts';

const mebibyte = 1024 * 1024;
const probe = smallDisk(mebibyte);
const skip = 'missing' in probe ? probe.missing : false;

/** A disk of 64 MiB, of which a tenth is kept. */
function diskWith(freeMiB: number): {
  readonly folder: string;
  readonly fill: () => void;
  readonly empty: () => void;
} {
  const disk = smallDisk(64 * mebibyte);
  assert.ok('folder' in disk);
  const { folder } = disk;
  const filler = join(folder, 'filler');
  return {
    folder,
    fill: () => {
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(filler, Buffer.alloc(bavail * bsize - freeMiB * mebibyte));
    },
    empty: () => rmSync(filler),
  };
}

interface Component {
  readonly name: string;
  readonly error?: string;
}

async function registryProblem(server: BerthServer): Promise<string | undefined> {
  const answer = await server.client(null).get('/api/v2.0/health');
  expectStatus(answer, 200);
  const { components } = JSON.parse(answer.body.toString()) as { components: Component[] };
  return components.find(({ name }) => name === 'registry')?.error;
}

function expectNoRoom(answer: Answer): void {
  const { message, detail } = expectError(answer, 507, 'UNAVAILABLE');
  assert.match(
    message,
    /^the disk of the storage has 5 MiB free, and 6\.4 MiB are kept for other things than content$/,
  );
  assert.match(detail ?? '', /free some space on that disk, or set a smaller storage_reserve/);
  assert.equal(answer.headers['retry-after'], '5');
}

test('below the reserve pushes get 507 with the numbers, and pulls, mounts, deletions and sign-ins go on', {
  skip,
}, async () => {
  const disk = diskWith(5);
  await using server = await BerthServer.start({ storage: join(disk.folder, 'storage') });
  const client = server.client();
  const kept = imageOf({ seed: 'kept', layers: [100_000] });
  await client.pushImage('library/one', 'kept', kept);
  await client.pushImage('library/one', 'unwanted', imageOf({ seed: 'unwanted' }));
  const open = await client.startUpload('library/one');
  expectStatus(await client.patch(open, Buffer.from('the beginning')), 202);
  disk.fill();
  await waitUntil('the shortage in the health', async () =>
    (await registryProblem(server))?.includes('5 MiB free'),
  );

  const whole = seededBytes('whole', 1000);
  expectNoRoom(await client.call('POST', '/v2/library/one/blobs/uploads/', { body: '' }));
  expectNoRoom(
    await client.call('POST', `/v2/library/one/blobs/uploads/?digest=${digestOf(whole)}`, { body: whole }),
  );
  expectNoRoom(await client.patch(open, Buffer.from(', and more')));
  const all = Buffer.from('the beginning, and more');
  expectNoRoom(await client.finishUpload(open, digestOf(all), Buffer.from(', and more')));
  expectNoRoom(await client.putManifest('library/one', 'again', kept.manifest));

  await client.pullImage('library/one', 'kept', kept);
  const mount = `mount=${digestOf(kept.config)}&from=library/one`;
  expectStatus(await client.call('POST', `/v2/library/two/blobs/uploads/?${mount}`, { body: '' }), 201);
  expectStatus(await client.delete('/v2/library/one/manifests/unwanted'), 202);
  expectStatus(
    await server.client({ username: 'admin', password }).get('/service/token?service=harbor-registry'),
    200,
  );
  expectStatus(await server.client(null).get('/readyz'), 200);

  disk.empty();
  await waitUntil('room again', async () => (await registryProblem(server)) === undefined);
  expectStatus(await client.finishUpload(open, digestOf(all), Buffer.from(', and more')), 201);
  await client.pushImage('library/one', 'again', kept);
});

test('an upload that the disk fills up under is refused in the middle, and goes on from there once there is room', {
  skip,
}, async () => {
  const disk = diskWith(5);
  await using server = await BerthServer.start({ storage: join(disk.folder, 'storage') });
  const client = server.client();
  const bytes = seededBytes('large', 24 * mebibyte);
  const location = await client.startUpload('library/large');
  const started = client.begin('PATCH', location, { 'Content-Type': 'application/octet-stream' });
  const answered = answerTo(started);
  started.write(bytes.subarray(0, 9 * mebibyte));
  await waitUntil('what was sent', () => statfsSync(disk.folder).bavail * 4096 < 58 * mebibyte);
  disk.fill();
  await waitUntil('the shortage in the health', async () => (await registryProblem(server)) !== undefined);
  started.end(bytes.subarray(9 * mebibyte));
  expectError(await answered, 507, 'UNAVAILABLE');

  disk.empty();
  await waitUntil('room again', async () => (await registryProblem(server)) === undefined);
  const status = await client.get(location);
  expectStatus(status, 204);
  const offset = Number(/^0-(\d+)$/.exec(String(status.headers['range']))?.[1]) + 1;
  assert.ok(offset >= 9 * mebibyte && offset < bytes.length, `${offset}`);
  expectStatus(await client.finishUpload(location, digestOf(bytes), bytes.subarray(offset)), 201);
  await client.pullBlob('library/large', bytes);
});

test('the disks are asked once a second while content comes, and never for a pull', async () => {
  const faults = new FaultInjector();
  await using server = await BerthServer.start({
    env: faults.env,
    storage: join(temporaryFolder(), 'storage'),
  });
  const client = server.client();
  const image = imageOf({ seed: 'counted' });
  await client.pushImage('library/counted', 'first', image);
  faults.set([{ call: 'statfs', path: '/' }]);
  const begun = performance.now();
  for (let count = 0; count < 30; count++)
    await client.pushImage('library/counted', `t${count}`, imageOf({ seed: `counted ${count}` }));
  const seconds = (performance.now() - begun) / 1000;
  const asked = faults.hits.length;
  assert.ok(asked <= 2 * (seconds + 1), `asked ${asked} times in ${seconds} s`);
  for (let count = 0; count < 100; count++) await client.pullImage('library/counted', 'first', image);
  assert.equal(faults.hits.length, asked);
});
