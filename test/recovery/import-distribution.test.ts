// A folder that Docker's registry filled, taken over where it lies: the counts, every tag, what is broken in it, kill -9 in
// the middle, and the other registry on the same folder afterwards. BERTH_IMPORT_REPOSITORIES and BERTH_IMPORT_TAGS
// (of each repository) make it larger.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cpSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { berth, spawnBerth } from '../harness/berth-command.ts';
import {
  childOf,
  digestOf,
  type Image,
  imageOf,
  indexOf,
  manifestOf,
  seededBytes,
  sha512Of,
  types,
} from '../harness/image.ts';
import { listing } from '../harness/listing.ts';
import { expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { BerthServer, NotStarted, password } from '../harness/start-server.ts';
import { removeFolder, temporaryFolder } from '../harness/temporary-folder.ts';
import { DockerRegistry } from './docker-registry.ts';

const repositoryCount = Number(process.env['BERTH_IMPORT_REPOSITORIES'] ?? 30);
const tagCount = Number(process.env['BERTH_IMPORT_TAGS'] ?? 10);
const killRounds = Number(process.env['BERTH_IMPORT_KILLS'] ?? 4);
const limitMs = 1_800_000;

interface Report {
  readonly repositories: number;
  readonly tags: number;
  readonly manifests: number;
  readonly referrers: number;
  readonly fallbackTags: number;
  readonly links: number;
  readonly added: { readonly tags: number; readonly manifests: number; readonly links: number };
  readonly projects: readonly string[];
  readonly bytesCopied: number;
  readonly seconds: number;
  readonly left: number;
  readonly problems: readonly { readonly path: string; readonly reason: string; readonly detail: string }[];
}

const folder = temporaryFolder();
after(() => removeFolder(folder));
const root = join(folder, 'registry');
const tree = join(root, 'docker/registry/v2');

/** One without a project, then some with one, the last of them nested. */
function nameOf(at: number): string {
  if (at % 10 === 0) return `plain${at}`;
  return at % 10 === 1 ? `team${at % 7}/deep/er/app${at}` : `team${at % 7}/app${at}`;
}
const here = (name: string): string => (name.includes('/') ? name : `library/${name}`);

const linkOf = (repository: string, ...rest: string[]): string =>
  join(tree, 'repositories', repository, ...rest, 'link');
const hexOf = (digest: string): string => digest.slice('sha256:'.length);
const dataOf = (digest: string): string =>
  join(tree, 'blobs/sha256', hexOf(digest).slice(0, 2), hexOf(digest), 'data');

const child = imageOf({ seed: 'child' });
const index = indexOf([childOf(child.manifest, { platform: { os: 'linux', architecture: 'amd64' } })]);
const signature = imageOf({ seed: 'signature', more: { subject: childOf(child.manifest) } });
const fallback = `sha256-${hexOf(child.manifest.digest)}`;
const bySha512 = seededBytes('by sha512', 3000);
const lacking = imageOf({ seed: 'lacking', layers: [700, 800] });
const twins = [imageOf({ seed: 'twin 1' }), imageOf({ seed: 'twin 2' })] as const;
const gone = imageOf({ seed: 'gone' });
const rotten = imageOf({ seed: 'rotten' });
const noJson = imageOf({ seed: 'no json' });

/** What was planted, with the paths that have to be named. */
const planted = new Map<string, string>();

/** Of each repository, by the number of the tag. */
const imageAt = (repository: number, tag: number): Image => {
  const image = imageOf({ seed: `r${repository}t${tag}`, layers: [400] });
  const shared = seededBytes(`shared ${repository}`, 2000);
  const manifest = manifestOf(
    {
      ...(JSON.parse(image.manifest.bytes.toString()) as object),
      layers: [shared, ...image.layers].map((bytes) => ({
        mediaType: types.ociLayer,
        digest: digestOf(bytes),
        size: bytes.length,
      })),
    },
    types.ociManifest,
  );
  return { config: image.config, layers: [shared, ...image.layers], manifest };
};

async function fill(registry: DockerRegistry): Promise<void> {
  const fillOne = async (at: number): Promise<void> => {
    await registry.pushBlob(nameOf(at), seededBytes(`shared ${at}`, 2000));
    for (let tag = 0; tag < tagCount; tag++) {
      const image = imageAt(at, tag);
      for (const blob of [image.config, ...image.layers.slice(1)]) await registry.pushBlob(nameOf(at), blob);
      await registry.pushManifest(nameOf(at), `v${tag}`, image.manifest);
    }
  };
  const waiting = Array.from({ length: repositoryCount }, (_, at) => at);
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) await fillOne(at);
    }),
  );
}

