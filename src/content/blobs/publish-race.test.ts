import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { AppError } from '../../lib/errors.ts';
import { pattern } from '../../platform/blobstore/blob-store.contract.ts';
import type { BlobStore } from '../../platform/blobstore/blob-store.ts';
import { canonicalKey } from '../../platform/blobstore/layout.ts';
import type { Database } from '../../platform/db/database.ts';
import type { BlobState } from '../../platform/db/schema.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import {
  digestOf,
  openWorld,
  pushBlob,
  repositoryName,
  type StoreKind,
  storeKinds,
  type World,
} from '../testing/world.ts';
import { findLinkedBlob } from './blob-reads.ts';
import { sweepSteps } from './testing/sweep.ts';

const content = pattern(2000);
const digest = digestOf(content);
const sweepOrder = ['condemn', 'begin', 'unlink', 'forget'] as const;

/** Before the race: what a row says, and whether the object is there. */
interface Start {
  readonly name: string;
  readonly state?: BlobState;
  readonly object: boolean;
}

const starts: readonly Start[] = [
  { name: 'nothing', object: false },
  { name: 'a live blob that nobody needs', state: 'live', object: true },
  { name: 'a live blob whose object is gone', state: 'live', object: false },
  { name: 'a blob that is missing', state: 'missing', object: false },
  { name: 'a pending blob whose publisher died before the rename', state: 'pending', object: false },
  { name: 'a pending blob whose publisher died after the rename', state: 'pending', object: true },
  { name: 'a condemned blob', state: 'condemned', object: true },
  { name: 'a burnt blob', state: 'burnt', object: false },
];

async function prepare(world: World, start: Start): Promise<void> {
  if (start.object) await world.store.put(canonicalKey(digest), content);
  if (start.state === undefined) return;
  await world.db.transaction((tx) =>
    sql`insert into blob (digest, size, state, storage_key, generation, worker, state_at)
      values (${digest}, ${content.length}, ${start.state}, null, 3, null, 0)`.execute(tx.builder),
  );
}

/** Lets a publisher go one step at a time: each transaction and each publication waits for its turn. */
class Turns {
  #waiting: (() => void) | undefined;
  #arrived: (() => void) | undefined;
  #free = false;
  #before = stepsBefore;

