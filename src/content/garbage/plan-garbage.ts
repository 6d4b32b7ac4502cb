import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CanonicalDigest } from '../../lib/oci/digest.ts';
import { canonicalKey } from '../../platform/blobstore/layout.ts';
import { foreignStore } from '../blobs/foreign-store.ts';
import type { GarbageDeps, GarbageInput, GarbageRun } from './collect-garbage.ts';
import { Doomed } from './doomed.ts';
import {
  blobsOf,
  condemnedBlobs,
  endOfPage,
  type GarbageBlob,
  largestId,
  manifestsOfNobody,
  unneededBlobs,
  untaggedArtifacts,
} from './garbage-reads.ts';
import { onlyNeededBy, uncopiedOf, type WaitingTrash, waitingTrash } from './plan-reads.ts';
import { scanLinks } from './scan-links.ts';
import { withoutUsed } from './without-used.ts';

/** What a run would do now. */
export interface GarbagePlan {
  readonly bytes: number;
  readonly blobs: number;
  readonly manifests: number;
  readonly links: number;
  /** Artifacts without tags that would go to the trash, with all that they refer to; and from there, where that is purged. */
  readonly untagged: number;
  readonly untaggedBytes: number;
  /** Of the blobs those that a kept snapshot of the database may still need, and some of their digests. */
  readonly inSnapshots: number;
  readonly inSnapshotsNamed: readonly CanonicalDigest[];
  /** Objects that could not be looked at: a run leaves them, too. */
  readonly unread: number;
  /** What stays in the trash, by project. */
  readonly waiting: readonly WaitingTrash[];
}

interface Untagged {
  readonly count: number;
  readonly bytes: number;
  /** Their ids. */
  readonly byRepository: ReadonlyMap<string, readonly number[]>;
}

const pageSize = 500;
const mostNamed = 20;

/**
 * What `collectGarbage` would free, to the byte as long as nobody pushes, deletes or restores meanwhile. Nothing is changed.
 * @param oldestSnapshot when the oldest snapshot that is kept was taken
 * @throws AppError STORAGE_UNAVAILABLE
 */
export async function planGarbage(
  deps: GarbageDeps,
  input: GarbageInput,
  run: Pick<GarbageRun, 'signal' | 'progress'> & { readonly oldestSnapshot: number | undefined },
): Promise<GarbagePlan> {
  if (!(await deps.storeIsOurs())) throw foreignStore();
  return new Planning(deps, input, run).plan();
}

class Planning {
  readonly #deps: GarbageDeps;
  readonly #input: GarbageInput;
  readonly #run: Parameters<typeof planGarbage>[2];
  #bytes = 0;
  #blobs = 0;
  #inSnapshots = 0;
  #unread = 0;
  readonly #named: CanonicalDigest[] = [];

  constructor(deps: GarbageDeps, input: GarbageInput, run: Parameters<typeof planGarbage>[2]) {
    this.#deps = deps;
    this.#input = input;
    this.#run = run;
  }