async function fillSpecial(registry: DockerRegistry): Promise<void> {
  const { client } = registry;
  await registry.pushImage('multi/app', child.manifest.digest, child);
  await registry.pushManifest('multi/app', 'latest', index);
  await registry.pushImage('multi/app', signature.manifest.digest, signature);
  await registry.pushManifest('multi/app', fallback, indexOf([childOf(signature.manifest)]));
  await registry.pushBlob('multi/app', bySha512, sha512Of(bySha512));
  await registry.pushImage('twin', 'v1', twins[0]);
  await registry.pushImage('library/twin', 'v1', twins[1]);
  // Deleted things leave folders without a link.
  await registry.pushImage('gone/app', 'v1', gone);
  expectStatus(await client.delete(`/v2/gone/app/manifests/${gone.manifest.digest}`), 202);
  for (const blob of [gone.config, ...gone.layers])
    expectStatus(await client.delete(`/v2/gone/app/blobs/${digestOf(blob)}`), 202);
  for (const [name, image] of [
    ['broken/lacking', lacking],
    ['broken/rotten', rotten],
    ['broken/nojson', noJson],
  ] as const)
    await registry.pushImage(name, 'v1', image);
}

function plant(path: string, reason: string, bytes?: string | Buffer): void {
  if (bytes !== undefined) {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, bytes);
  }
  planted.set(path.slice(root.length + 1), reason);
}

function breakIt(): void {
  const lost = digestOf(lacking.layers[0] ?? Buffer.alloc(0));
  rmSync(dataOf(lost));
  plant(linkOf('broken/lacking', '_layers/sha256', hexOf(lost)), 'dataMissing');
  const revision = (name: string, digest: string): string =>
    linkOf(name, '_manifests/revisions/sha256', hexOf(digest));
  plant(revision('broken/lacking', lacking.manifest.digest), 'contentMissing');
  const damaged = Buffer.from(rotten.manifest.bytes);
  damaged[damaged.length - 2] = 0x20;
  writeFileSync(dataOf(rotten.manifest.digest), damaged);
  plant(revision('broken/rotten', rotten.manifest.digest), 'digestWrong');
  plant(linkOf('broken/rotten', '_manifests/tags/v1/current'), 'tagDangling');
  const text = Buffer.from('this is no JSON');
  const schema1 = Buffer.from(JSON.stringify({ schemaVersion: 1, name: 'old', tag: 'v1', fsLayers: [] }));
  const large = Buffer.alloc(4 * 1024 * 1024 + 1, 0x20);
  for (const [bytes, reason] of [
    [text, 'manifestInvalid'],
    [schema1, 'manifestInvalid'],
    [large, 'manifestTooLarge'],
  ] as const) {
    const digest = digestOf(bytes);
    mkdirSync(join(dataOf(digest), '..'), { recursive: true });
    writeFileSync(dataOf(digest), bytes);
    plant(revision('broken/nojson', digest), reason, digest);
  }
  const nowhere = `sha256:${'0'.repeat(64)}`;
  plant(revision('broken/nojson', nowhere), 'dataMissing', nowhere);
  plant(linkOf('broken/nojson', '_manifests/tags/dangling/current'), 'tagDangling', nowhere);
  plant(linkOf('broken/nojson', '_manifests/tags/damaged/current'), 'linkDamaged', 'sha256:12');
  plant(linkOf('broken/nojson', '_manifests/tags/no tag/current'), 'tagInvalid', noJson.manifest.digest);
  plant(linkOf('broken/nojson', '_layers/sha256', '1'.repeat(64)), 'linkDamaged', 'half');
  plant(linkOf('broken/nojson', '_layers/sha512', '2'.repeat(128)), 'digestWrong', digestOf(noJson.config));
  const name = 'repositories/Broken/Name';
  mkdirSync(join(tree, name, '_manifests'), { recursive: true });
  planted.set(`docker/registry/v2/${name}`, 'nameInvalid');
  for (const twin of ['twin', 'library/twin'])
    planted.set(`docker/registry/v2/repositories/${twin}`, 'nameTaken');
}

before(
  async () => {
    {
      await using registry = await DockerRegistry.start(join(folder, 'peer'), root);
      await fill(registry);
      await fillSpecial(registry);
    }
    breakIt();
  },
  { timeout: limitMs },
);

interface Run {
  readonly code: number | null;
  readonly report: Report;
}

async function importInto(data: string, storage: string, ...args: string[]): Promise<Run> {
  const place = ['--data', data, '--storage', storage, '--json'];
  const options = { env: { BERTH_ADMIN_PASSWORD: password }, limitMs };
  const { code, stdout, stderr } = await berth(['import', 'distribution', ...place, ...args], options);
  assert.ok(stdout.startsWith('{'), `${stdout}${stderr}`);
  return { code, report: JSON.parse(stdout) as Report };
}

