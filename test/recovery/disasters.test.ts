// The three disasters: an empty database on a full storage, yesterday's database on today's storage, and two servers on
// one storage. No object is ever deleted, and each is refused or told with the way out.

import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { berth, launcher, type Outcome } from '../harness/berth-command.ts';
import { digestOf, type Image, imageOf } from '../harness/image.ts';
import { noPseudoTerminal, PseudoTerminal } from '../harness/pseudo-terminal.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { BerthServer, NotStarted } from '../harness/start-server.ts';
import { removeFolder, temporaryFolder } from '../harness/temporary-folder.ts';
import { waitUntil } from '../harness/wait-until.ts';

interface AdoptReport {
  readonly database: string;
  readonly snapshot?: string;
  readonly manifests: readonly {
    readonly digest: string;
    readonly mediaType: string;
    readonly missing: readonly string[];
    readonly hints: Readonly<Record<string, string>>;
    readonly adopted: boolean;
    readonly problem: string | null;
  }[];
  readonly unneededBlobs: number;
  readonly otherFiles: number;
}

const folder = temporaryFolder();
after(() => removeFolder(folder));
const storage = join(folder, 'storage');

function place(data: string): string[] {
  return ['--data', join(folder, data), '--storage', storage];
}

function start(data: string): Promise<BerthServer> {
  return BerthServer.start({ folder, data: join(folder, data), storage });
}

async function adopt(data: string, ...args: string[]): Promise<AdoptReport> {
  const { code, stdout, stderr } = await berth(['storage', 'adopt', '--json', ...place(data), ...args]);
  assert.equal(code, 0, `${stdout}${stderr}`);
  return JSON.parse(stdout) as AdoptReport;
}

async function verified(data: string): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await berth(['verify', 'storage', '--json', ...place(data)]);
  assert.equal(code, 0, `${stdout}${stderr}`);
  return JSON.parse(stdout) as Record<string, unknown>;
}

async function refusal(data: string): Promise<Outcome> {
  try {
    await using _server = await start(data);
  } catch (error) {
    assert.ok(error instanceof NotStarted, String(error));
    return error.outcome;
  }
  throw new Error('the server was not refused');
}

function fileOf(digest: string): string {
  const hex = digest.slice('sha256:'.length);
  return join(storage, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
}

const blobsOf = (image: Image): Buffer[] => [image.config, ...image.layers, image.manifest.bytes];

/** Every object of these images is where it was. */
function assertAllThere(...images: Image[]): void {
  for (const bytes of images.flatMap(blobsOf)) assert.deepEqual(readFileSync(fileOf(digestOf(bytes))), bytes);
}

const copied = (image: Image) =>
  waitUntil('the copy', () => existsSync(fileOf(image.manifest.digest)), 60_000);

const annotations = { 'org.opencontainers.image.source': 'https://git.example/team/app' };
const old = imageOf({ seed: 'old', layers: [2000, 3000] });
const young = imageOf({ seed: 'young', layers: [2000, 70_000], more: { annotations } });

{
  await using server = await start('data');
  await server.client().pushImage('team', '1', old);
  await copied(old);
  await server.stop();
  // Yesterday.
  cpSync(join(folder, 'data'), join(folder, 'yesterday'), { recursive: true });
  rmSync(join(folder, 'yesterday', 'snapshots'), { recursive: true, force: true });
  await server.restart();
  await server.client().pushImage('team', '2', young);
  await copied(young);
  await server.stop();
}

test('an empty database is refused by a full storage, with the way out, and leaves no trace', async () => {
  const { code, stderr } = await refusal('empty');
  assert.equal(code, 7);
  assert.match(stderr, /belongs to another database.*berth storage adopt/);
  assert.ok(!existsSync(join(folder, 'empty')));
  assertAllThere(old, young);
});

test("yesterday's database is refused by today's storage, with the way out", async () => {
  const { code, stderr } = await refusal('yesterday');
  assert.equal(code, 7);
  assert.match(stderr, /another state of this one.*older copy.*berth storage adopt/);
  assertAllThere(old, young);
});

test('an adoption that nobody agreed to changes nothing', async () => {
  const marker = readFileSync(join(storage, 'berth-store.json'));
  for (const data of ['empty', 'yesterday']) {
    const { code, stderr } = await berth(['storage', 'adopt', ...place(data)]);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /new epoch.*30 seconds.*No file is removed/);
    assert.match(stderr, /--yes/);
  }
  assert.ok(!existsSync(join(folder, 'empty')));
  assert.deepEqual(readFileSync(join(storage, 'berth-store.json')), marker);
  await using server = await start('data');
  await server.client().pullImage('team', '2', young);
});

const noTerminal = noPseudoTerminal();

test(
  'Ctrl-C instead of an answer leaves no database behind, which would hide a snapshot from the next adoption',
  noTerminal === undefined ? {} : { skip: noTerminal },
  async () => {
    const marker = readFileSync(join(storage, 'berth-store.json'));
    const cwd = temporaryFolder();
    const person = new PseudoTerminal(`${launcher} storage adopt ${place('empty').join(' ')}`, { cwd });
    await person.shows(/\[y\/N\]/);
    person.pressControlC();
    assert.equal(await person.ended, 130, person.shown);
    assert.ok(!existsSync(join(folder, 'empty')));
    assert.deepEqual(readFileSync(join(storage, 'berth-store.json')), marker);
    removeFolder(cwd);
  },
);

