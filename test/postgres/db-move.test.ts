// berth db move: a registry goes from SQLite to PostgreSQL without pushing anything again, whatever cuts it off.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import pg from 'pg';
import { type BerthOptions, berth, type Outcome, spawnBerth } from '../harness/berth-command.ts';
import { imageOf, SeededChance } from '../harness/image.ts';
import { expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { BerthServer, NotStarted } from '../harness/start-server.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { Cable } from './cable.ts';
import { grownTag, growRegistry } from './grown-registry.ts';
import { SharedDatabase, secretKey } from './two-servers.ts';

const image = imageOf({ seed: 'before the move', layers: [1000, 70_000] });
const later = imageOf({ seed: 'after the move', layers: [2000] });
/** `npm run full:move` moves a hundred thousand. */
const manyTags = Number(process.env['BERTH_MOVE_TAGS'] ?? 3000);
const limitMs = 120_000 + manyTags * 10;
const killRounds = 10;

interface Report {
  readonly kind: string;
  readonly rows: number;
  readonly copiedRows: number;
  readonly copyMs: number;
  readonly compareMs: number;
  readonly tables: Readonly<Record<string, number>>;
  readonly settings: readonly string[];
}

let template: Promise<string> | undefined;

/** A folder with data and storage of a server that has an image and an upload in progress, and was stopped. */
async function pushOnce(): Promise<string> {
  const folder = temporaryFolder();
  const storage = join(folder, 'storage');
  await using server = await BerthServer.start({ folder, data: join(folder, 'data'), storage });
  await server.client().pushImage('hello', '1', image);
  await server.client().startUpload('hello');
  assert.equal((await server.stop()).code, 0);
  return folder;
}

/** A stopped server on SQLite, and an empty PostgreSQL database. */
class Before implements AsyncDisposable {
  readonly folder = temporaryFolder();
  readonly data = join(this.folder, 'data');
  readonly storage = join(this.folder, 'storage');
  readonly target: SharedDatabase;
  readonly toFile = join(this.folder, 'database-url');

  private constructor(target: SharedDatabase) {
    this.target = target;
    writeFileSync(this.toFile, `${target.url}\n`, { mode: 0o600 });
  }

  static async make(tags: number): Promise<Before> {
    const before = new Before(await SharedDatabase.create());
    template ??= pushOnce();
    cpSync(await template, before.folder, { recursive: true });
    if (tags > 0) growRegistry(before.data, image, tags);
    return before;
  }

  /** A registry with an identity of its own, and the same content. */
  becomeAnother(): void {
    const marker = join(this.storage, 'berth-store.json');
    const identity = JSON.parse(readFileSync(marker, 'utf8')) as Record<string, unknown>;
    writeFileSync(marker, JSON.stringify({ ...identity, store_id: 'another' }));
    const db = new DatabaseSync(join(this.data, 'berth.db'));
    db.exec(`update store_identity set store_id = 'another'`);
    db.close();
  }

  serve(env: Readonly<Record<string, string>>): Promise<BerthServer> {
    const { folder, data, storage } = this;
    return BerthServer.start({ folder, data, storage, env });
  }

  /** With the lines of the environment that the move printed. */
  serveMoved(settings: readonly string[]): Promise<BerthServer> {
    return this.serve(Object.fromEntries(settings.map((line) => line.split('=') as [string, string])));
  }

  args(...more: readonly string[]): string[] {
    return ['db', 'move', '--to-file', this.toFile, '--data', this.data, '--storage', this.storage, ...more];
  }

  move(options: BerthOptions = {}): Promise<Outcome> {
    return berth(this.args('--json'), { limitMs, ...options });
  }

  /** Undefined: the database is still empty. */
  async rowsThere(): Promise<number | undefined> {
    const { rows } = await this.ask(`select to_regclass('database_move') as found`);
    if (rows[0]?.['found'] === null) return undefined;
    const position = (await this.ask('select position from database_move')).rows[0]?.['position'];
    return typeof position === 'string' ? (JSON.parse(position) as { rows: number }).rows : undefined;
  }

  async ask(sql: string): Promise<pg.QueryResult<Record<string, unknown>>> {
    const client = new pg.Client({ connectionString: this.target.url });
    await client.connect();
    try {
      return await client.query<Record<string, unknown>>(sql);
    } finally {
      await client.end();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.target[Symbol.asyncDispose]();
  }
}

function done({ code, stdout, stderr }: Outcome): Report {
  assert.equal(code, 0, `${stdout}${stderr}`);
  return JSON.parse(stdout) as Report;
}

function refused({ code, stdout, stderr }: Outcome, exitCode: number, why: RegExp): void {
  assert.equal(code, exitCode, `${stdout}${stderr}`);
  assert.match(stderr, why);
  assert.equal(stdout, '');
}

async function refusesToStart(start: Promise<BerthServer>, why: RegExp): Promise<void> {
  const started = start.then((server) => server[Symbol.asyncDispose]());
  await assert.rejects(started, (error) => {
    assert.ok(error instanceof NotStarted, String(error));
    assert.equal(error.outcome.code, 7, error.outcome.stderr);
    assert.match(error.outcome.stderr, why);
    return true;
  });
}

/** Every tag answers with its digest; its content is looked at in some of them. */
async function everythingPulls(client: RegistryClient, tags: number): Promise<void> {
  await client.pullImage('hello', '1', image);
  const accept = { Accept: image.manifest.mediaType };
  let number = 0;
  const lane = async (): Promise<void> => {
    while (number < tags) {
      const { repository, tag, manifest } = grownTag(image, number);
      number += 1;
      const answer = await client.head(`/v2/${repository}/manifests/${tag}`, accept);
      expectStatus(answer, 200);
      assert.equal(answer.headers['docker-content-digest'], manifest.digest);
    }
  };
  await Promise.all(Array.from({ length: 12 }, lane));
  const step = Math.max(1, Math.floor(tags / 50));
  for (let sample = 0; sample < tags; sample += step) {
    const { repository, tag, manifest } = grownTag(image, sample);
    await client.pullImage(repository, tag, { ...image, manifest });
  }
}

/** Kills the command once it has copied that many rows. False: it was faster. */
async function cutOff(before: Before, rows: number, signal: NodeJS.Signals): Promise<boolean> {
  const child = spawnBerth(before.args('--json'));
  child.stdout?.resume();
  child.stderr?.resume();
  const ended = once(child, 'close');
  await waitUntil(
    'rows to be copied',
    async () => child.exitCode !== null || ((await before.rowsThere()) ?? -1) >= rows,
    limitMs,
  );
  const cut = child.exitCode === null;
  child.kill(signal);
  await ended;
  return cut;
}

test(`a registry of ${manyTags} tags is moved, compared and bound, and everything pulls`, async (t) => {
  await using before = await Before.make(manyTags);
  const dry = done(await berth(before.args('--dry-run', '--json'), { limitMs }));
  assert.equal(await before.rowsThere(), undefined, 'a dry run makes no table');
  const report = done(await before.move());
  const minutes = ((report.copyMs + report.compareMs) / 60_000).toFixed(2);
  const rate = Math.round((report.rows * 1000) / (report.copyMs + report.compareMs));
  t.diagnostic(`${report.rows} rows in ${minutes} minutes: ${rate} rows/s`);
  t.diagnostic(`copied in ${report.copyMs} ms, compared in ${report.compareMs} ms`);
  assert.deepEqual(dry.tables, report.tables);
  assert.equal(report.kind, 'begin');
  assert.equal(report.tables['tag'], manyTags + 1);
  assert.equal(report.tables['upload'], 4, 'uploads in progress go along');
  assert.equal(report.copiedRows, report.rows);
  assert.deepEqual(report.settings, [
    `BERTH_DATABASE_URL_FILE=${before.toFile}`,
    `BERTH_SECRET_KEY_FILE=${before.data}/secret.key`,
  ]);

  await using moved = await before.serveMoved(report.settings);
  const client = moved.client();
  await everythingPulls(client, manyTags);
  await client.pushImage('hello', '2', later);
  const { rows } = await before.ask('select max(id)::int as id from tag');
  assert.equal(rows[0]?.['id'], manyTags + 2, 'ids go on behind the highest ever given');
  await moved.stop();
});

test('the database that was left is refused with a sentence, and moving it again finds all done', async () => {
  await using before = await Before.make(0);
  const report = done(await before.move());
  await refusesToStart(before.serve({}), /was moved to postgres:.*BERTH_DATABASE_URL/);
  const zh = berth(['serve', '--data', before.data, '--storage', before.storage], {
    env: { BERTH_LANG: 'zh' },
  });
  assert.match((await zh).stderr, /已迁移到/);
  const again = done(await before.move());
  assert.deepEqual([again.kind, again.copiedRows], ['arrived', 0]);
  assert.deepEqual(again.settings, report.settings);
  // As a crash before the storage followed leaves it.
  await using moved = await before.serveMoved(report.settings);
  await moved.client().pullImage('hello', '1', image);
});

test('a move that was killed at any moment goes on where it stopped, and ends as if it had not been', async () => {
  await using before = await Before.make(6000);
  const { rows: total } = done(await berth(before.args('--dry-run', '--json')));
  const chance = new SeededChance('killed moves');
  let cuts = 0;
  for (let round = 0; round < killRounds; round++) {
    const there = (await before.rowsThere()) ?? 0;
    const wanted = there + chance.below(Math.max(1, Math.floor((total - there) / 2)));
    if (await cutOff(before, wanted, round === 3 ? 'SIGINT' : 'SIGKILL')) cuts += 1;
    assert.ok(((await before.rowsThere()) ?? 0) >= there, 'nothing is copied twice');
  }
  assert.ok(cuts >= 3, `only ${cuts} of ${killRounds} were cut off in time`);
  const there = (await before.rowsThere()) ?? 0;
  const report = done(await before.move());
  assert.deepEqual([report.kind, report.copiedRows], ['resume', total - there]);
  await using moved = await before.serveMoved(report.settings);
  await everythingPulls(moved.client(), 6000);
});

test('a connection that breaks ends the move with one sentence, and the next run goes on', async () => {
  await using before = await Before.make(6000);
  const server = new URL(before.target.url);
  await using cable = await Cable.to({ host: server.hostname, port: Number(server.port) });
  writeFileSync(before.toFile, before.target.urlBy(cable.port));
  const running = before.move();
  const there = await waitUntil('rows to be copied', async () => (await before.rowsThere()) || undefined);
  await cable.cut();
  refused(await running, 9, /postgres@127.0.0.1:\d+.* cannot be used: .*; what was copied stays there/);
  refused(await before.move(), 9, /cannot be used: .*ECONNREFUSED/);
  await cable.mend();
  const report = done(await before.move());
  assert.equal(report.kind, 'resume');
  assert.ok(report.copiedRows <= report.rows - there);
});

test('a row that was changed, added or removed between two runs is noticed, and nothing is bound', async () => {
  const changes: readonly (readonly [string, RegExp])[] = [
    [`update blob set size = size + 1 where id = 7`, /the row \[7\] of the table blob .*columns: size/],
    [`update "user" set username = 'admim' where id = 1`, /the row \[1\] of the table user .*username/],
    [`delete from crypto_key`, /the row \[1\] of the table crypto_key is missing/],
    [
      `insert into setting values ('planted', 'x', 0)`,
      /the table setting in .* has a row \["planted"\] that is not here/,
    ],
  ];
  for (const [index, [change, why]] of changes.entries()) {
    await using before = await Before.make(4000);
    const { rows } = done(await berth(before.args('--dry-run', '--json')));
    assert.ok(await cutOff(before, Math.floor(rows / 3), 'SIGKILL'), 'cut off in time');
    await before.target.run(change);
    refused(await before.move(), 8, why);
    if (index < changes.length - 1) continue;
    const env = { BERTH_DATABASE_URL: before.target.url, BERTH_SECRET_KEY: secretKey };
    await refusesToStart(before.serve(env), /a move into it has not come to its end/);
    await using server = await before.serve({});
    await server.client().pullImage('hello', '1', image);
  }
});

test('a text that PostgreSQL cannot hold is named by its table and key', async () => {
  await using before = await Before.make(0);
  const db = new DatabaseSync(join(before.data, 'berth.db'));
  db.exec(`insert into setting values ('!planted', 'a' || char(0), 0)`);
  db.close();
  refused(await before.move(), 8, /does not take a row of the table setting, \["!planted"\].*0x00/);
  await using server = await before.serve({});
  await server.client().pullImage('hello', '1', image);
});

test('a registry that was served between two runs is copied anew', async () => {
  await using before = await Before.make(4000);
  const { rows } = done(await berth(before.args('--dry-run', '--json')));
  assert.ok(await cutOff(before, Math.floor(rows / 3), 'SIGKILL'), 'cut off in time');
  await using between = await before.serve({});
  await between.client().pushImage('hello', '2', later);
  await between.stop();
  const report = done(await before.move());
  assert.deepEqual([report.kind, report.copiedRows], ['begin', report.rows]);
  await using moved = await before.serveMoved(report.settings);
  await moved.client().pullImage('hello', '2', later);
});

test('a move that died in its last step lets neither database be served until it is run again', async () => {
  await using before = await Before.make(0);
  const child = berth(before.args('--dry-run', '--json'));
  done(await child);
  // The tables are there before the trigger is: a first attempt makes them.
  await before.target.run(
    'create table planted (id int)',
    'create function refuse() returns trigger language plpgsql as $$ begin raise exception $m$planted$m$; end $$',
  );
  refused(await before.move(), 7, /is not empty: it holds .*tables of another program/);
  await before.target.run('drop table planted');
  const first = spawnBerth(before.args('--json'));
  first.stdout?.resume();
  first.stderr?.resume();
  const ended = once(first, 'close');
  await waitUntil('the tables to be made', async () => (await before.rowsThere()) !== undefined, limitMs);
  first.kill('SIGKILL');
  await ended;
  await before.target.run(
    'create trigger refuse before insert on store_identity for each row execute function refuse()',
  );
  const failed = await before.move();
  assert.equal(failed.code, 1, failed.stderr);
  await refusesToStart(before.serve({}), /was moved to .* run berth db move again/);
  const env = { BERTH_DATABASE_URL: before.target.url, BERTH_SECRET_KEY: secretKey };
  await refusesToStart(before.serve(env), /a move into it has not come to its end/);
  await before.target.run('drop trigger refuse on store_identity');
  const report = done(await before.move());
  assert.equal(report.kind, 'resume');
  await using moved = await before.serveMoved(report.settings);
  await moved.client().pullImage('hello', '1', image);
});

test('a database that is in use, or holds anything else, is refused and not changed', async () => {
  await using before = await Before.make(0);
  await using other = await SharedDatabase.create();
  writeFileSync(before.toFile, other.url);
  const server = await other.start('one');
  await server.client().pushImage('hello', '1', later);
  refused(await before.move(), 7, /a running Berth, or another move, is using postgres/);
  await server.stop();
  refused(await before.move(), 7, /is not empty: it holds a registry/);
  await using again = await other.start('one');
  await again.client().pullImage('hello', '1', later);

  await using foreign = await SharedDatabase.create();
  await foreign.run('create table orders (id int)', 'insert into orders values (1)');
  writeFileSync(before.toFile, foreign.url);
  refused(await before.move(), 7, /tables of another program/);
  await foreign.run('insert into orders select 1 / count(*) from orders');
  await using unmoved = await before.serve({});
  await unmoved.client().pullImage('hello', '1', image);
  refused(await before.move(), 7, /another Berth is using the data folder/);
});

test('an unfinished move of another registry is not touched', async () => {
  await using one = await Before.make(2000);
  await using other = await Before.make(0);
  const { rows } = done(await berth(one.args('--dry-run', '--json')));
  assert.ok(await cutOff(one, Math.floor(rows / 3), 'SIGKILL'), 'cut off in time');
  const there = await one.rowsThere();
  writeFileSync(other.toFile, one.target.url);
  other.becomeAnother();
  refused(await other.move(), 7, /an unfinished move of another registry/);
  assert.equal(await one.rowsThere(), there);
});

test('what cannot be meant so is refused in one sentence, and no password is taken from the arguments or shown', async () => {
  await using before = await Before.make(0);
  const { data, storage } = before;
  const call = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    berth(['db', 'move', ...args, '--data', data, '--storage', storage], { env });
  refused(await call([]), 2, /say where to: --to-file/);
  refused(await call(['--to', 'mysql://x/y']), 2, /no address of a PostgreSQL database/);
  refused(await call(['--to', 'sqlite']), 2, /berth backup db.*berth restore db/);
  for (const shown of ['postgres://u:Secret-9@h/d', 'postgres://u@h/d?password=Secret-9'])
    refused(await call(['--to', shown]), 2, /everybody on this machine can read the arguments/);
  refused(await call(['--to-file', join(data, 'none')]), 2, /none cannot be read/);
  const env = { BERTH_DATABASE_URL: before.target.url, BERTH_SECRET_KEY: secretKey };
  refused(await call(['--to-file', before.toFile], env), 2, /is PostgreSQL already/);
  const none = join(before.folder, 'none');
  refused(
    await berth(['db', 'move', '--to-file', before.toFile, '--data', none]),
    6,
    /there is no Berth data/,
  );

  const missing = new URL(before.target.url);
  missing.pathname = '/not_there';
  missing.password = 'Secret-9';
  writeFileSync(before.toFile, missing.href);
  const unreachable = await before.move();
  refused(unreachable, 9, /postgres:\/\/postgres@[^ ]*\/not_there cannot be used: .*does not exist/);
  assert.doesNotMatch(unreachable.stderr, /Secret-9/);

  const url = before.target.url;
  const plain = await call(['--to', url]);
  assert.equal(plain.code, 0, plain.stderr);
  assert.match(plain.stdout, new RegExp(`\n  BERTH_DATABASE_URL=${url}\n  BERTH_SECRET_KEY_FILE=`));
});

test('back to SQLite go a backup and a restore', async () => {
  await using before = await Before.make(0);
  const { settings } = done(await before.move());
  const env = Object.fromEntries(settings.map((line) => line.split('=') as [string, string]));
  await using moved = await before.serve(env);
  await moved.client().pushImage('hello', '2', later);
  await moved.stop();
  const file = join(before.folder, 'backup.gz');
  const where = ['--data', before.data, '--storage', before.storage];
  assert.equal((await berth(['backup', 'db', file, ...where], { env })).code, 0);
  const restored = await berth(['restore', 'db', file, ...where]);
  assert.equal(restored.code, 0, restored.stderr);
  await using back = await before.serve({});
  for (const [tag, pushed] of [
    ['1', image],
    ['2', later],
  ] as const)
    await back.client().pullImage('hello', tag, pushed);
  await back.stop();
  await refusesToStart(before.serve(env), /belongs to another database, or to another state/);
  const db = new DatabaseSync(join(before.data, 'berth.db'));
  assert.deepEqual(db.prepare('select * from database_move').all(), []);
  db.close();
});