const named = (report: Report): Map<string, string> =>
  new Map(report.problems.map(({ path, reason }) => [path, reason]));

/** Of every file of the other registry: what would tell of a change. */
function facts(storage: string): Map<string, string> {
  const files = listing(join(storage, 'docker')).filter((path) => !path.endsWith('/'));
  return new Map(
    files.map((path) => {
      const { ino, size, mtimeMs, mode } = statSync(join(storage, 'docker', path));
      return [path, `${ino} ${size} ${mtimeMs} ${mode}`];
    }),
  );
}

async function assertAllTags(client: RegistryClient, nameHere: (name: string) => string): Promise<number> {
  const accept = { Accept: `${types.ociManifest}, ${types.ociIndex}` };
  let pulled = 0;
  for (let at = 0; at < repositoryCount; at++) {
    const name = nameHere(nameOf(at));
    assert.equal((await client.tags(name)).length, tagCount, name);
    for (let tag = 0; tag < tagCount; tag++) {
      const image = imageAt(at, tag);
      const manifest = await client.get(`/v2/${name}/manifests/v${tag}`, accept);
      expectStatus(manifest, 200);
      assert.deepEqual(manifest.body, image.manifest.bytes, `${name}:v${tag}`);
      for (const blob of [image.config, ...image.layers]) await client.pullBlob(name, blob);
      pulled += 1;
    }
  }
  const latest = await client.get('/v2/multi/app/manifests/latest', accept);
  assert.deepEqual(latest.body, index.bytes);
  return pulled;
}

const wholeTags = repositoryCount * tagCount;
/**
 * Beside those: `latest`, the fallback tag, and `v1` of two broken repositories; two manifests without a tag; the
 * repository of the indexes, and three broken ones.
 */
const expected = {
  tags: wholeTags + 4,
  manifests: wholeTags + 4 + 2,
  repositories: repositoryCount + 4,
  referrers: 1,
  fallbackTags: 1,
};

function assertCounts(report: Report): void {
  const { tags, manifests, repositories, referrers, fallbackTags } = report;
  const counts = { tags, manifests, repositories, referrers, fallbackTags };
  assert.deepEqual(counts, expected);
  assert.deepEqual(named(report), planted);
}

test('looking first names everything and changes nothing', async () => {
  const earlier = listing(folder);
  const { code, report } = await importInto(join(folder, 'dry'), root, '--dry-run');
  assert.equal(code, 3);
  assertCounts(report);
  assert.deepEqual(listing(folder), earlier);
});

test('a server with settings of its own refuses the folder and names the command', async () => {
  const data = join(folder, 'refused');
  const started = BerthServer.start({ folder, data, storage: root });
  await assert.rejects(started, (error: unknown) => {
    assert.ok(error instanceof NotStarted);
    assert.equal(error.outcome.code, 7);
    assert.match(error.outcome.stderr, /berth import distribution --storage /);
    assert.ok(error.outcome.stderr.includes(root));
    return true;
  });
});

test('an import that is killed again and again ends with the same as one that is not', async () => {
  const storage = join(folder, 'killed');
  cpSync(root, storage, { recursive: true });
  const data = join(folder, 'killed-data');
  let unfinished = 0;
  for (let round = 0; round < killRounds; round++) {
    const running = spawnBerth(['import', 'distribution', '--data', data, '--storage', storage], {
      env: { BERTH_ADMIN_PASSWORD: password },
    });
    running.stdout?.resume();
    running.stderr?.resume();
    const ended = once(running, 'exit');
    // Somewhere in it: a moment is what is tested here.
    await Promise.race([ended, delay(700 + round * 350)]);
    running.kill('SIGKILL');
    await ended;
    if (listing(storage).includes('berth-store.json')) {
      // It is the last thing that is written: all the rest is there.
      await using server = await BerthServer.start({ folder, data, storage });
      await asAdmin(server, (client) => assertAllTags(client, here));
      break;
    }
    unfinished += 1;
    await assert.rejects(BerthServer.start({ folder, data, storage }), NotStarted);
  }
  const { code, report } = await importInto(data, storage);
  assert.equal(code, 3);
  assertCounts(report);
  console.log(`killed ${unfinished} times before the end`);
  await using server = await BerthServer.start({ folder, data, storage });
  await asAdmin(server, (client) => assertAllTags(client, here));
});

async function asAdmin<T>(server: BerthServer, work: (client: RegistryClient) => Promise<T>): Promise<T> {
  return work(server.client({ username: 'admin', password }));
}

