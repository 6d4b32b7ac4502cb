// `berth backup db`, `berth restore db`, the daily snapshot: on SQLite, with the server running and stopped.

import assert from 'node:assert/strict';
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { berth, type Outcome, spawnBerth } from '../harness/berth-command.ts';
import { type Image, imageOf } from '../harness/image.ts';
import { assertSameListing, listing } from '../harness/listing.ts';
import { expectError } from '../harness/registry-client.ts';
import { BerthServer, NotStarted } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

interface BackupReport {
  readonly file: string;
  readonly sizeBytes: number;
  readonly rows: number;
  readonly epoch: number;
  readonly storeId: string;
  readonly tables: Readonly<Record<string, number>>;
}

interface RestoreReport {
  readonly from: string;
  readonly epoch: number;
  readonly kept: string | null;
  readonly renewedKeys: number;
}

const first = imageOf({ seed: 'before the backup', layers: [1000, 70_000] });
const second = imageOf({ seed: 'after the backup', layers: [2000] });

function backUp(server: BerthServer, file: string, ...more: readonly string[]): Promise<Outcome> {
  return berth(['backup', 'db', file, '--data', server.data, '--storage', server.storage, ...more]);
}

async function backedUp(
  server: BerthServer,
  file: string,
  ...more: readonly string[]
): Promise<BackupReport> {
  return JSON.parse(done(await backUp(server, file, '--json', ...more))) as BackupReport;
}

interface Place {
  readonly data: string;
  readonly storage: string;
}

function restore({ data, storage }: Place, from: string, ...more: readonly string[]): Promise<Outcome> {
  return berth(['restore', 'db', from, '--data', data, '--storage', storage, ...more]);
}

async function restored(place: Place, from: string): Promise<RestoreReport> {
  return JSON.parse(done(await restore(place, from, '--json'))) as RestoreReport;
}

function done({ code, stdout, stderr }: Outcome): string {
  assert.equal(code, 0, `${stdout}${stderr}`);
  return stdout;
}

function refused({ code, stdout, stderr }: Outcome, expected: number, says: RegExp): void {
  assert.equal(code, expected, `${stdout}${stderr}`);
  assert.match(stderr, says);
  assert.equal(stdout, '');
}

const markerOf = ({ storage }: Place) =>
  JSON.parse(readFileSync(join(storage, 'berth-store.json'), 'utf8')) as { store_id: string; epoch: number };

async function startedWith(...images: readonly Image[]): Promise<BerthServer> {
  const server = await BerthServer.start();
  for (const [index, image] of images.entries())
    await server.client().pushImage('hello', `${index + 1}`, image);
  return server;
}

async function stopped(server: BerthServer): Promise<BerthServer> {
  assert.equal((await server.stop()).code, 0);
  return server;
}

/**
 * Rows of all tables but those that a server which runs writes by itself: that of manifests notes within seconds that
 * they were copied, and figures about the storage are counted again.
 */
