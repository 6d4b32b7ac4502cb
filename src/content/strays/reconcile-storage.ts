import { setTimeout as delay } from 'node:timers/promises';
import { abortable } from '../../lib/abortable.ts';
import { trashMs } from '../../lib/trash-ms.ts';
import type { BlobStore, ListedObject } from '../../platform/blobstore/blob-store.ts';
import { blobsRoot, quarantineRoot, stagingRoot } from '../../platform/blobstore/layout.ts';
import type { Database } from '../../platform/db/database.ts';
import type { JobProgress } from '../../platform/jobs/job-kind.ts';
import { storedTotals } from '../blobs/blob-reads.ts';
import { foreignStore } from '../blobs/foreign-store.ts';
import { findStoreIdentity } from '../blobs/store-identity-writes.ts';
import { keyBeforeQuarantine } from './is-removable.ts';
import { unknownOf } from './known-reads.ts';
import { listedKey } from './listed-key.ts';
import { findSearch, type StraySearch, straysNamed } from './stray-reads.ts';
import {
  advanceSearch,
  beginSearch,
  endSearch,
  forgetUnseen,
  noteStrays,
  type SeenObject,
} from './stray-writes.ts';

export interface StrayDeps {
  readonly db: Database;
  readonly store: BlobStore;
  readonly storeIsOurs: () => Promise<boolean>;
  /** What is younger is no stray yet. */
  readonly windowMs: number;
}

export interface ReconcileRun {
  /** Another run of the same goes on where the last one was. */
  readonly jobId: number;
  /** 0: as fast as it can. */
  readonly objectsPerSecond: number;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
  readonly progress: (progress: JobProgress) => void;
}

const pageSize = 1000;
const tellEvery = 1000;
/** Further ones are in the list only. */
const mostNamed = 100;

/**
 * Looks for objects that no row speaks of, and writes them down. Changes nothing in the storage.
 * @throws AppError STORAGE_UNAVAILABLE while the storage is not the one of this database: then nothing is written down
 */
export async function reconcileStorage(deps: StrayDeps, run: ReconcileRun): Promise<StraySearch> {
  const search = await goOn(deps, run);
  const walk = new Walk(deps, run, search, (await storedTotals(deps.db.reader)).count);
  // As keys are ordered, so that one key says how far it is.
  await walk.quarantine();
  if (!deps.store.capabilities.atomicRename) await walk.area(stagingRoot);
  await walk.area(blobsRoot);
  return end(deps, run, search);
}

async function goOn({ db, storeIsOurs }: StrayDeps, { jobId, log }: ReconcileRun): Promise<StraySearch> {
  if (!(await storeIsOurs())) throw foreignStore();
  const found = await findSearch(db.reader);
  const epoch = (await findStoreIdentity(db.reader))?.epoch ?? 0;
  if (found?.jobId === jobId && found.epoch === epoch && found.endedAt === null) {
    if (found.after !== '') log(`goes on behind ${found.after}, with ${found.objects} objects looked at`);
    return found;
  }
  const now = await db.now();
  await db.transaction((tx) => beginSearch(tx, { jobId, epoch, now }));
  return {
    jobId,
    epoch,
    beganAt: now,
    endedAt: null,
    after: '',
    objects: 0,
    bytes: 0,
    young: 0,
    appliedPlan: '',
  };
}

async function end(
  { db }: StrayDeps,
  { signal }: ReconcileRun,
  { beganAt }: StraySearch,
): Promise<StraySearch> {
  for (let gone = pageSize; gone === pageSize; ) {
    signal.throwIfAborted();
    gone = await db.transaction((tx) => forgetUnseen(tx, { lastSeenAt: beganAt, count: pageSize }));
  }
  const now = await db.now();
  await db.transaction((tx) => endSearch(tx, now));
  const search = await findSearch(db.reader);
  if (search === undefined) throw new Error('the search for strays has lost its row');
  return search;
}

class Walk {
  readonly #deps: StrayDeps;
  readonly #run: ReconcileRun;
  readonly #search: StraySearch;
  readonly #expected: number;
  readonly #beganMs = performance.now();
  #after: string;
  #objects: number;
  /** Of this run, which alone is slowed down. */
  #looked = 0;
  #strays = 0;
  #strayBytes = 0;

  constructor(deps: StrayDeps, run: ReconcileRun, search: StraySearch, expected: number) {
    this.#deps = deps;
    this.#run = run;
    this.#search = search;
    this.#expected = expected;
    this.#after = search.after;
    this.#objects = search.objects;
  }

