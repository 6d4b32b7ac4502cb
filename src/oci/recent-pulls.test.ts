import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createAuthenticate } from '../access/authenticate.ts';
import { putGrant } from '../access/grants/grant-writes.ts';
import type { Principal } from '../access/principal.ts';
import { insertProject } from '../access/projects/project-writes.ts';
import { keepRights } from '../access/resolve-and-require.ts';
import { LoginSlowing } from '../access/slowing/login-slowing.ts';
import { robotSignIns, testMasterKey } from '../access/testing/parts.ts';
import { insertUser } from '../access/users/user-writes.ts';
import { copyManifests } from '../content/artifacts/copy-manifests.ts';
import { pushManifest } from '../content/artifacts/push-manifest.ts';
import { PullCounts } from '../content/pulls/pull-counts.ts';
import {
  digestOf,
  imageManifest,
  openWorld,
  pushBlob,
  silentLog,
  testActor,
  type World,
} from '../content/testing/world.ts';
import { finishUpload } from '../content/uploads/finish-upload.ts';
import { startUpload } from '../content/uploads/start-upload.ts';
import { AppError } from '../lib/errors.ts';
import type { CanonicalDigest } from '../lib/oci/digest.ts';
import { mediaTypes } from '../lib/oci/media-types.ts';
import { parseReference } from '../lib/oci/tag.ts';
import { canonicalKey } from '../platform/blobstore/layout.ts';
import { BytesCache } from '../platform/cache/bytes-cache.ts';
import { Passwords } from '../platform/crypto/password.ts';
import type { Database, Queries } from '../platform/db/database.ts';
import { dialects } from '../platform/db/testing/test-database.ts';
import { createHttpServer } from '../platform/http/server.ts';
import { TrustedProxies } from '../platform/http/trusted-proxies.ts';
import { createRecentPulls, forgetPeopleOnChange } from './recent-pulls.ts';
import { ociRoutes } from './routes.ts';

const privateId = 7;
const blob = Buffer.from('private content');
const privateName = 'secret/app';

/** A database that can be put away. */
function switchable(db: Database): { readonly db: Database; away: boolean; readonly awayMs: number } {
  const state = {
    db,
    away: false,
    get awayMs() {
      return this.away ? 60_000 : 0;
    },
  };
  const answers = <T>(ask: () => Promise<T>): Promise<T> =>
    state.away ? Promise.reject(new AppError('DATABASE_UNAVAILABLE', { logged: true })) : ask();
  const reader: Queries = {
    dialect: db.dialect,
    get builder() {
      if (state.away) throw new AppError('DATABASE_UNAVAILABLE', { logged: true });
      return db.reader.builder;
    },
    first: (query, values) => answers(() => db.reader.first(query, values)),
    all: (query, values) => answers(() => db.reader.all(query, values)),
    run: (query, values) => answers(() => db.reader.run(query, values)),
  };
  return Object.assign(state, {
    db: {
      dialect: db.dialect,
      reader,
      transaction: (...call: Parameters<Database['transaction']>) => answers(() => db.transaction(...call)),
      now: () => answers(() => db.now()),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    } as Database,
  });
}

interface Registry extends AsyncDisposable {
  readonly world: World;
  readonly manifest: string;
  readonly digest: string;
  readonly manifests: BytesCache;
  putAway(away: boolean): void;
  pass(ms: number): void;
  /** The status, with `Retry-After` asserted where it has to be. */
  ask(method: string, path: string, who?: string): Promise<number>;
}

const users: Readonly<Record<string, Principal>> = {
  puller: { kind: 'user', id: 11, username: 'puller' },
  late: { kind: 'user', id: 12, username: 'late' },
  stranger: { kind: 'user', id: 13, username: 'stranger' },
};

