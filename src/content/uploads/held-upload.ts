import { setTimeout as delay } from 'node:timers/promises';
import { AppError, isDatabaseAway, isLogged } from '../../lib/errors.ts';
import type { StagedPart, StagedWriter } from '../../platform/blobstore/blob-store.ts';
import type { ContentHex, HashJob } from '../../platform/threads/hash-pool.ts';
import { foreignStore, whyNotOurs } from '../blobs/foreign-store.ts';
import { idleMs, leaseMs, outOfOrder, renewEveryMs, waitForLeaseMs } from './upload.ts';
import type { UploadDeps } from './upload-deps.ts';
import { findParts, findUpload, type Upload } from './upload-reads.ts';
import {
  deleteHeldUpload,
  giveLeaseBack,
  leaveLeaseStale,
  renewLease,
  takeFreeLease,
  takeStaleLease,
} from './upload-writes.ts';
import { whenDatabaseIsBack } from './when-database-is-back.ts';

const pollMs = 50;
let holders = 0;

/**
 * An upload whose lease this request has, with its staged content open for writing. The lease is given back only
 * when everything was written and the descriptor is closed, so that the next holder can go on in the same file.
 */
export class HeldUpload {
  readonly upload: Upload;
  readonly holder: string;
  readonly hash: HashJob;
  /** What another holder staged, who may still be writing there; of no use any more. */
  readonly #stale: readonly StagedPart[];
  /** A crash took bytes that were told of: whoever goes on without looking would leave a gap. */
  readonly shrunk: boolean;
  readonly #deps: UploadDeps;
  readonly #writer: StagedWriter;
  readonly #renewal: NodeJS.Timeout;
  /** By the monotonic clock, never later than in the database. */
  #leaseEndsAt = performance.now() + leaseMs;
  #lost = false;
  #acknowledged: number;

  private constructor(deps: UploadDeps, taken: Taken, writer: StagedWriter, hash: HashJob, offset: number) {
    this.#deps = deps;
    this.upload = { ...taken.upload, offset };
    this.holder = taken.holder;
    this.#stale = taken.stale ? taken.parts : [];
    this.shrunk = offset < taken.upload.offset;
    this.hash = hash;
    this.#writer = writer;
    this.#acknowledged = offset;
    this.#renewal = setInterval(() => void this.#renew(), renewEveryMs).unref();
  }

  /**
   * @throws AppError BLOB_UPLOAD_UNKNOWN, and RANGE_INVALID when another request keeps writing to it
   */
  static async take(deps: UploadDeps, id: string, wantsSha512 = false): Promise<HeldUpload> {
    const taken = await takeLease(deps, id);
    try {
      return await open(
        deps,
        { ...taken, wantsSha512 },
        (writer, hash, offset) => new HeldUpload(deps, taken, writer, hash, offset),
      );
    } catch (error) {
      await letGo(deps, taken);
      // Where its mount is gone nothing can be opened, and the next one need not try.
      const unavailable = error instanceof AppError && error.code === 'STORAGE_UNAVAILABLE';
      throw unavailable && !(await deps.storeIsOurs()) ? await whyNotOurs(deps.store) : error;
    }
  }

  get offset(): number {
    return this.#writer.offset;
  }