  async area(root: string): Promise<void> {
    for await (const page of this.#pages(root)) {
      const { strays, young } = await this.#straysOf(page);
      const bytes = page.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      const seen = strays.map(({ key, sizeBytes }) => ({ key: listedKey(key), sizeBytes, purgeAfter: null }));
      await this.#write(page, seen, { objects: page.length, bytes, young });
      this.#tell(strays);
    }
  }

  /** What was moved there and written down by nobody, as by a server that died, or since the database was restored. */
  async quarantine(): Promise<void> {
    const { db, store } = this.#deps;
    for await (const page of this.#pages(quarantineRoot)) {
      const objects = new Map(page.map((each) => [keyBeforeQuarantine(each.key) ?? '', each]));
      objects.delete('');
      for (const { key, purgeAfter } of await straysNamed(db.reader, [...objects.keys()]))
        if (purgeAfter !== null) objects.delete(key);
      const seen: SeenObject[] = [];
      const purgeAfter = (await db.now()) + trashMs;
      for (const [key, { sizeBytes }] of objects)
        if ((await abortable(store.stat(key), this.#run.signal)) === undefined)
          seen.push({ key, sizeBytes, purgeAfter });
      await this.#write(page, seen, { objects: 0, bytes: 0, young: 0 });
    }
  }

  async *#pages(root: string): AsyncGenerator<readonly ListedObject[]> {
    let page: ListedObject[] = [];
    const objects = this.#deps.store.list(root, this.#after)[Symbol.asyncIterator]();
    // A cancellation waits for no folder, however slowly the storage tells what is in it.
    const next = () => abortable(objects.next(), this.#run.signal);
    for (let found = await next(); found.done !== true; found = await next()) {
      page.push(found.value);
      if (page.length < pageSize) continue;
      yield page;
      page = [];
      await this.#rest();
    }
    if (page.length > 0) yield page;
  }

  async #straysOf(
    page: readonly ListedObject[],
  ): Promise<{ readonly strays: readonly ListedObject[]; readonly young: number }> {
    const { db, store, windowMs } = this.#deps;
    const { signal } = this.#run;
    const unknown = await abortable(unknownOf(db.reader, page), signal);
    if (unknown.length === 0) return { strays: [], young: 0 };
    const before = (await db.now()) - windowMs;
    const old = unknown.filter(({ changedAt }) => changedAt <= before);
    // A deletion ends its row behind its object: what it had listed before is gone by now.
    this.#looked += old.length;
    const there: ListedObject[] = [];
    for (const object of old)
      if ((await abortable(store.stat(object.key), signal)) !== undefined) there.push(object);
    return {
      strays: await abortable(unknownOf(db.reader, there), signal),
      young: unknown.length - old.length,
    };
  }

  async #write(
    page: readonly ListedObject[],
    seen: readonly SeenObject[],
    counts: { readonly objects: number; readonly bytes: number; readonly young: number },
  ): Promise<void> {
    const { db, storeIsOurs } = this.#deps;
    const after = page.at(-1)?.key ?? this.#after;
    // A mount that went away says nothing about what is in it.
    if (!(await storeIsOurs())) throw foreignStore();
    await db.transaction(async (tx) => {
      await noteStrays(tx, seen, this.#search.beganAt);
      await advanceSearch(tx, { after, ...counts });
    });
    this.#after = after;
    this.#objects += counts.objects;
    this.#looked += page.length;
    const total = Math.max(this.#expected, this.#objects);
    this.#run.progress({ done: this.#objects, total, unit: 'objects' });
  }

  async #rest(): Promise<void> {
    const { objectsPerSecond, signal } = this.#run;
    if (objectsPerSecond === 0) return;
    const restMs = (this.#looked / objectsPerSecond) * 1000 - (performance.now() - this.#beganMs);
    if (restMs > 0) await delay(restMs, undefined, { signal });
  }

  #tell(strays: readonly ListedObject[]): void {
    const { log } = this.#run;
    for (const { key, sizeBytes } of strays) {
      this.#strays += 1;
      this.#strayBytes += sizeBytes;
      if (this.#strays <= mostNamed) log(`${key} ${sizeBytes} bytes: no row speaks of it`);
      if (this.#strays === mostNamed) log('further ones are in the list of strays');
      if (this.#strays % tellEvery === 0) log(`found ${this.#strays} strays, ${this.#strayBytes} bytes`);
    }
  }
}