/** A private project with an image, in which `puller` and `late` may pull. Who asks is named by the token. */
async function openRegistry(dialect: (typeof dialects)[number]): Promise<Registry> {
  const world = await openWorld({ dialect });
  await world.db.transaction(async (tx) => {
    await insertProject(tx, { id: privateId, name: 'secret', ownerId: 1, public: false, now: 0 });
    for (const [username, principal] of Object.entries(users)) {
      const id = principal.kind === 'user' ? principal.id : 0;
      await insertUser(tx, { id, username, passwordHash: null, now: 0, deletedAt: null });
      if (username === 'stranger') continue;
      const place = {
        scope: 'project',
        projectId: privateId,
        repositoryPattern: null,
        tagPattern: null,
      } as const;
      await putGrant(tx, {
        kind: 'user',
        principalId: id,
        role: 'limitedGuest',
        ...place,
        expiresAt: null,
        now: 0,
      });
      await putGrant(tx, {
        kind: 'user',
        principalId: id,
        role: 'maintainer',
        ...place,
        expiresAt: null,
        now: 0,
      });
    }
  });
  const owner = { projectId: privateId, repositoryName: privateName, principal: testActor.principal };
  const id = await startUpload(world.deps, owner);
  const body = (async function* () {
    yield await Promise.resolve(Uint8Array.from(blob));
  })();
  await finishUpload(world.deps, {
    ...owner,
    id,
    digest: digestOf(blob),
    body,
    range: undefined,
    actor: testActor,
  });
  await pushBlob(world.deps, blob);
  const bytes = imageManifest([{ digest: digestOf(blob), size: blob.length }]);
  const { digest: manifest } = await pushManifest(world.deps, {
    ...owner,
    reference: parseReference('v1'),
    bytes: Uint8Array.from(bytes),
    contentType: mediaTypes.ociManifest,
    sparse: false,
    tags: [],
    condition: undefined,
    actor: testActor,
  });

  let now = 0;
  const recent = createRecentPulls('postgres', () => now);
  const away = switchable(world.db);
  const { db } = away;
  const slowing = new LoginSlowing({ db, masterKey: testMasterKey(), log: silentLog });
  const access = [privateName, 'library/app'].map((name) => ({
    type: 'repository' as const,
    name,
    actions: ['pull', 'push', 'delete'],
    projectId: name === privateName ? privateId : 1,
  }));
  const { authenticate } = createAuthenticate({
    db,
    passwords: new Passwords(),
    robots: robotSignIns,
    personalTokens: { note: () => {} },
    slowing,
    tokens: {
      verify: (text) => {
        const principal = users[text];
        const known = { passwordVersion: 1, access, notBefore: 0, expiresAt: 0 };
        return Promise.resolve(principal === undefined ? undefined : { principal, ...known });
      },
    },
  });
  const manifests = new BytesCache(1_000_000);
  const oci = ociRoutes({
    ...world.deps,
    db,
    pulls: new PullCounts({ db, log: silentLog }),
    pullLog: { add: () => {} },
    refusals: { add: () => {} },
    rights: keepRights({ changes: undefined }),
    authenticate,
    recent,
    manifests,
    smallBlobs: new BytesCache(1_000_000),
    defaultProject: 'library',
    ready: () => true,
    stopping: () => false,
    createsProjects: false,
    newProject: () => ({ public: false, limitBytes: -1, members: [] }),
    basicRealm: undefined,
    linkWindowMs: 0,
  });
  const outside = { externalUrl: undefined, proxies: new TrustedProxies([]) };
  const change = forgetPeopleOnChange(recent, away);
  const handle = await createHttpServer(
    [
      change,
      oci,
      (server) => void server.put('/api/changes', () => db.transaction(() => Promise.resolve('done'))),
    ],
    silentLog,
    outside,
  );
  const server = createServer(handle);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    world,
    manifest,
    digest: digestOf(blob),
    manifests,
    putAway: (is) => {
      away.away = is;
    },
    pass: (ms) => {
      now += ms;
    },
    ask: (method, path, who = 'puller') => ask(port, method, path, who),
    async [Symbol.asyncDispose]() {
      away.away = false;
      server.close();
      server.closeAllConnections();
      await slowing[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
    },
  };
}

function ask(port: number, method: string, path: string, who: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      Authorization: `Bearer ${who}`,
      ...(method === 'PUT' ? { 'Content-Length': '0' } : {}),
    };
    const started = request({ port, host: '127.0.0.1', method, path, headers });
    started.on('error', reject);
    started.on('response', (response) => {
      response.resume();
      response.on('end', () => {
        const { statusCode = 0 } = response;
        if (statusCode === 503) assert.ok(response.headers['retry-after'] !== undefined);
        resolve(statusCode);
      });
    });
    started.end();
  });
}

const minuteMs = 60_000;