  /**
   * Writes a body to its end and returns the bytes received. What was received before an error stays.
   * @throws AppError STORAGE_FULL
   */
  async writeAll(body: AsyncIterable<Uint8Array>): Promise<number> {
    const start = this.offset;
    for await (const chunk of body) {
      // Again and again: the disk may fill up while a large body comes.
      await this.#deps.requireRoom();
      if (this.#lost)
        throw new AppError('STORAGE_UNAVAILABLE', {
          message: 'the lease of this upload ran out: another instance may have taken it over',
        });
      const wait = this.#writer.write(chunk);
      if (wait !== undefined) await wait;
      this.#acknowledged = Math.max(this.#acknowledged, this.hash.offset);
    }
    return this.offset - start;
  }

  /** Everything written was hashed; returns the hex of it all, if this process hashed it all. */
  async digestSoFar(): Promise<ContentHex | undefined> {
    const hex = await this.#writer.digest();
    return this.hash.startOffset === 0 ? hex : undefined;
  }

  seal(): Promise<readonly StagedPart[]> {
    return this.#writer.seal();
  }

  /** Ends the holding after the upload's row was finished: nobody waits for what is cleaned up. */
  end(): void {
    clearInterval(this.#renewal);
    this.#dropHash();
    void this.#report('a finished upload was not cleaned up', [this.#writer.close(), this.#discardStale()]);
  }

  /** Ends the upload: its row goes, and what was staged. Failures are logged, since another one is being reported. */
  async abandon(mayBePublished: boolean): Promise<void> {
    clearInterval(this.#renewal);
    this.#dropHash();
    const { db } = this.#deps;
    const held = { id: this.upload.id, holder: this.holder };
    await this.#report('an upload was not cleaned up', [
      this.#writer.abandon(mayBePublished),
      this.#discardStale(),
      db
        .transaction((tx) => deleteHeldUpload(tx, held))
        .catch((error: unknown) => {
          if (!isDatabaseAway(error)) throw error;
          this.#later(() => db.transaction((tx) => deleteHeldUpload(tx, held)));
        }),
    ]);
  }

  #later(work: () => Promise<unknown>): void {
    void whenDatabaseIsBack(this.#deps.log, 'an upload was not cleaned up', work);
  }

  /**
   * Gives the lease back with what was staged, or as it was before when `keep` is false. Returns the offset that
   * was recorded.
   */
  async giveBack(keep: boolean): Promise<number> {
    clearInterval(this.#renewal);
    const { initial } = this.#writer;
    let staged = { parts: initial, offset: this.upload.offset };
    try {
      if (keep) staged = { parts: await this.#writer.settle(), offset: this.#writer.offset };
    } finally {
      if (this.#writer.broken) await this.abandon(false);
      else await this.#release(staged);
    }
    await this.#discardStale();
    const obsolete = initial.filter((old) => !staged.parts.some((part) => part.key === old.key));
    await this.#deps.store.discard(obsolete);
    return staged.offset;
  }

  async #release(staged: { parts: readonly StagedPart[]; offset: number }): Promise<void> {
    await this.#writer.close();
    if (this.hash.offset === staged.offset) this.#deps.hashes.keep(this.upload.id, this.hash);
    else this.#dropHash();
    try {
      await release(this.#deps, this, staged);
    } catch (error) {
      // The request is refused, so nothing of it counts: the client sends it again.
      const before = { parts: this.#writer.initial, offset: this.upload.offset };
      if (isDatabaseAway(error)) this.#later(() => recordRelease(this.#deps, this, before));
      throw error;
    }
  }

  #discardStale(): Promise<void> {
    return this.#deps.store.discard(this.#stale);
  }

  async #report(message: string, work: readonly Promise<void>[]): Promise<void> {
    for (const result of await Promise.allSettled(work)) {
      if (result.status === 'fulfilled') continue;
      this.#deps.log.warn({ upload: this.upload.id, error: result.reason as unknown }, message);
    }
  }

  #dropHash(): void {
    this.hash.end();
    this.#deps.hashes.drop(this.upload.id);
  }

  async #renew(): Promise<void> {
    const { db, log } = this.#deps;
    const askedAt = performance.now();
    try {
      const until = (await db.now()) + leaseMs;
      const input = { id: this.upload.id, holder: this.holder, until, offset: this.#acknowledged };
      const renewed = await db.transaction((tx) => renewLease(tx, input), { durability: 'relaxed' });
      if (renewed) this.#leaseEndsAt = askedAt + leaseMs;
      else this.#lost = true;
    } catch (error) {
      // Whoever takes the lease when it has run out works on a copy.
      if (askedAt + renewEveryMs > this.#leaseEndsAt) this.#lost = true;
      if (isLogged(error)) return;
      log.warn({ upload: this.upload.id, error }, 'the lease of an upload was not renewed');
    }
  }
}

interface Taken {
  readonly upload: Upload;
  readonly holder: string;
  readonly parts: readonly StagedPart[];
  /** The last holder did not give it back and may still be writing. */
  readonly stale: boolean;
}

async function takeLease(deps: UploadDeps, id: string): Promise<Taken> {
  holders += 1;
  const holder = `${deps.instance}/${holders}`;
  const giveUpAt = performance.now() + waitForLeaseMs;
  for (;;) {
    const { upload, taken } = await tryToTake(deps, id, holder).catch((error: unknown) => {
      // It may have been taken for a request that does not know it: as if its holder had died.
      if (isDatabaseAway(error))
        void whenDatabaseIsBack(deps.log, 'the lease of an upload was not given back', () =>
          deps.db.transaction((tx) => leaveLeaseStale(tx, { id, holder }), { durability: 'relaxed' }),
        );
      throw error;
    });
    if (upload === undefined) throw new AppError('BLOB_UPLOAD_UNKNOWN');
    if (taken !== undefined) return taken;
    if (performance.now() > giveUpAt)
      throw outOfOrder(upload.offset, 'another request is writing to this upload');
    await delay(pollMs);
  }
}

async function tryToTake(
  { db }: UploadDeps,
  id: string,
  holder: string,
): Promise<{ readonly upload: Upload | undefined; readonly taken?: Taken }> {
  const now = await db.now();
  return db.transaction(
    async (tx) => {
      const upload = await findUpload(tx, id);
      if (upload === undefined || upload.expiresAt < now || upload.finishedDigest !== null)
        return { upload: undefined };
      const input = { id, holder, until: now + leaseMs, now };
      const free = await takeFreeLease(tx, input);
      const stale = !free && (await takeStaleLease(tx, input));
      if (!free && !stale) return { upload };
      const generation = stale ? upload.generation + 1 : upload.generation;
      return {
        upload,
        taken: { upload: { ...upload, generation }, holder, parts: await findParts(tx, id), stale },
      };
    },
    { durability: 'relaxed' },
  );
}

async function open<T>(
  deps: UploadDeps,
  taken: Taken & { readonly wantsSha512: boolean },
  make: (writer: StagedWriter, hash: HashJob, offset: number) => T,
): Promise<T> {
  const { id, generation, offset: told } = taken.upload;
  const place = { uploadId: id, generation, parts: taken.parts, offset: told };
  // Whoever hashed it up to here also wrote it; anybody else has to look, and everybody behind a dead holder, who may
  // have put it in place.
  const isKnown = told === 0 || (!taken.stale && deps.hashes.has(id, told));
  const offset = isKnown ? told : await deps.store.stagedBytes(place);
  // In another store, or without its mount, it would only seem to be shorter.
  if (offset < told && !(await deps.storeIsOurs())) throw foreignStore();
  const hash = deps.hashes.take(id, offset, taken.wantsSha512);
  try {
    const here = { ...place, offset };
    const writer = taken.stale ? await deps.store.takeOver(here, hash) : await deps.store.stage(here, hash);
    return make(writer, hash, offset);
  } catch (error) {
    hash.end();
    throw error;
  }
}

/** After the content could not be opened. What was being taken over stays to be taken over. */
async function letGo(deps: UploadDeps, taken: Taken): Promise<void> {
  const { upload, holder, parts, stale } = taken;
  if (stale) {
    await deps.db.transaction((tx) => leaveLeaseStale(tx, { id: upload.id, holder }), {
      durability: 'relaxed',
    });
  } else await release(deps, taken, { parts, offset: upload.offset });
}

/** @throws AppError RANGE_INVALID when the lease was lost: nothing of this request was recorded */
async function release(
  deps: UploadDeps,
  held: { upload: Upload; holder: string },
  staged: { parts: readonly StagedPart[]; offset: number },
): Promise<void> {
  if (await recordRelease(deps, held, staged)) return;
  const now = await findUpload(deps.db.reader, held.upload.id);
  throw outOfOrder(now?.offset ?? 0, 'another request took this upload over');
}

async function recordRelease(
  deps: UploadDeps,
  held: { upload: Upload; holder: string },
  staged: { parts: readonly StagedPart[]; offset: number },
): Promise<boolean> {
  const { id } = held.upload;
  const expiresAt = (await deps.db.now()) + idleMs;
  return deps.db.transaction((tx) => giveLeaseBack(tx, { id, holder: held.holder, expiresAt, ...staged }), {
    durability: 'relaxed',
  });
}
