// A storage whose database on PostgreSQL is lost.

import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { berth } from '../harness/berth-command.ts';
import { imageOf } from '../harness/image.ts';
import { NotStarted, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { SharedDatabase, secretKey } from './two-servers.ts';

const database = await SharedDatabase.create();
after(() => database[Symbol.asyncDispose]());

test('a new database adopts the storage of a lost one, and instances on the lost one are refused', async () => {
  const image = imageOf({ seed: 'lost on postgres', layers: [1000] });
  const first = await database.start('first');
  await first.client().pushImage('team', '1', image);
  const hex = image.manifest.digest.slice('sha256:'.length);
  const copy = join(first.storage, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
  await waitUntil('the manifest is copied', () => existsSync(copy), 60_000);
  await first.stop();

  await using fresh = await SharedDatabase.create();
  const storage = ['--storage', first.storage];
  const env = { BERTH_DATABASE_URL: fresh.url, BERTH_SECRET_KEY: secretKey, BERTH_ADMIN_PASSWORD: password };
  await assert.rejects(fresh.start('second', { args: storage }), (error) => {
    assert.ok(error instanceof NotStarted);
    assert.match(error.outcome.stderr, /belongs to another database.*berth storage adopt/);
    return true;
  });
  const { code, stdout, stderr } = await berth(
    [
      'storage',
      'adopt',
      '--yes',
      '--json',
      '--into',
      'lost/found',
      '--data',
      join(fresh.folder, 'third'),
      ...storage,
    ],
    { env },
  );
  assert.equal(code, 0, stderr);
  const report = JSON.parse(stdout) as {
    database: string;
    manifests: { digest: string; adopted: boolean }[];
  };
  assert.deepEqual([report.database, report.manifests.map(({ adopted }) => adopted)], ['begin', [true]]);
  const served = await fresh.start('third', { args: storage });
  await served.client().pullImage('lost/found', image.manifest.digest, image);
  await assert.rejects(database.start('again'), NotStarted);
});

test('the newest snapshot in the storage is restored into an empty database', async () => {
  await using lost = await SharedDatabase.create();
  const image = imageOf({ seed: 'in the snapshot', layers: [1000] });
  const first = await lost.start('first');
  await first.client().pushImage('team', '1', image);
  const backup = join(lost.folder, 'backup');
  const made = await berth(['backup', 'db', backup, '--data', first.data, '--storage', first.storage], {
    env: { BERTH_DATABASE_URL: lost.url, BERTH_SECRET_KEY: secretKey },
  });
  assert.equal(made.code, 0, made.stderr);
  // A snapshot is a backup in pieces.
  const snapshots = join(first.storage, 'berth', 'snapshots');
  mkdirSync(snapshots, { recursive: true });
  cpSync(backup, join(snapshots, 'db-20261127T120000Z.0000.last'));
  await first.stop();

  await using fresh = await SharedDatabase.create();
  const storage = ['--storage', first.storage];
  const env = { BERTH_DATABASE_URL: fresh.url, BERTH_SECRET_KEY: secretKey };
  const data = ['--data', join(fresh.folder, 'second')];
  const { code, stdout, stderr } = await berth(['storage', 'adopt', '--yes', '--json', ...data, ...storage], {
    env,
  });
  assert.equal(code, 0, stderr);
  assert.equal((JSON.parse(stdout) as { database: string }).database, 'restore');
  const served = await fresh.start('second', { args: storage });
  await served.client().pullImage('team', '1', image);
});
