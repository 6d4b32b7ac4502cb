// What costs most to read or to list: none of it holds the event loop for long. The turns of the server are recorded;
// `turns.test.ts` does the same for the other hostile tests.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { addUsers } from '../harness/accounts.ts';
import { imageOf, type Manifest, manifestOf, types } from '../harness/image.ts';
import { recordedTurns, recordingTurns } from '../harness/recorded-turns.ts';
import { expectError, expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { makeProject } from '../harness/rest.ts';
import { slowness } from '../harness/slowness.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';

/** CPU time of the main thread, of one turn. */
const limitMs = 50;
const tagCount = 1_000_000;
const repositoryCount = 100_000;

const folder = process.env['TURN_RECORDER_FOLDER'] ?? temporaryFolder();
const server = await BerthServer.start({ env: recordingTurns(folder) });
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
const repository = 'library/huge';
await addUsers(server, ['stranger']);
const stranger = server.client({ username: 'stranger', password });
await makeProject(admin, 'hidden');

const most = 4 * 1024 * 1024;
const empty = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a';
const config = { mediaType: 'application/vnd.oci.empty.v1+json', digest: `sha256:${empty}`, size: 2 };

function layer(number: number, more: object = {}): object {
  const hex = createHash('sha256').update(String(number)).digest('hex');
  const mediaType = 'application/vnd.oci.image.layer.nondistributable.v1.tar';
  return { mediaType, digest: `sha256:${hex}`, size: number, ...more };
}

function layers(from: number, count: number, more: object = {}): object[] {
  return Array.from({ length: count }, (_, number) => layer(from + number, more));
}

function manifest(more: object): Manifest {
  return manifestOf(
    { schemaVersion: 2, mediaType: types.ociManifest, config, layers: [], ...more },
    types.ociManifest,
  );
}

/** With a piece of JSON in the place of `"HERE"`. */
function text(more: object, here: string): Manifest {
  const bytes = Buffer.from(
    manifest(more)
      .bytes.toString()
      .replace('"HERE"', () => here),
  );
  assert.ok(bytes.length <= most, String(bytes.length));
  return {
    mediaType: types.ociManifest,
    bytes,
    digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
  };
}

const keys = (count: number, value: string): string =>
  `{${Array.from({ length: count }, (_, number) => `"${number}":${value}`).join(',')}}`;
const subject = { mediaType: types.ociManifest, digest: `sha256:${'5'.repeat(64)}`, size: 7 };

const taken: Readonly<Record<string, () => Manifest>> = {
  '2,048 layers that nothing is known of': () => manifest({ layers: layers(0, 2048) }),
  '2,048 layers, with what makes 4 MiB of them': () =>
    manifest({ layers: layers(10_000, 2048, { annotations: { note: 'x'.repeat(1700) } }) }),
  '2,048 times the empty blob': () => manifest({ layers: Array.from({ length: 2048 }, () => config) }),
  '65,000 objects': () => text({ more: 'HERE' }, `[${'{},'.repeat(65_000)}1]`),
  '60,000 levels': () => text({ more: 'HERE' }, `${'{"a":'.repeat(60_000)}1${'}'.repeat(60_000)}`),
  'two million numbers': () => text({ more: 'HERE' }, `[${'0,'.repeat(2_000_000)}1]`),
  '4,096 annotations': () => text({ annotations: 'HERE', subject }, keys(4096, '"x"')),
  '4,096 annotations that are no texts': () => text({ annotations: 'HERE', subject }, keys(4096, '1')),
  'one annotation of 4 MiB': () => text({ annotations: 'HERE', subject }, `{"a":"${'x'.repeat(4_100_000)}"}`),
  'one annotation of escapes': () =>
    text({ annotations: 'HERE', subject }, `{"a":"${'\\u00e9'.repeat(690_000)}"}`),
  '4 MiB beyond ASCII': () => text({ more: 'HERE' }, `"${'é漢'.repeat(800_000)}"`),
};

for (const [what, make] of Object.entries(taken)) {
  test(`a huge manifest is taken and pulled: ${what}`, async () => {
    const pushed = make();
    await admin.pushManifest(repository, pushed.digest, pushed);
    await admin.pushManifest(repository, 'huge', pushed);
    const pulled = await admin.get(`/v2/${repository}/manifests/huge`);
    assert.ok(pulled.body.equals(pushed.bytes));
  });
}

const refused: Readonly<Record<string, () => Manifest>> = {
  '2,049 layers': () => manifest({ layers: layers(20_000, 2049) }),
  'a million layers': () => text({ layers: 'HERE' }, `[${'{},'.repeat(1_000_000)}{}]`),
  'a million layers that are numbers': () => text({ layers: 'HERE' }, `[${'1,'.repeat(1_000_000)}1]`),
  '350,000 annotations': () => text({ annotations: 'HERE', subject }, keys(350_000, '""')),
  'a million objects elsewhere': () => text({ more: 'HERE' }, `[${'{},'.repeat(1_000_000)}1]`),
  '10^5 levels': () => text({ more: 'HERE' }, `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`),
  '2 * 10^6 levels': () => text({ more: 'HERE' }, `${'['.repeat(2_000_000)}${']'.repeat(2_000_000)}`),
};

for (const [what, make] of Object.entries(refused)) {
  test(`a huge manifest is refused with a sentence: ${what}`, async () => {
    const error = expectError(
      await admin.putManifest(repository, 'refused', make()),
      400,
      'MANIFEST_INVALID',
    );
    assert.match(
      error.message,
      /at most (2048|4096) are taken|more than 65536 objects and lists|more than 131072 fields/,
    );
  });
}

test('the referrers of one subject are huge, and are listed', async () => {
  for (let number = 0; number < 100; number += 1)
    await admin.pushManifest(
      repository,
      `of-${number}`,
      text({ number, annotations: 'HERE', subject }, keys(4096, '""')),
    );
  const found = await pages(admin, `/v2/${repository}/referrers/${subject.digest}`, 'manifests');
  assert.equal(found, 104);
});

test('small manifests that are pushed all at once', async () => {
  const image = imageOf({ seed: 'at once' });
  await admin.pushImage(repository, 'at-once', image);
  const each = Array.from({ length: 100 }, (_, number) => manifest({ layers: layers(number * 100, 100) }));
  await Promise.all(each.map((pushed) => admin.pushManifest(repository, pushed.digest, pushed)));
});

/** How many entries the pages of a list have. */
async function pages(client: RegistryClient, from: string, field: string, mostPages = 50): Promise<number> {
  let count = 0;
  let path: string | undefined = from;
  for (let page = 0; page < mostPages && path !== undefined; page += 1) {
    const answer = await client.get(path);
    expectStatus(answer, 200);
    const body = JSON.parse(answer.body.toString()) as Record<string, unknown[]>;
    count += (field === '' ? (body as unknown as unknown[]) : (body[field] ?? [])).length;
    path = /^<([^>]+)>; rel="next"/.exec(String(answer.headers.link ?? ''))?.[1];
  }
  return count;
}

/** Pushing as many takes hours. */
async function grow(): Promise<void> {
  await admin.pushManifest('library/tags', 'first', manifest({ layers: [] }));
  await server.stop();
  const db = new DatabaseSync(join(server.data, 'berth.db'));
  const numbers = (count: number): string =>
    `with recursive number (n) as (select 1 union all select n + 1 from number where n < ${count})`;
  db.exec(`pragma synchronous = off; begin;
    ${numbers(tagCount)} insert into tag (repository_id, name, artifact_id, digest, pushed_at)
      select a.repository_id, printf('t%07d', n), a.id, a.digest, 1 from number, artifact a
      where a.repository_id = (select id from repository where full_name = 'library/tags');
    ${numbers(repositoryCount)} insert into repository (project_id, full_name, created_at, updated_at, visible_at)
      select p.id, p.name || '/' || printf('r%06d', n), 1, 1, 1 from number, project p
      where p.name = iif(n % 2, 'library', 'hidden');
    commit; pragma wal_checkpoint(truncate)`);
  db.close();
  await server.restart();
}

test(`lists of ${tagCount} tags and ${repositoryCount} repositories come in pages`, async () => {
  await grow();
  assert.equal(await pages(admin, '/v2/library/tags/tags/list', 'tags', 3), 30_000);
  assert.equal(await pages(admin, '/v2/library/tags/tags/list?n=1000000&last=t09', 'tags', 200), 100_001);
  assert.equal(await pages(admin, '/v2/library/tags/tags/list?n=1&last=t0999999', 'tags'), 1);
  for (const client of [admin, stranger]) {
    assert.equal(await pages(client, '/v2/_catalog?n=1000', 'repositories', 10), 10_000);
    assert.ok((await pages(client, '/v2/_catalog?n=1000&last=library/r0999', 'repositories')) < 1000);
    expectStatus(await client.get('/api/v2.0/projects?page_size=100'), 200);
  }
  expectStatus(await stranger.get('/v2/_catalog?n=1000&last=hidden/r'), 200);
});

test(`no turn of the event loop computed for more than ${limitMs} ms`, (t) => {
  const turns = recordedTurns(folder).filter(({ pid }) => pid > 0);
  for (const { cpuMs, time } of turns.slice(0, 5)) t.diagnostic(`${cpuMs.toFixed(1)} ms at ${time}`);
  const [longest] = turns;
  assert.ok(longest !== undefined && longest.cpuMs > 1, 'nothing was recorded');
  assert.ok(longest.cpuMs <= limitMs * slowness(), `${longest.cpuMs} ms at ${longest.time}`);
});
