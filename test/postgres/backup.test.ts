// Backups of a registry on PostgreSQL: into an empty database, and from SQLite.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { berth, type Outcome } from '../harness/berth-command.ts';
import { imageOf } from '../harness/image.ts';
import { listing } from '../harness/listing.ts';
import { expectError } from '../harness/registry-client.ts';
import { BerthServer, NotStarted } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { SharedDatabase, secretKey } from './two-servers.ts';

const first = imageOf({ seed: 'before the backup', layers: [1000, 70_000] });
const second = imageOf({ seed: 'after the backup', layers: [2000] });

interface Where {
  readonly data: string;
  readonly storage: string;
  readonly url: string;
}

function command(what: 'backup' | 'restore', file: string, { data, storage, url }: Where): Promise<Outcome> {
  const env = { BERTH_DATABASE_URL: url, BERTH_SECRET_KEY: secretKey };
  return berth([what, 'db', file, '--data', data, '--storage', storage, '--json'], { env });
}

function done({ code, stdout, stderr }: Outcome): Record<string, unknown> {
  assert.equal(code, 0, `${stdout}${stderr}`);
  return JSON.parse(stdout) as Record<string, unknown>;
}

test('a backup is restored into an empty database, with a later epoch, and never into one that holds a registry', async () => {
  await using before = await SharedDatabase.create();
  await using after = await SharedDatabase.create();
  const server = await before.start('one');
  await server.client().pushImage('hello', '1', first);
  const file = join(before.folder, 'backup.gz');
  const old: Where = { data: server.data, storage: before.storage, url: before.url };
  const backup = done(await command('backup', file, old));
  assert.deepEqual((backup['tables'] as Record<string, number>)['tag'], 1);
  await server.client().pushImage('hello', '2', second);

  const busy = await command('restore', file, old);
  assert.equal(busy.code, 7, busy.stderr);
  assert.match(busy.stderr, /using the data folder/);
  await server.stop();
  const full = await command('restore', file, old);
  assert.equal(full.code, 7, full.stderr);
  assert.match(full.stderr, /holds a registry already/);

  const fresh: Where = { ...old, url: after.url };
  const report = done(await command('restore', file, fresh));
  assert.deepEqual([report['epoch'], report['kept'], report['renewedKeys']], [2, null, 0]);
  const again = await command('restore', file, fresh);
  assert.equal(again.code, 7, again.stderr);
  await using restored = await BerthServer.start({
    folder: before.folder,
    data: server.data,
    storage: before.storage,
    env: { BERTH_DATABASE_URL: after.url, BERTH_SECRET_KEY: secretKey },
  });
  const client = restored.client();
  await client.pullImage('hello', '1', first);
  expectError(await client.get('/v2/hello/manifests/2'), 404, 'MANIFEST_UNKNOWN');
  await client.pushImage('hello', '2', second);
  await assert.rejects(
    before.start('two'),
    (error) => error instanceof NotStarted && error.outcome.code === 7,
    'the storage refuses the database before it',
  );
});

test('a registry on SQLite goes on in PostgreSQL, with its accounts and keys', async () => {
  await using database = await SharedDatabase.create();
  const env = { BERTH_SECRET_KEY: secretKey };
  await using server = await BerthServer.start({ env });
  await server.client().pushImage('hello', '1', first);
  const file = join(server.folder, 'backup.gz');
  done(await command('backup', file, { data: server.data, storage: server.storage, url: '' }));
  assert.equal((await server.stop()).code, 0);
  const { storage } = server;
  const report = done(await command('restore', file, { data: server.data, storage, url: database.url }));
  assert.equal(report['renewedKeys'], 0);
  await using moved = await BerthServer.start({
    folder: server.folder,
    storage,
    env: { ...env, BERTH_DATABASE_URL: database.url, BERTH_ADMIN_PASSWORD: 'another one, which is ignored' },
  });
  await moved.client().pullImage('hello', '1', first);
  await moved.client().pushImage('hello', '2', second);
  assert.match(readFileSync(join(storage, 'berth-store.json'), 'utf8'), /"epoch": 2/);
});

test('a database that a first start left when its storage was refused is restored into', async () => {
  await using before = await SharedDatabase.create();
  await using after = await SharedDatabase.create();
  const server = await before.start('one');
  await server.client().pushImage('hello', '1', first);
  const file = join(before.folder, 'backup.gz');
  const { data } = server;
  done(await command('backup', file, { data, storage: before.storage, url: before.url }));
  await server.stop();
  const env = { BERTH_DATABASE_URL: after.url, BERTH_SECRET_KEY: secretKey };
  const options = { folder: before.folder, data, storage: before.storage, env };
  await assert.rejects(BerthServer.start(options), NotStarted);
  done(await command('restore', file, { data, storage: before.storage, url: after.url }));
  await using restored = await BerthServer.start(options);
  await restored.client().pullImage('hello', '1', first);
});

test('two instances that are asked for snapshots take one, which restores', async () => {
  await using before = await SharedDatabase.create();
  await using after = await SharedDatabase.create();
  const args = ['--snapshots', '2'];
  const one = await before.start('one', { args });
  await one.client().pushImage('hello', '1', first);
  await one.stop();
  await before.run(
    'update "user" set created_at = 1',
    `update periodic_job set due_at = 0 where name = 'database-snapshot'`,
  );
  const [left, right] = await Promise.all([before.start('two', { args }), before.start('three', { args })]);
  const snapshots = join(before.storage, 'berth/snapshots');
  await waitUntil('a snapshot in the storage', () =>
    listing(snapshots).some((name) => name.endsWith('.last')),
  );
  await Promise.all([left.stop(), right.stop()]);
  assert.equal(listing(snapshots).length, 1);
  const data = join(before.folder, 'anew');
  const report = done(await command('restore', 'newest', { data, storage: before.storage, url: after.url }));
  assert.match(String(report['from']), /db-\d{8}T\d{6}Z/);
  await using restored = await BerthServer.start({
    folder: before.folder,
    data,
    storage: before.storage,
    env: { BERTH_DATABASE_URL: after.url, BERTH_SECRET_KEY: secretKey },
  });
  await restored.client().pullImage('hello', '1', first);
});