  async plan(): Promise<GarbagePlan> {
    const { db } = this.#deps;
    const { signal } = this.#run;
    const now = await db.now();
    const end = this.#input.purgeTrash ? Number.MAX_SAFE_INTEGER : now;
    const doomed = new Doomed(db.reader, signal);
    const untagged = await this.#untagged(now - this.#deps.windowMs);
    if (this.#input.purgeTrash)
      for (const ids of untagged.byRepository.values()) await doomed.addUntagged(ids);
    await doomed.addTrash(end);
    const { artifacts } = doomed;
    await this.#pages('blob', async (page) => {
      for (const id of await manifestsOfNobody(db.reader, page)) doomed.addManifest(id);
    });
    await doomed.follow();
    const linksEnd = now - this.#deps.windowMs;
    const isDoomed = (id: number): boolean => artifacts.has(id);
    // The rest of the links is ended by the run itself.
    await doomed.addLinksOfTrash(isDoomed);
    let links = 0;
    for await (const some of scanLinks(db.reader, { end: linksEnd, isDoomed, signal })) {
      for (const { repositoryId, blobId } of some) if (doomed.addLink(repositoryId, blobId)) links += 1;
    }
    await this.#count(doomed, now);
    return {
      bytes: this.#bytes,
      blobs: this.#blobs,
      manifests: doomed.manifests,
      links,
      untagged: untagged.count,
      untaggedBytes: untagged.bytes,
      inSnapshots: this.#inSnapshots,
      inSnapshotsNamed: this.#named,
      unread: this.#unread,
      waiting: await waitingTrash(db.reader, end),
    };
  }

  /** What is condemned, what nothing needs now, and what only something that goes needs. */
  async #count(doomed: Doomed, now: number): Promise<void> {
    const { db } = this.#deps;
    for (let after = 0; ; ) {
      this.#run.signal.throwIfAborted();
      const before = Number.MAX_SAFE_INTEGER;
      const page = await condemnedBlobs(db.reader, { after, before, count: pageSize });
      const last = page.at(-1);
      if (last === undefined) break;
      const going = page.map(({ id }) => doomed.goingOf(id));
      const free = new Set(await onlyNeededBy(db.reader, going, { from: ['condemned'], now }));
      await this.#add(page.filter(({ id }) => free.has(id)));
      after = last.id;
      await nextTurn();
    }
    await this.#pages('blob', async (page) => {
      const found = await unneededBlobs(db.reader, { ...page, now });
      // Publications that something waits for are not garbage.
      const idle = found.filter(({ id, state }) => state !== 'pending' && !doomed.touches(id));
      const pending = found.filter(({ id, state }) => state === 'pending' && !doomed.touches(id));
      const alone = new Set(
        await onlyNeededBy(
          db.reader,
          pending.map(({ id }) => doomed.goingOf(id)),
          { from: ['pending'], now },
        ),
      );
      await this.#add([...idle, ...pending.filter(({ id }) => alone.has(id))]);
    });
    for (const going of doomed.pages(pageSize)) {
      this.#run.signal.throwIfAborted();
      const ids = await onlyNeededBy(db.reader, going, { from: ['live', 'missing', 'pending'], now });
      await this.#add(await blobsOf(db.reader, ids));
      await nextTurn();
    }
  }

  async #add(found: readonly GarbageBlob[]): Promise<void> {
    if (found.length === 0) return;
    const { db } = this.#deps;
    const { oldestSnapshot } = this.#run;
    const uncopied = await uncopiedOf(
      db.reader,
      found.map(({ id }) => id),
    );
    for (const blob of found) {
      const { id, state, digest, bytes, stateAt } = blob;
      const isSure = (state === 'live' && !uncopied.has(id)) || state === 'condemned';
      const stored = isSure ? bytes : await this.#storedSize(blob);
      if (stored === undefined) continue;
      this.#blobs += 1;
      this.#bytes += stored;
      const isOlder = oldestSnapshot === undefined || (state === 'condemned' && stateAt < oldestSnapshot);
      if (isOlder) continue;
      this.#inSnapshots += 1;
      if (this.#named.length < mostNamed) this.#named.push(digest);
    }
  }

  /** Undefined: the storage does not tell. */
  async #storedSize({ key, digest }: GarbageBlob): Promise<number | undefined> {
    try {
      return (await this.#deps.store.stat(key ?? canonicalKey(digest)))?.sizeBytes ?? 0;
    } catch (error) {
      this.#unread += 1;
      this.#deps.log.warn({ digest, error }, 'an object could not be looked at');
      return undefined;
    }
  }

  async #untagged(pushedBefore: number): Promise<Untagged> {
    const byRepository = new Map<string, number[]>();
    const total = { count: 0, bytes: 0, byRepository };
    if (!this.#input.deleteUntagged) return total;
    const { db } = this.#deps;
    await this.#pages('artifact', async (page) => {
      const found = await untaggedArtifacts(db.reader, { ...page, pushedBefore });
      for (const { id, size, repositoryName } of await withoutUsed(db, found)) {
        total.count += 1;
        total.bytes += size;
        const ids = byRepository.get(repositoryName);
        if (ids === undefined) byRepository.set(repositoryName, [id]);
        else ids.push(id);
      }
    });
    return total;
  }

  async #pages(
    table: 'blob' | 'artifact',
    look: (page: { readonly after: number; readonly to: number }) => Promise<void>,
  ): Promise<void> {
    const { db } = this.#deps;
    const { signal, progress } = this.#run;
    const unit = table === 'blob' ? 'blobs looked at' : 'artifacts looked at';
    const total = table === 'blob' ? await largestId(db.reader, table) : 0;
    for (let after = 0; ; ) {
      signal.throwIfAborted();
      const to = await endOfPage(db.reader, table, after, pageSize);
      if (to === undefined) return;
      await look({ after, to });
      progress({ done: to, total: Math.max(total, to), unit });
      after = to;
      await nextTurn();
    }
  }
}
