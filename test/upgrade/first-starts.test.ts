// Several servers start for the first time at once, on an empty database and an empty storage.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { spawnBerth } from '../harness/berth-command.ts';
import { changedSource, type SourceChange } from '../harness/changed-source.ts';
import { imageOf, SeededChance } from '../harness/image.ts';
import { expectStatus } from '../harness/registry-client.ts';
import type { BerthServer, ServerOptions } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { SharedDatabase, secretKey } from '../postgres/two-servers.ts';

const full = process.env['BERTH_TEST_FULL'] === '1';
const rounds = full ? 30 : 5;
const instances = 5;
const apartMs = 1500;

/** The administrator's password is made by whichever is first. */
const generated: ServerOptions = { env: { BERTH_ADMIN_PASSWORD: undefined }, limitMs: 120_000 };

/** There is one of everything, and what one server is given all serve. */
async function requireOneRegistry(
  database: SharedDatabase,
  servers: readonly BerthServer[],
  passwordFile: string,
): Promise<void> {
  const [counts] = await database.query(`select
    (select count(*) from store_identity)::int as stores,
    (select count(*) from "user" where username = 'admin')::int as administrators,
    (select count(*) from "grant" where scope = 'system')::int as grants,
    (select count(*) from project)::int as projects,
    (select count(*) from crypto_key)::int as keys,
    (select count(*) from event where type = 'admin.created')::int as creations,
    (select count(*) - count(distinct name) from schema_migration)::int as repeated`);
  const one = { stores: 1, administrators: 1, grants: 1, projects: 1, keys: 1, creations: 1, repeated: 0 };
  assert.deepEqual(counts, one);
  const [known] = await database.query<{ store: string }>('select store_id as store from store_identity');
  const marker = readFileSync(join(database.storage, 'berth-store.json'), 'utf8');
  assert.equal((JSON.parse(marker) as { store_id: string }).store_id, known?.store);
  const password = readFileSync(passwordFile, 'utf8').trimEnd();
  const image = imageOf({ seed: 'first starts' });
  for (const [no, server] of servers.entries()) {
    expectStatus(await server.client(null).get('/readyz'), 200);
    await server.client({ username: 'admin', password }).pushImage('hello', `${no}`, image);
  }
  for (const server of servers)
    assert.equal((await server.client(null).tags('hello')).length, servers.length);
}

for (let round = 0; round < rounds; round++) {
  test(`five at once make one registry, round ${round + 1}`, async () => {
    const chance = new SeededChance(`first starts ${process.env['BERTH_TEST_SEED'] ?? ''} ${round}`);
    await using database = await SharedDatabase.create();
    // In one round of five all begin in the same moment.
    const apart = Array.from({ length: instances }, () => (round % 5 === 0 ? 0 : chance.below(apartMs)));
    const servers = await Promise.all(
      apart.map(async (ms, no) => {
        await delay(ms);
        return database.start(`instance-${no}`, generated);
      }),
    );
    const files = servers.flatMap(({ ready }) => ready.sign_in.password_file ?? []);
    assert.equal(files.length, 1, 'one of them has made the password, and only that one tells it');
    await requireOneRegistry(database, servers, files[0] ?? '');
  });
}

/** Where a first start is killed: it stands still there, having said so. */
const standsStill = `process.stderr.write('stands still\\n'); await new Promise(() => setInterval(() => {}, 1000));`;
const places: readonly { readonly where: string; readonly changes: readonly SourceChange[] }[] = [
  {
    where: 'in a step of the schema',
    changes: [
      {
        module: 'platform/db/postgres/migrate-postgres',
        find: `await client.query('delete from schema_version');`,
        replace: `await client.query('delete from schema_version'); if (step.version === 3) { ${standsStill} }`,
      },
    ],
  },
  {
    where: 'while it makes the administrator',
    changes: [
      {
        module: 'access/first-run',
        find: `await raiseSequence(tx, 'user');`,
        replace: `await raiseSequence(tx, 'user'); ${standsStill}`,
      },
    ],
  },
  {
    where: 'before it has marked the storage, which the others leave alone for 30 s',
    changes: [
      {
        module: 'content/blobs/claim-store',
        find: 'const marker = await readStoreMarker(deps.store, name);',
        replace: standsStill,
      },
      // The wait itself takes its time in the full form only.
      ...(full
        ? []
        : [{ module: 'platform/locks/with-lease', find: 'leaseMs = 30_000', replace: 'leaseMs = 5_000' }]),
    ],
  },
];

for (const { where, changes } of places) {
  test(`one that is killed ${where} does not stop the others`, async (t) => {
    await using database = await SharedDatabase.create();
    const data = join(database.folder, 'killed');
    const args = ['serve', '--listen', '127.0.0.1:0', '--data', data, '--storage', database.storage];
    const env = { BERTH_DATABASE_URL: database.url, BERTH_SECRET_KEY: secretKey, ...changedSource(changes) };
    const killed = spawnBerth(args, { env });
    const gone = once(killed, 'close');
    let said = '';
    killed.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    await waitUntil('it stands still', () => said.includes('stands still'), 60_000);
    const others = [0, 1].map((no) => database.start(`instance-${no}`, generated));
    await waitUntil('the others are there', async () => (await connections(database)) > 2, 60_000);
    killed.kill('SIGKILL');
    await gone;
    const begun = performance.now();
    const servers = await Promise.all(others);
    const seconds = (performance.now() - begun) / 1000;
    t.diagnostic(`the others were ready ${seconds.toFixed(1)} s after the end of the first`);
    assert.ok(seconds < 60);
    const told = servers.flatMap(({ ready }) => ready.sign_in.password_file ?? []);
    // Of the one that is gone, if it was the one that made the administrator.
    await requireOneRegistry(database, servers, told[0] ?? join(data, 'initial-admin-password'));
  });
}

async function connections(database: SharedDatabase): Promise<number> {
  const found = await database.query('select 1 from pg_stat_activity where datname = $1', [database.name]);
  // Its own one.
  return found.length - 1;
}