  /** Called by the publisher before a step. */
  async gate(): Promise<void> {
    if (this.#free || this.#before-- > 0) return;
    await new Promise<void>((resolve) => {
      this.#waiting = resolve;
      this.#arrived?.();
    });
  }

  /** Lets it take one step, and resolves when it stands before the next or has ended. */
  async step(ended: Promise<unknown>): Promise<void> {
    await this.#standing(ended);
    const go = this.#waiting;
    this.#waiting = undefined;
    go?.();
    await this.#standing(ended);
  }

  async #standing(ended: Promise<unknown>): Promise<void> {
    if (this.#waiting !== undefined) return;
    const arrived = new Promise<void>((resolve) => {
      this.#arrived = resolve;
    });
    await Promise.race([arrived, ended]);
  }

  release(): void {
    this.#free = true;
    this.#waiting?.();
  }
}

function gatedDb(real: Database, turns: Turns): Database {
  return {
    dialect: real.dialect,
    reader: real.reader,
    now: () => real.now(),
    async transaction(body, options) {
      await turns.gate();
      return real.transaction(body, options);
    },
    [Symbol.asyncDispose]: () => real[Symbol.asyncDispose](),
  };
}

function gatedStore(real: BlobStore, turns: Turns): BlobStore {
  return new Proxy(real, {
    get(target, name) {
      if (name !== 'publish') {
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      }
      return async (...args: Parameters<BlobStore['publish']>) => {
        await turns.gate();
        return target.publish(...args);
      };
    },
  });
}

/** Every order of the sweep's four steps among `publisher` steps of the publisher. */
function* interleavings(publisher: number, sweep: number): Generator<string> {
  if (publisher === 0 && sweep === 0) yield '';
  if (publisher > 0) for (const rest of interleavings(publisher - 1, sweep)) yield `P${rest}`;
  if (sweep > 0) for (const rest of interleavings(publisher, sweep - 1)) yield `S${rest}`;
}

/** The claim, the publication, the rows. What comes before them, starting the upload and its lease, is not of interest. */
const publisherSteps = 3;
const stepsBefore = 2;

async function race(
  world: World,
  order: string,
  afterClaim?: () => Promise<void>,
): Promise<'acknowledged' | 'refused'> {
  const turns = new Turns();
  const deps = { ...world.deps, db: gatedDb(world.db, turns), store: gatedStore(world.store, turns) };
  const outcome = pushBlob(deps, content).then(
    () => 'acknowledged' as const,
    (error: unknown) => {
      assert.ok(error instanceof AppError && error.row.status === 503, String(error));
      return 'refused' as const;
    },
  );
  const sweep = sweepSteps(world, digest);
  const steps = [...sweepOrder];
  for (const who of order) {
    const next = who === 'S' ? steps.shift() : undefined;
    if (next !== undefined) await sweep[next]();
    else {
      await turns.step(outcome);
      await afterClaim?.();
    }
  }
  turns.release();
  return outcome;
}

/** What was acknowledged is there, whole, and the repository serves it. */
async function assertServed(world: World, what: string): Promise<void> {
  const blob = await findLinkedBlob(world.db.reader, repositoryName, digest);
  assert.ok(blob !== undefined, `${what}: no live, linked row`);
  const bytes = await world.store.get(blob.storageKey ?? canonicalKey(digest));
  assert.ok(
    bytes !== undefined && Buffer.from(bytes).equals(content),
    `${what}: the object is gone or damaged`,
  );
}

for (const dialect of dialects) {
  for (const store of storeKinds) {
    for (const start of starts.filter((each) => fits(each, store))) {
      test(`${dialect}, ${store}: from ${start.name}, a push survives a sweep in every interleaving`, async () => {
        await using world = await openWorld({ dialect, store });
        let acknowledged = 0;
        for (const order of interleavings(publisherSteps, sweepOrder.length)) {
          await prepare(world, start);
          const outcome = await race(world, order);
          if (outcome === 'acknowledged') {
            acknowledged += 1;
            await assertServed(world, order);
          }
          await clear(world);
        }
        assert.equal(acknowledged, 35, 'every push got through');
      });
    }
  }
}

for (const dialect of dialects) {
  test(`${dialect}: a publisher whose claim ran out in the middle is refused or served, in every interleaving`, async () => {
    await using world = await openWorld({ dialect });
    const expire = () =>
      world.db.transaction(async (tx) => {
        await sql`update upload set expires_at = 1 where blob_id is not null`.execute(tx.builder);
      });
    const outcomes = new Set<string>();
    for (const order of interleavings(publisherSteps, sweepOrder.length)) {
      const outcome = await race(world, order, expire);
      outcomes.add(outcome);
      if (outcome === 'acknowledged') await assertServed(world, order);
      await clear(world);
    }
    assert.deepEqual([...outcomes].toSorted(), ['acknowledged', 'refused']);
  });

  test(`${dialect}: a worker that was given up and unlinks late hits nothing of the next push`, async () => {
    await using world = await openWorld({ dialect });
    await prepare(world, { name: '', state: 'condemned', object: true });
    const late = sweepSteps(world, digest);
    await late.begin();
    await late.burn();
    await pushBlob(world.deps, content);
    await late.unlink();
    await assertServed(world, 'after the late unlink');
  });

  test(`${dialect}: of two publishers of one digest both are acknowledged and one object stays`, async () => {
    for (const store of storeKinds) {
      await using world = await openWorld({ dialect, store });
      await Promise.all(
        ['library/a', 'library/b', repositoryName].map((name) => pushBlob(world.deps, content, name)),
      );
      await assertServed(world, store);
      const keys: string[] = [];
      for (const folder of ['docker', 'berth']) {
        for await (const object of world.store.list(folder)) keys.push(object.key);
      }
      assert.equal(keys.length, 1, keys.join());
    }
  });
}

for (const dialect of dialects.filter((each) => each === 'postgres')) {
  test(`${dialect}: a sweep passes by a blob whose publication is being committed on another connection`, async () => {
    await using world = await openWorld({ dialect });
    await prepare(world, { name: '', state: 'live', object: true });
    const open = Promise.withResolvers<void>();
    const commit = Promise.withResolvers<void>();
    const db: Database = {
      ...gatedDb(world.db, new Turns()),
      transaction: (body, options) =>
        world.db.transaction(async (tx) => {
          const value = await body(tx);
          if (options?.durability !== 'relaxed') {
            open.resolve();
            await commit.promise;
          }
          return value;
        }, options),
    };
    const pushing = pushBlob({ ...world.deps, db }, content);
    await open.promise;
    const sweep = sweepSteps({ db: await world.second(), store: world.store }, digest);
    assert.deepEqual([await sweep.condemn(), await sweep.begin()], [false, false]);
    commit.resolve();
    await pushing;
    await assertServed(world, 'after the commit');
  });
}

test('a mount that goes away during a push makes no blob missing', async () => {
  await using world = await openWorld();
  await pushBlob(world.deps, content, 'library/first');
  await world.store.delete(canonicalKey(digest));
  const away = { ...world.deps, storeIsOurs: () => Promise.resolve(false) };
  await assert.rejects(
    pushBlob(away, content),
    (error) => error instanceof AppError && error.code === 'STORAGE_UNAVAILABLE',
  );
  const { rows } = await sql<{ state: string }>`select state from blob`.execute(world.db.reader.builder);
  assert.deepEqual(
    rows.map((row) => row.state),
    ['live'],
  );
});

/** A store that cannot rename has nothing under the canonical key but what an earlier registry left there. */
function fits(start: Start, store: StoreKind): boolean {
  return store === 'filesystem' || start.state !== 'burnt';
}

async function clear(world: World): Promise<void> {
  const { rows } = await sql<{ storage_key: string | null }>`select storage_key from blob`.execute(
    world.db.reader.builder,
  );
  for (const { storage_key: key } of rows) await world.store.delete(key ?? canonicalKey(digest));
  await world.store.delete(canonicalKey(digest));
  await world.db.transaction(async (tx) => {
    for (const table of [
      'event',
      'blob_link',
      'project_blob',
      'upload_part',
      'upload',
      'blob',
      'repository',
    ]) {
      await sql.raw(`delete from "${table}"`).execute(tx.builder);
    }
  });
}