test('everything that is whole is taken over without a byte copied, and every tag pulls', async () => {
  const data = join(folder, 'data');
  const earlier = facts(root);
  const { code, report } = await importInto(data, root);
  assert.equal(code, 3);
  assertCounts(report);
  assert.deepEqual(
    [report.added.tags, report.added.manifests, report.added.links],
    [report.tags, report.manifests, report.links],
  );
  assert.equal(report.bytesCopied, 0);
  const projects = new Set(
    Array.from({ length: repositoryCount }, (_, at) => here(nameOf(at)).split('/')[0] ?? ''),
  );
  const made = [...projects, 'multi', 'broken'].filter((name) => name !== 'library');
  assert.deepEqual(report.projects, made.toSorted());
  const { repositories, tags, manifests, links, seconds } = report;
  console.log(
    `${repositories} repositories, ${tags} tags, ${manifests} manifests, ${links} links; ${seconds} s, ${report.bytesCopied} bytes copied`,
  );
  const again = await importInto(data, root);
  assert.deepEqual(again.report.added, { tags: 0, manifests: 0, links: 0 });
  {
    await using server = await BerthServer.start({ folder, data, storage: root });
    const pulled = await asAdmin(server, async (client) => {
      const count = await assertAllTags(client, here);
      await assertSpecial(client);
      return count;
    });
    console.log(`${pulled} tags pulled from Berth`);
  }
  const now = facts(root);
  const changed = [...earlier].filter(([path, fact]) => now.get(path) !== fact);
  assert.deepEqual(changed, [], 'files of the other registry were changed');
  {
    await using registry = await DockerRegistry.start(join(folder, 'peer'), root);
    const pulled = await assertAllTags(registry.client, (name) => name);
    console.log(`${pulled} tags pulled from docker-registry afterwards`);
  }
  const verified = await berth(['verify', 'storage', '--data', data, '--storage', root, '--json'], {
    limitMs,
  });
  assert.equal(verified.code, 0, verified.stdout);
});

async function assertSpecial(client: RegistryClient): Promise<void> {
  const referrers = await client.get(`/v2/multi/app/referrers/${child.manifest.digest}`);
  const { manifests } = JSON.parse(referrers.body.toString()) as { manifests: { digest: string }[] };
  assert.deepEqual(
    manifests.map(({ digest }) => digest),
    [signature.manifest.digest],
  );
  const alias = await client.get(`/v2/multi/app/blobs/${sha512Of(bySha512)}`);
  assert.ok(alias.body.equals(bySha512));
  // One without a project answers to both of its names.
  assert.deepEqual(await client.tags(nameOf(0)), await client.tags(here(nameOf(0))));
  for (const twin of ['twin', 'library/twin'])
    expectStatus(await client.get(`/v2/${twin}/manifests/v1`), 404);
  expectStatus(await client.get(`/v2/gone/app/manifests/${gone.manifest.digest}`), 404);
  expectStatus(await client.get('/v2/broken/lacking/manifests/v1'), 200);
  const [lost = Buffer.alloc(0), kept = Buffer.alloc(0)] = lacking.layers;
  expectStatus(await client.get(`/v2/broken/lacking/blobs/${digestOf(lost)}`), 404);
  await client.pullBlob('broken/lacking', kept);
  // Pushing it again heals the image.
  await client.pushBlob('broken/lacking', lost);
  await client.pullImage('broken/lacking', 'v1', lacking);
}

test('another default project keeps two names apart', async () => {
  const storage = join(folder, 'apart');
  cpSync(join(root, 'docker'), join(storage, 'docker'), { recursive: true });
  const data = join(folder, 'apart-data');
  const args = ['--default-project', 'hub'];
  const { report } = await importInto(data, storage, ...args);
  assert.ok(!report.problems.some(({ reason }) => reason === 'nameTaken'));
  await using server = await BerthServer.start({ folder, data, storage, args });
  await asAdmin(server, async (client) => {
    await client.pullImage('twin', 'v1', twins[0]);
    await client.pullImage('hub/twin', 'v1', twins[0]);
    await client.pullImage('library/twin', 'v1', twins[1]);
  });
});

test('the storage of another database, and one without a registry, are refused', async () => {
  const place = (data: string, storage: string): string[] => [
    'import',
    'distribution',
    '--data',
    join(folder, data),
    '--storage',
    storage,
  ];
  const other = await berth(place('other', root));
  assert.equal(other.code, 7, other.stderr);
  const empty = await berth(place('other', join(folder, 'nothing')));
  assert.equal(empty.code, 6, empty.stderr);
  assert.match(empty.stderr, /rootdirectory/);
  assert.ok(!listing(folder).some((path) => /^(other|nothing)/.test(path)));
});

test('beside the other registry there is only what Berth keeps for itself', () => {
  const came = listing(root).filter((path) => !path.startsWith('docker/'));
  assert.deepEqual(
    came.filter((path) => !path.startsWith('berth/')),
    ['berth-store.json'],
  );
});
