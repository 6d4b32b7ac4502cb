import assert from 'node:assert/strict';

import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { connect, createServer } from 'node:net';

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startServer } from './app.ts';
import { Secret } from './lib/secret.ts';
import { StartProblem, type StartProblemCode } from './lib/start-problem.ts';
import { openOffline, restoreBackup } from './offline.ts';
import { loadConfig } from './platform/config/load-config.ts';
import { ProcessLock } from './platform/db/sqlite/process-lock.ts';
import { dieInTest, makeTempFolder } from './platform/db/testing/test-database.ts';
import { type FileOps, fileOps } from './platform/files/file-ops.ts';
import { createLog } from './platform/log/logger.ts';

const entry = new URL('main.ts', import.meta.url);

async function start(cwd: string, files: FileOps, flags: Readonly<Record<string, string>> = {}) {
  const { config } = loadConfig({ flags: { listen: '127.0.0.1:0', ...flags }, env: {}, cwd });
  const quiet = { ...config, adminPassword: new Secret('A-first-password-1') };
  return startServer(quiet, { log: createLog('error', undefined), entry, die: dieInTest, files });
}

function fails(code: string) {
  return (): Promise<never> => Promise.reject(Object.assign(new Error(`${code}: injected`), { code }));
}

/** Everything that can go wrong with the folders and that cannot be had without privileges. */
const refusals: readonly (readonly [string, StartProblemCode, (cwd: string) => FileOps])[] = [
  ['SQLite on NFS', 'networkFileSystem', () => ({ ...fileOps, statfs: () => facts(0x6969) })],
  ['SQLite on SMB', 'networkFileSystem', () => ({ ...fileOps, statfs: () => facts(0xff534d42) })],
  ['SQLite on 9p', 'networkFileSystem', () => ({ ...fileOps, statfs: () => facts(0x01021997) })],
  ['a full disk under the data folder', 'diskFull', () => ({ ...fileOps, write: fails('ENOSPC') })],
  ['a full disk before the data folder is made', 'diskFull', () => ({ ...fileOps, mkdir: fails('ENOSPC') })],
  ['a read-only data folder', 'folderNotWritable', () => ({ ...fileOps, mkdir: fails('EROFS') })],
  ['a data folder of somebody else', 'folderNotWritable', () => ({ ...fileOps, mkdir: fails('EACCES') })],
  ['a full disk under the storage', 'diskFull', (cwd) => onStorage(cwd, 'ENOSPC')],
  ['a storage that answers with errors', 'storageUnreachable', (cwd) => onStorage(cwd, 'EIO')],
];

function facts(type: number) {
  return Promise.resolve({ type, freeBytes: 1e12, capacityBytes: 1e12 });
}

function onStorage(cwd: string, code: string): FileOps {
  return {
    ...fileOps,
    mkdir: (path, mode) =>
      path.startsWith(join(cwd, 'storage')) ? fails(code)() : fileOps.mkdir(path, mode),
  };
}

for (const [name, code, files] of refusals) {
  test(`a start is refused: ${name}`, async () => {
    const cwd = makeTempFolder();
    await assert.rejects(start(cwd, files(cwd), { storage: 'storage' }), (error) => {
      assert.ok(error instanceof StartProblem, String(error));
      assert.equal(error.code, code);
      return true;
    });
    assert.deepEqual(readdirSync(cwd), [], 'nothing half-made is left');
    const server = await start(cwd, fileOps, { storage: 'storage' });
    await server.close();
    rmSync(cwd, { recursive: true });
  });
}

test('a start that is refused takes back the authority that it made; one that was there stays', async () => {
  const cwd = makeTempFolder();
  const self = { storage: 'storage', tls: 'self' };
  await assert.rejects(start(cwd, onStorage(cwd, 'EIO'), self), /storageUnreachable/);
  assert.deepEqual(readdirSync(cwd), []);
  mkdirSync(join(cwd, 'data', 'tls'), { recursive: true });
  await assert.rejects(start(cwd, onStorage(cwd, 'EIO'), self), /storageUnreachable/);
  assert.deepEqual(readdirSync(join(cwd, 'data')), ['tls']);
  rmSync(cwd, { recursive: true });
});

function getSecurely(port: number, path: string, ca: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, path, ca, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.once('error', reject);
  });
}