for (const dialect of dialects) {
  test(`${dialect}: without the database pulls by digest go on for 60 s, and everything else is 503`, async () => {
    await using registry = await openRegistry(dialect);
    const { manifest, digest } = registry;
    const pulls = [`/v2/${privateName}/manifests/${manifest}`, `/v2/${privateName}/blobs/${digest}`];
    for (const path of pulls) assert.equal(await registry.ask('GET', path), 200);
    assert.equal(await registry.ask('GET', `/v2/${privateName}/manifests/v1`), 200);
    registry.putAway(true);
    registry.pass(minuteMs - 1);
    for (const path of pulls) {
      for (const method of ['GET', 'HEAD']) assert.equal(await registry.ask(method, path), 200);
    }
    const rest = [
      ['GET', `/v2/${privateName}/manifests/v1`],
      ['GET', `/v2/${privateName}/tags/list`],
      ['GET', '/v2/'],
      ['GET', '/v2/_catalog'],
      ['POST', `/v2/${privateName}/blobs/uploads/`],
      ['PUT', `/v2/${privateName}/manifests/v2`],
      ['DELETE', `/v2/${privateName}/blobs/sha256:${'0'.repeat(64)}`],
      // In another repository, of which nothing was seen.
      ['GET', `/v2/library/app/blobs/${digest}`],
      // Not seen in this one.
      ['GET', `/v2/${privateName}/blobs/sha256:${'0'.repeat(64)}`],
    ] as const;
    for (const [method, path] of rest)
      assert.equal(await registry.ask(method, path), 503, `${method} ${path}`);
    registry.pass(1);
    for (const path of pulls) assert.equal(await registry.ask('GET', path), 503);
    registry.putAway(false);
    for (const path of pulls) assert.equal(await registry.ask('GET', path), 200);
  });

  test(`${dialect}: who did not pull before, or was refused, is told to come back`, async () => {
    await using registry = await openRegistry(dialect);
    const path = `/v2/${privateName}/blobs/${registry.digest}`;
    assert.equal(await registry.ask('GET', path), 200);
    assert.equal(await registry.ask('GET', path, 'stranger'), 404);
    registry.putAway(true);
    assert.equal(await registry.ask('GET', path), 200);
    assert.equal(await registry.ask('GET', path, 'late'), 503);
    assert.equal(await registry.ask('GET', path, 'stranger'), 503);
    assert.equal(await registry.ask('GET', path, 'no token of ours'), 401);
  });

  test(`${dialect}: what was deleted here is not pulled any more, whatever becomes of the database`, async () => {
    await using registry = await openRegistry(dialect);
    const { manifest, digest } = registry;
    const pulls = [`/v2/${privateName}/manifests/${manifest}`, `/v2/${privateName}/blobs/${digest}`];
    for (const path of pulls) assert.equal(await registry.ask('GET', path), 200);
    registry.pass(1);
    assert.equal(await registry.ask('DELETE', `/v2/${privateName}/manifests/${manifest}`), 202);
    registry.putAway(true);
    for (const path of pulls) assert.equal(await registry.ask('GET', path), 503);
  });

  test(`${dialect}: a right that may have been taken away here does not outlive it`, async () => {
    await using registry = await openRegistry(dialect);
    const path = `/v2/${privateName}/blobs/${registry.digest}`;
    assert.equal(await registry.ask('GET', path), 200);
    registry.pass(1);
    assert.equal(await registry.ask('PUT', '/api/changes'), 200);
    registry.putAway(true);
    assert.equal(await registry.ask('GET', path), 503);
  });

  test(`${dialect}: what was refused, or asked for while nothing could be changed, ends no pulls`, async () => {
    await using registry = await openRegistry(dialect);
    const path = `/v2/${privateName}/blobs/${registry.digest}`;
    assert.equal(await registry.ask('GET', path), 200);
    registry.pass(1);
    assert.equal(await registry.ask('PUT', '/api/nothing', 'stranger'), 404);
    registry.putAway(true);
    assert.equal(await registry.ask('GET', path), 200);
    assert.equal(await registry.ask('PUT', '/api/changes', 'stranger'), 503);
    assert.equal(await registry.ask('GET', path), 200);
  });

  test(`${dialect}: a copy of a manifest that is not what it should be is not served, nor kept`, async () => {
    await using registry = await openRegistry(dialect);
    const { world, manifest } = registry;
    const path = `/v2/${privateName}/manifests/${manifest}`;
    assert.equal(await registry.ask('GET', path), 200);
    await copyManifests({ db: world.db, store: world.store, storeIsOurs: () => Promise.resolve(true) });
    const key = canonicalKey(manifest as CanonicalDigest);
    const bytes = Buffer.from((await world.store.get(key)) ?? '');
    bytes[bytes.length - 1] = 0x20;
    await world.store.put(key, bytes);
    registry.manifests.delete(manifest);
    registry.putAway(true);
    assert.equal(await registry.ask('GET', path), 503);
    assert.equal(registry.manifests.get(manifest), undefined);
  });

  test(`${dialect}: a manifest that is no more in memory comes from its copy in the storage`, async () => {
    await using registry = await openRegistry(dialect);
    const { world, manifest } = registry;
    const path = `/v2/${privateName}/manifests/${manifest}`;
    assert.equal(await registry.ask('GET', path), 200);
    registry.manifests.delete(manifest);
    registry.putAway(true);
    assert.equal(await registry.ask('GET', path), 503);
    await copyManifests({ db: world.db, store: world.store, storeIsOurs: () => Promise.resolve(true) });
    assert.equal(await registry.ask('GET', path), 200);
    assert.equal(await registry.ask('HEAD', path), 200);
  });
}

test('nothing is kept where the database is in the process', () => {
  assert.equal(createRecentPulls('sqlite'), undefined);
});
