import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../../lib/errors.ts';
import { requireDigest } from '../../lib/oci/digest.ts';
import { canonicalKey } from '../../platform/blobstore/layout.ts';
import type { BlobState } from '../../platform/db/schema.ts';
import { systemActor } from '../../platform/events/append.ts';
import type { JobProgress } from '../../platform/jobs/job-kind.ts';
import { atOnce, Pace, type Served, type Step } from '../../platform/jobs/pace.ts';
import type { Logger } from '../../platform/log/logger.ts';
import { deleteWithDependents } from '../artifacts/delete-with-dependents.ts';
import { foreignStore } from '../blobs/foreign-store.ts';
import { Lanes } from '../blobs/removal/lanes.ts';
import {
  type FailedRemoval,
  finishLeftRemovals,
  type RemovalDeps,
  type Removed,
  removalBatch,
  removeBatches,
} from '../blobs/removal/remove-blobs.ts';
import { emptyTrash, purgeExpired } from '../trash/create-trash-keeping.ts';
import { ByFolder } from './by-folder.ts';
import {
  condemnedBatches,
  condemnedTotal,
  endOfPage,
  type GarbageBlob,
  largestId,
  manifestsOfNobody,
  type UnneededBlob,
  unneededAmong,
  unneededBlobs,
  untaggedArtifacts,
} from './garbage-reads.ts';
import { condemn, dropManifests, endLinks } from './garbage-writes.ts';
import { IdSet } from './id-set.ts';
import { scanLinks } from './scan-links.ts';
import { withoutUsed } from './without-used.ts';

export interface GarbageDeps extends RemovalDeps {
  readonly log: Logger;
  /** So long what was pushed, mounted or asked for stays without an artifact that needs it. */
  readonly windowMs: number;
  readonly served: () => Served;
}

export interface GarbageInput {
  /** Artifacts that nothing names go to the trash first. */
  readonly deleteUntagged: boolean;
  /** All of the trash is purged, not only what has been there for its time. */
  readonly purgeTrash: boolean;
  /** Batches of deletions at a time. With one the run leaves the server to its clients while they are at work. */
  readonly workers: number;
}

export interface GarbageRun {
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
  readonly progress: (progress: JobProgress) => void;
  /** What was condemned later stays for the next run: a kept snapshot may need it. Undefined: nothing does. */
  readonly condemnedBefore: number | undefined;
  /** What was done so far, whenever it changes. */
  readonly found: (collected: Collected) => void;
}

export interface Collected {
  /** Bytes that the storage has got rid of. */
  bytes: number;
  blobs: number;
  /** Of `blobs`: their objects were gone already. */
  absent: number;
  /** Artifacts that were purged from the trash, and manifests that nobody had. */
  manifests: number;
  links: number;
  untagged: number;
  failed: number;
}

/** Rows of one transaction, and what is looked at in one turn of the event loop where each may be written. */
const pageSize = 500;
/** Blobs looked at in one turn: most are needed. */
const blobsAtOnce = 2000;
const transactionsAtOnce = 4;
/** Before a batch of them goes: so it is of a part of the 256 folders. */
const gathered = 6 * removalBatch;
const tellEvery = 1000;
/** What a power cut takes back the next run does again; what objects go by is durable with what was committed before it. */
const maybeLost = { durability: 'relaxed' } as const;
/** Further ones are counted only. */
const mostNamed = 100;

/**
 * Frees what nothing needs: expired trash, links that no artifact needs, then content. Whatever is acknowledged to a client
 * survives it, on every instance (`docs/design/garbage-collection.md`). Safe to run twice, and at the same time.
 * @throws AppError STORAGE_UNAVAILABLE while the storage is not the one of this database: then nothing is deleted
 */
export async function collectGarbage(
  deps: GarbageDeps,
  input: GarbageInput,
  run: GarbageRun,
): Promise<Collected> {
  const collection = new Collection(deps, input, run);
  await collection.run();
  return collection.collected;
}