test('who comes by HTTPS while a start takes long shakes hands at once, is told that it is starting, and is served then', async () => {
  const cwd = makeTempFolder();
  await (await start(cwd, fileOps, { tls: 'self' })).close();
  const tls = join(cwd, 'data', 'tls');
  const ca = readFileSync(join(tls, 'ca.crt'), 'utf8');
  const own = { tlsCertificate: join(tls, 'server.crt'), tlsKey: join(tls, 'server.key') };
  for (const flags of [{ tls: 'self' }, own]) {
    const [slow, reached] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    const files: FileOps = {
      ...fileOps,
      mkdir: async (path, mode) => {
        if (path.startsWith(join(cwd, 'other'))) {
          reached.resolve(undefined);
          await slow.promise;
        }
        return fileOps.mkdir(path, mode);
      },
    };
    const port = await freePort();
    rmSync(join(cwd, 'data', 'berth.db'));
    const started = start(cwd, files, { storage: 'other', listen: `127.0.0.1:${port}`, ...flags });
    await reached.promise;
    assert.equal(await getSecurely(port, '/readyz', ca), 503);
    const early = getSecurely(port, '/v2/', ca);
    slow.resolve(undefined);
    assert.equal(await early, 401);
    await (await started).close();
    rmSync(join(cwd, 'other'), { recursive: true });
  }
  rmSync(cwd, { recursive: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  server.close();
  await once(server, 'close');
  return port;
}

test('SQLite on a local disk may have its storage on a network file system', async () => {
  const cwd = makeTempFolder();
  const files = { ...fileOps, statfs: (path: string) => facts(path.endsWith('/data') ? 0xef53 : 0x6969) };
  await (await start(cwd, files, { storage: 'storage' })).close();
  rmSync(cwd, { recursive: true });
});

test('of two first starts on one folder one serves, and the other leaves its data alone', async () => {
  for (let round = 0; round < 5; round++) {
    const cwd = makeTempFolder();
    const results = await Promise.allSettled([start(cwd, fileOps), start(cwd, fileOps)]);
    const servers = results.filter((result) => result.status === 'fulfilled').map((result) => result.value);
    const refusals = results
      .filter((result) => result.status === 'rejected')
      .map((result) => result.reason as unknown);
    assert.deepEqual(
      refusals.map((error) => error instanceof StartProblem && error.code),
      ['dataInUse'],
    );
    await servers[0]?.close();
    const again = await start(cwd, fileOps);
    assert.equal(again.generatedPassword, undefined, 'the administrator is the one of the first start');
    await again.close();
    rmSync(cwd, { recursive: true });
  }
});

test('a first start makes a master key for the owner alone; a failed one leaves one that was there', async () => {
  const cwd = makeTempFolder();
  const key = join(cwd, 'data', 'secret.key');
  await (await start(cwd, fileOps)).close();
  assert.equal(statSync(key).mode & 0o777, 0o600);
  const made = readFileSync(key, 'utf8');
  assert.match(made, /^[0-9a-f]{64}\n$/);
  rmSync(join(cwd, 'data'), { recursive: true });
  mkdirSync(join(cwd, 'data'));
  writeFileSync(key, made, { mode: 0o600 });
  await assert.rejects(start(cwd, onStorage(cwd, 'EIO'), { storage: 'storage' }), /storageUnreachable/);
  assert.deepEqual(readdirSync(join(cwd, 'data')), ['secret.key']);
  await (await start(cwd, fileOps)).close();
  assert.equal(readFileSync(key, 'utf8'), made);
  rmSync(cwd, { recursive: true });
});

test('the master key is on stable storage before the database depends on it', async () => {
  const cwd = makeTempFolder();
  const order: string[] = [];
  const files: FileOps = {
    ...fileOps,
    rename: async (from, to) => {
      await fileOps.rename(from, to);
      if (to.endsWith('secret.key')) order.push('renamed');
    },
    syncFolder: async (path) => {
      await fileOps.syncFolder(path);
      if (order.at(-1) === 'renamed') order.push('synced', `${String(keysIn(cwd))} keys`);
    },
  };
  await (await start(cwd, files)).close();
  assert.deepEqual(order, ['renamed', 'synced', '0 keys']);
  assert.equal(keysIn(cwd), 1);
  rmSync(cwd, { recursive: true });
});

function keysIn(cwd: string): number {
  using db = new DatabaseSync(join(cwd, 'data', 'berth.db'), { readOnly: true });
  return Number(db.prepare('select count(*) as keys from crypto_key').get()?.['keys']);
}

test('a start that fails on data of an earlier one takes nothing away', async () => {
  const cwd = makeTempFolder();
  await (await start(cwd, fileOps, { storage: 'storage' })).close();
  const listing = (): string[] =>
    readdirSync(cwd, { recursive: true })
      .map(String)
      .toSorted((a, b) => (a < b ? -1 : 1));
  const before = listing();
  await assert.rejects(start(cwd, { ...fileOps, syncFolder: fails('EIO') }, { storage: 'storage' }));
  await assert.rejects(start(cwd, fileOps, { storage: 'elsewhere' }), /storeMarkerMissing/);
  assert.deepEqual(listing(), before);
  await (await start(cwd, fileOps, { storage: 'storage' })).close();
  rmSync(cwd, { recursive: true });
});

test('a start removes what a killed one left in the data folder, and nothing that it does not know', async () => {
  const cwd = makeTempFolder();
  await (await start(cwd, fileOps)).close();
  const uuid = 'a3f0c5de-0000-4000-8000-1234567890ab';
  const left = [`.berth-probe-${uuid}`, `secret.key.${uuid}.new`, `initial-admin-password.${uuid}.new`];
  const unknown = ['.berth-probe-mine', `other.${uuid}.new`, 'secret.key.new', `secret.key.${uuid}`];
  for (const name of [...left, ...unknown]) writeFileSync(join(cwd, 'data', name), 'left');
  const before = readdirSync(join(cwd, 'data'));
  await (await start(cwd, fileOps)).close();
  const after = readdirSync(join(cwd, 'data'));
  assert.deepEqual(
    before.filter((name) => !after.includes(name)),
    left.toSorted(),
  );
  rmSync(cwd, { recursive: true });
});

test('a start removes staged content that no upload has any more', async () => {
  const cwd = makeTempFolder();
  await (await start(cwd, fileOps)).close();
  const staging = join(cwd, 'data/storage/berth/staging');
  writeFileSync(join(staging, 'a3f0c5de-0000-4000-8000-1234567890ab.0'), 'left');
  await (await start(cwd, fileOps)).close();
  assert.deepEqual(readdirSync(staging), []);
  rmSync(cwd, { recursive: true });
});

for (const code of ['EPERM', 'EOPNOTSUPP']) {
  test(`a storage without hard links is marked all the same: ${code}`, async () => {
    const cwd = makeTempFolder();
    const files = { ...fileOps, link: fails(code) };
    await (await start(cwd, files, { storage: 'storage' })).close();
    assert.match(readFileSync(join(cwd, 'storage/berth-store.json'), 'utf8'), /"epoch": 1/);
    assert.deepEqual(readdirSync(join(cwd, 'storage')).toSorted(), ['berth', 'berth-store.json', 'docker']);
    await (await start(cwd, fileOps, { storage: 'storage' })).close();
    rmSync(cwd, { recursive: true });
  });
}

test('a start that fails anywhere lets the port go', async () => {
  const cwd = makeTempFolder();
  const first = await start(cwd, fileOps);
  const { port } = first;
  await first.close();
  await assert.rejects(
    start(cwd, { ...fileOps, mkdir: fails('EROFS') }, { listen: `127.0.0.1:${port}`, data: 'other' }),
  );
  const again = await start(cwd, fileOps, { listen: `127.0.0.1:${port}` });
  await again.close();
  rmSync(cwd, { recursive: true });
});

test('a stalled upload is cut, and keeps what came', async () => {
  const cwd = makeTempFolder();
  const { config } = loadConfig({ flags: { listen: '127.0.0.1:0' }, env: {}, cwd });
  const withPassword = { ...config, adminPassword: new Secret('A-first-password-1') };
  const deps = { log: createLog('error', undefined), entry, die: dieInTest, idleMs: 400 };
  const server = await startServer(withPassword, deps);
  const auth = `Basic ${Buffer.from('admin:A-first-password-1').toString('base64')}`;
  const ask = (method: string, path: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${server.port}${path}`, { method, headers: { Authorization: auth } });
  try {
    const started = await ask('POST', '/v2/library/stalled/blobs/uploads/');
    const location = started.headers.get('location') ?? '';
    const socket = connect(server.port, '127.0.0.1');
    socket.write(
      `PATCH ${location} HTTP/1.1\r\nHost: a\r\nAuthorization: ${auth}\r\nContent-Length: 10\r\n\r\nhalf`,
    );
    socket.resume();
    const from = performance.now();
    await once(socket, 'close');
    assert.ok(performance.now() - from < 2000);
    let range: string | null = '';
    for (let tries = 0; tries < 100 && range !== '0-3'; tries++) {
      range = (await ask('GET', location)).headers.get('range');
      await delay(20);
    }
    assert.equal(range, '0-3');
  } finally {
    await server.close();
    rmSync(cwd, { recursive: true });
  }
});

test('a restore is one, also when a server that is started again and again is first to open the database', async () => {
  const cwd = makeTempFolder();
  const backup = join(makeTempFolder(), 'backup.gz');
  await (await start(cwd, fileOps)).close();
  const { config } = loadConfig({ flags: {}, env: {}, cwd });
  const deps = { log: createLog('error', undefined), entry, die: dieInTest };
  {
    await using offline = await openOffline(config, deps);
    await offline.backUp({ file: backup, force: false });
  }
  let probes = 0;
  let other: ProcessLock | undefined;
  const files: FileOps = {
    ...fileOps,
    open: (path, flags, mode) => {
      if (path.includes('.berth-probe-')) probes += 1;
      if (probes === 2) other ??= ProcessLock.take(join(config.data, 'lock.db'));
      return fileOps.open(path, flags, mode);
    },
  };
  try {
    const report = await restoreBackup(config, { ...deps, files }, backup);
    assert.ok(other !== undefined && report.rows > 0 && report.epoch === 2);
  } finally {
    other?.release();
    rmSync(cwd, { recursive: true, force: true });
    rmSync(join(backup, '..'), { recursive: true, force: true });
  }
});