function rowsIn(file: string): string[] {
  let table = '';
  return gunzipSync(readFileSync(file))
    .toString()
    .split('\n')
    .filter((line) => {
      table = /^\{"table":"(\w+)"/.exec(line)?.[1] ?? table;
      return line.startsWith('[') && table !== 'manifest' && !isFigures(table);
    });
}

function isFigures(table: string): boolean {
  return table.startsWith('storage_');
}

function withoutFigures(tables: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(tables).filter(([table]) => !isFigures(table));
}

test('a backup of a running server and one of a stopped server hold the same, readable by the owner only', async () => {
  await using server = await startedWith(first);
  const [online, offline] = [join(server.folder, 'online.gz'), join(server.folder, 'offline.gz')];
  const report = await backedUp(server, online);
  const { mode, size } = statSync(online);
  assert.equal(mode & 0o777, 0o600);
  assert.deepEqual([report.file, report.sizeBytes], [online, size]);
  assert.deepEqual([report.tables['tag'], report.tables['manifest'], report.epoch], [1, 1, 1]);
  assert.equal(report.storeId, markerOf(server).store_id);
  await stopped(server);
  const again = await backedUp(server, offline);
  assert.deepEqual(withoutFigures(again.tables), withoutFigures(report.tables));
  assert.deepEqual(rowsIn(offline), rowsIn(online));
  assert.deepEqual(
    readdirSync(server.folder).filter((name) => name.endsWith('.new')),
    [],
  );
});

test('a backup says how large it is, what it holds and that the master key is not in it, in both languages', async () => {
  await using server = await startedWith(first);
  const english = await backUp(server, 'x.gz', '--force');
  assert.match(
    done(english),
    /x\.gz +[\d.]+ KiB, \d+ rows, [\d.]+ s; read back whole\nTABLE\tROWS\n(.*\n)*tag\t1\n/,
  );
  assert.match(english.stderr, /master key/);
  const chinese = await backUp(server, 'x.gz', '--force', '--lang', 'zh');
  assert.match(done(chinese), /行/);
  assert.match(chinese.stderr, /主密钥/);
});

test('a backup replaces only what it is told to, and never the database', async () => {
  await using server = await startedWith(first);
  const file = join(server.folder, 'backup.gz');
  await backedUp(server, file);
  const before = listing(server.folder);
  refused(await backUp(server, file), 7, /exists already.*--force/);
  await backedUp(server, file, '--force');
  for (const name of ['berth.db', 'lock.db', 'other'])
    refused(
      await backUp(server, join(server.data, name), '--force'),
      2,
      /in the data folder, with which it would be lost/,
    );
  refused(await backUp(server, join(server.folder, 'absent', 'backup')), 2, /the folder of .* is not there/);
  refused(
    await backUp(server, join(server.folder, 'data'), '--force'),
    2,
    /data is a folder or a device, not a file; name the file to write/,
  );
  assertSameListing(listing(server.folder), before);
  await server.client().pullImage('hello', '1', first);
  await stopped(server);
  refused(await backUp(server, file), 7, /exists already.*--force/);
});

test('a restore brings back what there was, keeps what is replaced, and the storage refuses that from then on', async () => {
  await using server = await startedWith(first);
  const file = join(server.folder, 'backup.gz');
  await backedUp(server, file);
  const client = server.client();
  await client.pushImage('hello', '2', second);
  await client.pushImage('hello', '1', second);
  refused(await restore(server, file), 7, /using the data folder/);
  await stopped(server);
  const { epoch, kept } = await restored(server, file);
  assert.deepEqual([epoch, markerOf(server).epoch], [2, 2]);
  await server.restart();
  await client.pullImage('hello', '1', first);
  expectError(await client.get('/v2/hello/manifests/2'), 404, 'MANIFEST_UNKNOWN');
  const verified = await berth(['verify', 'storage', '--data', server.data, '--json']);
  const { missing, strays } = JSON.parse(verified.stdout) as { missing: number; strays: number };
  assert.equal(missing, 0);
  assert.ok(
    strays === 2 || strays === 3,
    `${strays}: config and layer of the second image, or its manifest, too`,
  );
  await client.pushImage('hello', '2', second);
  await client.pullImage('hello', '2', second);
  await stopped(server);

  assert.ok(kept !== null);
  const old = join(server.folder, 'old');
  mkdirSync(old, { mode: 0o700 });
  copyFileSync(join(kept, 'berth.db'), join(old, 'berth.db'));
  copyFileSync(join(server.data, 'secret.key'), join(old, 'secret.key'));
  await assert.rejects(
    BerthServer.start({ folder: server.folder, data: old, storage: server.storage }),
    (error) =>
      error instanceof NotStarted &&
      error.outcome.code === 7 &&
      /another state of this one/.test(error.message),
  );
});

test('a restore that cannot be done says why and leaves everything as it was', async () => {
  await using server = await startedWith(first);
  await using other = await startedWith(second);
  const file = join(server.folder, 'backup.gz');
  await backedUp(server, file);
  await stopped(server);
  await stopped(other);
  const cut = join(server.folder, 'cut.gz');
  writeFileSync(cut, readFileSync(file).subarray(0, -40));
  const noise = join(server.folder, 'noise.gz');
  writeFileSync(noise, 'this is no backup');
  const [before, beforeOther] = [listing(server.folder), listing(other.folder)];
  const database = readFileSync(join(server.data, 'berth.db'));
  for (const bad of [cut, noise])
    refused(await restore(server, bad), 8, /is no whole backup.*nothing was changed/);
  refused(await restore(server, join(server.folder, 'absent.gz')), 6, /absent\.gz cannot be read \(ENOENT\)/);
  refused(await restore(server, server.folder), 6, /cannot be read \(EISDIR\)/);
  refused(await restore(server, 'newest'), 6, /no snapshot of the database/);
  refused(await restore(other, file), 7, /of a registry with another storage/);
  refused(
    await restore({ data: server.data, storage: join(server.folder, 'away') }, file),
    7,
    /is it mounted/,
  );
  const chinese = await restore(server, cut, '--lang', 'zh');
  refused(chinese, 8, /不是完整的 Berth 数据库备份/);
  const fresh = join(server.folder, 'fresh');
  refused(await restore({ data: fresh, storage: server.storage }, cut), 8, /is no whole backup/);
  assertSameListing(listing(server.folder), before);
  assertSameListing(listing(other.folder), beforeOther);
  assert.ok(readFileSync(join(server.data, 'berth.db')).equals(database));
  await server.restart();
  await server.client().pullImage('hello', '1', first);
});

test('a database that is damaged is replaced and kept, with its log', async () => {
  await using server = await startedWith(first);
  const file = join(server.folder, 'backup.gz');
  await backedUp(server, file);
  await server.kill();
  const damage = Buffer.alloc(4096, 'x');
  for (const name of ['berth.db', 'berth.db-wal']) writeFileSync(join(server.data, name), damage);
  const { kept } = await restored(server, file);
  assert.ok(kept !== null);
  assert.ok(readFileSync(join(kept, 'berth.db')).equals(damage));
  await server.restart();
  await server.client().pullImage('hello', '1', first);
});

/** As if the server had run since yesterday. */
function age(data: string): void {
  using db = new DatabaseSync(join(data, 'berth.db'));
  db.exec(`update "user" set created_at = 1`);
  db.exec(`update periodic_job set due_at = 0 where name = 'database-snapshot'`);
}

const snapshotsIn = (folder: string) => readdirSync(folder).filter((name) => name.startsWith('db-'));

test('a snapshot is taken by the server, into data folder and storage, and a lost data folder is restored from it', async () => {
  await using server = await startedWith(first);
  const inStorage = join(server.storage, 'berth/snapshots');
  await stopped(server);
  age(server.data);
  await server.restart();
  const [piece] = await waitUntil('a snapshot in the storage', () => {
    const found = listing(inStorage).filter((name) => name.endsWith('.last'));
    return found.length > 0 && found;
  });
  assert.ok(piece !== undefined);
  const [held] = snapshotsIn(join(server.data, 'snapshots'));
  assert.equal(held, `${piece.split('.')[0] ?? ''}.jsonl.gz`);
  for (const path of [join(inStorage, piece), join(server.data, 'snapshots', held ?? '')])
    assert.equal(statSync(path).mode & 0o777, 0o600, path);
  assert.ok(
    readFileSync(join(inStorage, piece)).equals(readFileSync(join(server.data, 'snapshots', held ?? ''))),
  );
  assert.match((await berth(['verify', 'storage', '--data', server.data])).stdout, /strays +0/);
  await stopped(server);

  const storage = join(server.folder, 'elsewhere');
  renameSync(server.storage, storage);
  rmSync(server.data, { recursive: true });
  const place = { data: join(server.folder, 'anew'), storage };
  const outcome = await restore(place, 'newest');
  assert.match(done(outcome), /The database is that of \d{4}-.*db-.*epoch 2/);
  assert.match(
    outcome.stderr,
    /The master key is not the one of that database: the keys that sign tokens are made anew/,
  );
  await using again = await BerthServer.start({ folder: server.folder, ...place });
  await again.client().pullImage('hello', '1', first);
  await again.client().pushImage('hello', '2', second);
});

test('with the master key at hand nothing is made anew', async () => {
  const env = { BERTH_SECRET_KEY: '5a'.repeat(32) };
  await using server = await BerthServer.start({ env });
  const file = join(server.folder, 'backup.gz');
  await backedUp(server, file);
  await stopped(server);
  const place = { data: join(server.folder, 'anew'), storage: server.storage };
  const args = ['restore', 'db', file, '--data', place.data, '--storage', place.storage];
  const outcome = await berth(args, { env });
  done(outcome);
  assert.doesNotMatch(outcome.stderr, /master key/);
});

test('no snapshot is taken where none is wanted', async () => {
  await using server = await BerthServer.start({ args: ['--snapshots', '0'] });
  await stopped(server);
  using db = new DatabaseSync(join(server.data, 'berth.db'));
  assert.deepEqual(db.prepare(`select name from periodic_job where name = 'database-snapshot'`).all(), []);
});

test('a backup and a restore that are killed leave a database that starts, and no half file under a final name', async (t) => {
  await using server = await startedWith(first);
  const file = join(server.folder, 'backup.gz');
  const { tables } = await backedUp(server, file);
  await stopped(server);
  const half = join(server.folder, 'half.gz');
  const ended = { killed: 0, done: 0 };
  for (const waitMs of [400, 650, 900, 1300]) {
    for (const args of [
      ['backup', 'db', half, '--force'],
      ['restore', 'db', file],
    ]) {
      const child = spawnBerth([...args, '--data', server.data]);
      const { promise, resolve } = Promise.withResolvers<NodeJS.Signals | null>();
      child.once('exit', (_code, signal) => resolve(signal));
      await delay(waitMs);
      child.kill('SIGKILL');
      ended[(await promise) === null ? 'done' : 'killed'] += 1;
    }
    await server.restart();
    await server.client().pullImage('hello', '1', first);
    await stopped(server);
  }
  t.diagnostic(JSON.stringify(ended));
  assert.deepEqual((await backedUp(server, half, '--force')).tables['tag'], tables['tag']);
  assert.deepEqual(
    readdirSync(server.folder).filter((name) => name.includes('.new')),
    [],
  );
  assert.deepEqual(
    readdirSync(server.data).filter((name) => name.includes('.new')),
    [],
  );
});