test('two servers on one storage: the one whose database was copied stops serving within 30 s, and nothing is deleted', async () => {
  await using first = await start('data');
  // The files of a running server, as an operator copies them who does not know better.
  cpSync(join(folder, 'data'), join(folder, 'copy'), {
    recursive: true,
    filter: (path) => !path.endsWith('.sock'),
  });
  await using second = await start('copy');
  const client = first.client();
  await waitUntil('the first one notices', async () => (await client.get('/readyz')).status === 503, 35_000);
  expectStatus(await client.get('/v2/team/manifests/2'), 503);
  await waitUntil('its log says so', () =>
    /storage is not the one this registry belongs to/.test(first.stderr),
  );
  await second.client().pullImage('team', '2', young);
  assertAllThere(old, young);
  await first.stop();
  assert.match((await refusal('data')).stderr, /belongs to another database, or to another state/);
});

test("yesterday's database is adopted: what is younger is named, and put where it is asked for", async () => {
  const report = await adopt('yesterday', '--yes');
  assert.equal(report.database, 'takeOver');
  assert.deepEqual(
    report.manifests.map(({ digest, missing, hints, adopted }) => ({ digest, missing, hints, adopted })),
    [{ digest: young.manifest.digest, missing: [], hints: annotations, adopted: false }],
  );
  const strays = await verified('yesterday');
  assert.equal(strays['strays'], blobsOf(young).length);
  const again = await adopt('yesterday', '--yes', '--into', 'lost/found');
  assert.equal(again.database, 'present');
  assert.deepEqual(
    again.manifests.map(({ adopted }) => adopted),
    [true],
  );
  assert.equal((await verified('yesterday'))['strays'], 0);
  await using server = await start('yesterday');
  const client = server.client();
  await client.pullImage('team', '1', old);
  await client.pullImage('lost/found', young.manifest.digest, young);
  assert.deepEqual(await client.tags('lost/found'), []);
  assertAllThere(old, young);
});

test('a lost database begins anew where there is no snapshot: all is named, nothing is lost', async () => {
  rmSync(join(storage, 'berth', 'snapshots'), { recursive: true, force: true });
  const report = await adopt('begun', '--yes', '--into', 'lost/found');
  assert.equal(report.database, 'begin');
  assert.deepEqual(
    new Map(report.manifests.map(({ digest, adopted }) => [digest, adopted])),
    new Map([old, young].map(({ manifest }) => [manifest.digest, true])),
  );
  assert.ok(existsSync(join(folder, 'begun', 'initial-admin-password')));
  await using server = await start('begun');
  const secret = readFileSync(join(folder, 'begun', 'initial-admin-password'), 'utf8').trim();
  const client = server.client({ username: 'admin', password: secret });
  for (const image of [old, young]) await client.pullImage('lost/found', image.manifest.digest, image);
  assertAllThere(old, young);
});

test('a lost database is brought back from the newest snapshot in the storage, and what is younger is named', async () => {
  await using server = await start('begun');
  // A snapshot is a backup in pieces; the first one is taken when a registry is an hour old.
  const backup = join(folder, 'backup');
  assert.equal((await berth(['backup', 'db', backup, ...place('begun')])).code, 0);
  const snapshots = join(storage, 'berth', 'snapshots');
  mkdirSync(snapshots, { recursive: true });
  cpSync(backup, join(snapshots, 'db-20261127T120000Z.0000.last'));
  const secret = readFileSync(join(folder, 'begun', 'initial-admin-password'), 'utf8').trim();
  const last = imageOf({ seed: 'last', layers: [500] });
  await server.client({ username: 'admin', password: secret }).pushImage('team', '3', last);
  await copied(last);
  await server.stop();
  rmSync(join(folder, 'begun'), { recursive: true });
  const report = await adopt('begun', '--yes');
  assert.deepEqual([report.database, report.snapshot], ['restore', 'db-20261127T120000Z']);
  assert.deepEqual(
    report.manifests.map(({ digest }) => digest),
    [last.manifest.digest],
  );
  assertAllThere(old, young, last);
});

test('a layer that is damaged keeps its image out, and is named', async () => {
  const [layer] = young.layers.slice(-1);
  const bytes = Buffer.from(layer!);
  bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
  rmSync(join(folder, 'begun'), { recursive: true });
  rmSync(join(storage, 'berth', 'snapshots'), { recursive: true, force: true });
  writeFileSync(fileOf(digestOf(layer!)), bytes);
  const { code, stdout } = await berth([
    'storage',
    'adopt',
    '--yes',
    '--json',
    '--into',
    'lost/found',
    ...place('begun'),
  ]);
  assert.equal(code, 8, stdout);
  const report = JSON.parse(stdout) as AdoptReport;
  const problems = new Map(report.manifests.map(({ digest, problem }) => [digest, problem]));
  assert.match(problems.get(young.manifest.digest) ?? '', new RegExp(`${digestOf(layer!)} is damaged`));
  assert.equal(problems.get(old.manifest.digest), null);
});