class Collection {
  readonly collected: Collected = {
    bytes: 0,
    blobs: 0,
    absent: 0,
    manifests: 0,
    links: 0,
    untagged: 0,
    failed: 0,
  };
  readonly #deps: GarbageDeps;
  readonly #input: GarbageInput;
  readonly #run: GarbageRun;
  readonly #step: Step;
  /** What nothing needs. */
  readonly #total = { count: 0, bytes: 0, missing: 0 };
  /** Of it, what goes at once. */
  readonly #known = new IdSet();
  #named = 0;
  /** Thousands of blobs. */
  #told = 0;

  constructor(deps: GarbageDeps, input: GarbageInput, run: GarbageRun) {
    this.#deps = deps;
    this.#input = input;
    this.#run = run;
    const pace = new Pace(deps.served, run.signal, () =>
      run.log('clients are at work: the run leaves the server to them'),
    );
    this.#step = input.workers > 1 ? atOnce : (work) => pace.step(work);
  }

  async run(): Promise<void> {
    await this.#requireStore();
    await this.#finishLeft();
    if (this.#input.deleteUntagged) await this.#trashUntagged();
    await this.#purgeTrash();
    // What no snapshot can need is deleted while the rest is looked for.
    if (this.#run.condemnedBefore === undefined) await this.#delete(this.#garbage(), ['live', 'condemned']);
    else for await (const _ of this.#garbage());
    await this.#deleteCondemned();
  }

  /** An absent mount says nothing of what is needed. */
  async #requireStore(): Promise<void> {
    this.#run.signal.throwIfAborted();
    if (!(await this.#deps.storeIsOurs())) throw foreignStore();
  }

  async #finishLeft(): Promise<void> {
    const removed = await finishLeftRemovals(this.#deps, this.#run.signal);
    if (removed.count > 0) this.#run.log(`ended ${removed.count} deletions that were begun earlier`);
    this.#add(removed);
  }

  async #trashUntagged(): Promise<void> {
    const { db, windowMs } = this.#deps;
    const pushedBefore = (await db.now()) - windowMs;
    for (let after = 0; ; ) {
      const to = await endOfPage(db.reader, 'artifact', after, pageSize);
      if (to === undefined) break;
      const found = await untaggedArtifacts(db.reader, { after, to, pushedBefore });
      for (const artifact of await withoutUsed(db, found)) {
        this.#run.signal.throwIfAborted();
        const { projectId, repositoryName, digest } = artifact;
        const reference = { kind: 'digest', digest: requireDigest(digest) } as const;
        const of = { projectId, repositoryName, reference, actor: systemActor };
        if (await this.#step(() => this.#trashOne({ ...of, untaggedSince: pushedBefore })))
          this.collected.untagged += 1;
      }
      after = to;
      await nextTurn();
    }
    this.#run.log(`moved ${this.collected.untagged} artifacts without tags to the trash`);
    this.#run.found(this.collected);
  }

  /** False: it is needed by now, gone, or guarded. */
  async #trashOne(input: Parameters<typeof deleteWithDependents>[1]): Promise<boolean> {
    try {
      await deleteWithDependents(this.#deps, input);
      return true;
    } catch (error) {
      if (error instanceof AppError && untouchable.has(error.code)) return false;
      throw error;
    }
  }

  async #purgeTrash(): Promise<void> {
    const { signal, log, found } = this.#run;
    const step = this.#step;
    const progress = (done: number, total: number): void =>
      this.#run.progress({ done, total, unit: 'things in the trash' });
    const { items, artifacts } = this.#input.purgeTrash
      ? await emptyTrash(this.#deps, signal, { step, progress })
      : await purgeExpired(this.#deps, signal, step);
    signal.throwIfAborted();
    this.collected.manifests += artifacts;
    log(`purged ${items} things from the trash, with ${artifacts} artifacts`);
    found(this.collected);
  }

  /** In batches what can go at once; the rest of what nothing needs is condemned. */
  async *#garbage(): AsyncGenerator<readonly number[]> {
    const doomed = new ByFolder();
    for (const phase of [this.#endLinks(), this.#unneeded()])
      for await (const some of phase) {
        for (const blob of some) doomed.add(blob);
        while (doomed.size >= gathered) yield doomed.take(removalBatch);
      }
    const { condemnedBefore, log } = this.#run;
    const { count, bytes, missing } = this.#total;
    const done = condemnedBefore === undefined ? 'found' : 'condemned';
    log(`${done} ${count} blobs that nothing needs, ${bytes} bytes`);
    if (missing > 0) log(`${missing} blobs are waited for and were never pushed to the end`);
    while (doomed.size > 0) yield doomed.take(removalBatch);
  }

  /** Of the blobs whose links end those that nothing else needs. */
  async *#endLinks(): AsyncGenerator<readonly UnneededBlob[]> {
    const { db, windowMs } = this.#deps;
    const { signal, progress, condemnedBefore } = this.#run;
    const end = (await db.now()) - windowMs;
    const total = await largestId(db.reader, 'repository');
    const onRepository = (done: number): void => progress({ done, total, unit: 'repositories' });
    // One after the other: two of them would leave out what the other holds, where repositories share a blob.
    for await (const some of scanLinks(db.reader, { end, signal, onRepository, step: this.#step })) {
      const ended = await this.#step(() => db.transaction((tx) => endLinks(tx, some, end), maybeLost));
      this.collected.links += ended.length;
      if (condemnedBefore === undefined)
        yield this.#doom(await unneededAmong(db.reader, ended, await db.now()));
    }
    this.#run.log(`ended ${this.collected.links} links that no artifact needs`);
    this.#run.found(this.collected);
  }

  /**
   * Condemns what nothing needs; but live blobs that no snapshot can need are given out. A second round where manifests that
   * nobody had are gone: what they referred to was passed by then.
   */
  async *#unneeded(): AsyncGenerator<readonly UnneededBlob[]> {
    const { db } = this.#deps;
    const { progress, condemnedBefore } = this.#run;
    for (let again = true; again; ) {
      again = false;
      const last = await largestId(db.reader, 'blob');
      await using lanes = new Lanes(transactionsAtOnce);
      for (let after = 0; ; ) {
        const to = await endOfPage(db.reader, 'blob', after, blobsAtOnce);
        if (to === undefined) break;
        await this.#requireStore();
        const found = await this.#step(async () => {
          again = (await this.#dropManifests({ after, to })) || again;
          return unneededBlobs(db.reader, { after, to, now: await db.now() });
        });
        const isDoomed = ({ state }: GarbageBlob): boolean =>
          condemnedBefore === undefined && state === 'live';
        const others = found.filter((blob) => !isDoomed(blob));
        for (let start = 0; start < others.length; start += pageSize)
          await lanes.add(() => this.#step(() => this.#condemnPage(others.slice(start, start + pageSize))));
        progress({ done: to, total: last, unit: 'blobs looked at' });
        after = to;
        yield this.#doom(found.filter(isDoomed));
        await nextTurn();
      }
      await lanes.end();
    }
  }

  /** Those that are not about to go already. */
  #doom(blobs: readonly UnneededBlob[]): readonly UnneededBlob[] {
    const added = blobs.filter(({ id }) => !this.#known.has(id));
    for (const { id, bytes } of added) {
      this.#known.add(id);
      this.#total.count += 1;
      this.#total.bytes += bytes;
    }
    return added;
  }

  async #dropManifests(page: { readonly after: number; readonly to: number }): Promise<boolean> {
    const { db } = this.#deps;
    const ids = await manifestsOfNobody(db.reader, page);
    if (ids.length === 0) return false;
    const now = await db.now();
    const dropped = await db.transaction((tx) => dropManifests(tx, ids, now));
    this.collected.manifests += dropped;
    return dropped > 0;
  }

  async #condemnPage(page: readonly GarbageBlob[]): Promise<void> {
    const { db, store } = this.#deps;
    const { sizes, unread } = await storedSizes(store, page);
    this.#name([...unread.values()]);
    const now = await db.now();
    const ids = page.map(({ id }) => id).filter((id) => !unread.has(id));
    const { count, bytes, missing } = await db.transaction(
      (tx) => condemn(tx, { ids, sizes, now }),
      maybeLost,
    );
    this.#total.count += count;
    this.#total.bytes += bytes;
    this.#total.missing += missing;
  }

  async #deleteCondemned(): Promise<void> {
    const { db } = this.#deps;
    const before = this.#run.condemnedBefore ?? Number.MAX_SAFE_INTEGER;
    const total = await condemnedTotal(db.reader, before);
    if (total.count > 0) this.#run.log(`deleting ${total.count} condemned blobs, ${total.bytes} bytes`);
    await this.#delete(condemnedBatches(db.reader, before), ['condemned'], total);
  }

  /** @param total what the batches hold; else how far it is nobody can say */
  async #delete(
    batches: AsyncIterator<readonly number[]>,
    from: readonly BlobState[],
    total?: { readonly count: number; readonly bytes: number },
  ): Promise<void> {
    const { signal, progress } = this.#run;
    const { workers } = this.#input;
    let told = { count: 0, bytes: 0, absent: 0 };
    let failures = 0;
    const onBatch = ({ count, bytes, absent, failed }: Removed): void => {
      this.collected.blobs += count - told.count;
      this.collected.bytes += bytes - told.bytes;
      this.collected.absent += absent - told.absent;
      told = { count, bytes, absent };
      failures += failed.length;
      this.#name(failed.splice(0));
      const done = count + failures;
      if (total !== undefined)
        progress({
          done,
          total: Math.max(total.count, done),
          unit: 'blobs',
          bytes: { done: bytes, total: Math.max(total.bytes, bytes) },
        });
      const some = Math.floor(this.collected.blobs / tellEvery);
      if (some > this.#told)
        this.#run.log(`deleted ${this.collected.blobs} blobs, ${this.collected.bytes} bytes`);
      this.#told = some;
      this.#run.found(this.collected);
    };
    const step = this.#step;
    await removeBatches(this.#deps, batches, { from, lock: 'skip', workers, signal, onBatch, step });
  }

  #add({ count, bytes, absent, failed }: Removed): void {
    this.collected.blobs += count;
    this.collected.bytes += bytes;
    this.collected.absent += absent;
    this.#name(failed);
    this.#run.found(this.collected);
  }

  #name(failed: Removed['failed']): void {
    this.collected.failed += failed.length;
    for (const { digest, error } of failed) {
      if (this.#named === mostNamed) return;
      this.#named += 1;
      const why = error instanceof Error ? error.message : String(error);
      this.#run.log(`${digest} could not be deleted, and is tried again: ${why}`);
      if (this.#named === mostNamed) this.#run.log('further ones are counted only');
    }
  }
}

/** What keeps an artifact: it has gone, is used again, or its tags are guarded. */
const untouchable: ReadonlySet<string> = new Set(['NOT_FOUND', 'ARTIFACT_IN_USE', 'DENIED', 'TAG_IMMUTABLE']);

/**
 * Of those whose object may not be there, or not as a whole: what is freed is what is really there. One that cannot even be
 * looked at, as by a damaged folder, keeps none of the others.
 */
async function storedSizes(
  store: RemovalDeps['store'],
  blobs: readonly GarbageBlob[],
): Promise<{
  readonly sizes: ReadonlyMap<number, number>;
  readonly unread: ReadonlyMap<number, FailedRemoval>;
}> {
  const sizes = new Map<number, number>();
  const unread = new Map<number, FailedRemoval>();
  for (const { id, state, key, digest } of blobs) {
    if (state === 'live') continue;
    try {
      sizes.set(id, (await store.stat(key ?? canonicalKey(digest)))?.sizeBytes ?? 0);
    } catch (error) {
      unread.set(id, { digest, error });
    }
  }
  return { sizes, unread };
}
