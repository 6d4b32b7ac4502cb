import { randomInt } from 'node:crypto';
import { copyManifests } from '../../content/artifacts/copy-manifests.ts';
import {
  findStoredBlob,
  pageOfBlobs,
  type StoredBlob,
  storedTotals,
} from '../../content/blobs/blob-reads.ts';
import { foreignStore } from '../../content/blobs/foreign-store.ts';
import { type CanonicalDigest, digestHex, sha256Digest } from '../../lib/oci/digest.ts';
import type { ListedObject } from '../../platform/blobstore/blob-store.ts';
import { blobsRoot, canonicalKey } from '../../platform/blobstore/layout.ts';
import type { Database } from '../../platform/db/database.ts';
import { judgeBlob, keyOf, type Verdict, type VerifyDeps } from './judge-blob.ts';
import { repairBlob } from './repair-blob.ts';
import { Suspects } from './suspects.ts';
import { Tally, type VerifyReport } from './verify-report.ts';

export interface VerifyInput {
  /** Which share of the objects is read and hashed: 0 … 1. */
  readonly hashShare: number;
  /** Otherwise nothing is changed. */
  readonly repair: boolean;
  /** Others are served meanwhile: reads half of the time only. */
  readonly gently: boolean;
  readonly onProgress: (progress: VerifyProgress) => void;
  readonly signal: AbortSignal;
}

export interface VerifyProgress {
  readonly blobs: number;
  readonly totalBlobs: number;
  /** Bytes hashed, of those that are going to be; 0 when nothing is hashed. */
  readonly bytes: number;
  readonly totalBytes: number;
}

const pageSize = 1000;
const progressEveryMs = 500;
const keyPattern = new RegExp(`^${blobsRoot}/sha256/[0-9a-f]{2}/([0-9a-f]{64})/data(?:\\.\\d+)?$`);

type Suspect = { readonly row: StoredBlob; readonly hash: boolean } | { readonly object: ListedObject };

/**
 * Compares the rows of blobs with the objects of the store, both by ascending digest, in memory that does not grow.
 * What looks wrong is looked at again a little later: pushes go on meanwhile. No object is ever removed.
 * @throws AppError STORAGE_UNAVAILABLE
 */
export async function verifyStorage(deps: VerifyDeps, input: VerifyInput): Promise<VerifyReport> {
  if (!(await deps.storeIsOurs())) throw foreignStore();
  const walk = new Walk(deps, input, await storedTotals(deps.db.reader));
  await walk.run();
  // The marker may have gone while it ran: then nothing that was found means anything.
  if (!(await deps.storeIsOurs())) throw foreignStore();
  return walk.tally.report();
}

class Walk {
  readonly tally = new Tally();
  readonly #deps: VerifyDeps;
  readonly #input: VerifyInput;
  readonly #total: { readonly count: number; readonly bytes: number };
  readonly #suspects: Suspects<Suspect>;
  /** Objects under another key than the canonical one: few, and they come right behind it. */
  readonly #elsewhere = new Set<string>();
  /** Of the ring of digests a share is hashed that begins somewhere else each time. */
  readonly #from = randomInt(2 ** 32) / 2 ** 32;
  #seen = 0;
  #hashedBytes = 0;
  #toldAt = 0;

  constructor(deps: VerifyDeps, input: VerifyInput, total: { count: number; bytes: number }) {
    this.#deps = deps;
    this.#input = input;
    this.#total = total;
    this.#suspects = new Suspects(deps.recheckMs ?? 5000, input.signal, (suspect) =>
      this.#lookAgain(suspect),
    );
  }

  async run(): Promise<void> {
    const { store, db } = this.#deps;
    const rows = allRows(db);
    let row = await next(rows);
    for await (const object of store.list(blobsRoot)) {
      while (row !== undefined && canonicalOf(row) < object.key) {
        await this.#row(row, undefined);
        row = await next(rows);
      }
      if (row !== undefined && canonicalOf(row) === object.key) {
        await this.#row(row, object);
        row = await next(rows);
      } else if (!this.#elsewhere.delete(object.key)) await this.#suspects.add({ object });
    }
    for (; row !== undefined; row = await next(rows)) await this.#row(row, undefined);
    await this.#suspects.end();
    await this.#makeCopies();
    this.#tell(true);
  }

  /** @param object what the listing has at its canonical key */
  async #row(row: StoredBlob, object: ListedObject | undefined): Promise<void> {
    this.#input.signal.throwIfAborted();
    if (row.storage_key !== null) this.#elsewhere.add(row.storage_key);
    if (row.state === 'live' || row.state === 'missing') {
      this.#seen += 1;
      if (row.manifest_id === null) {
        this.tally.add('blobs');
        this.tally.add('bytes', row.size);
      } else this.tally.add('manifests');
    }
    const hash = this.#isToBeHashed(row);
    const found = row.storage_key === null ? object : await this.#deps.store.stat(row.storage_key);
    const verdict = await this.#judge(row, hash, found);
    if (needsSecondLook.has(verdict)) await this.#suspects.add({ row, hash });
    else await this.#settle(row, verdict);
    this.#tell(false);
  }

  async #lookAgain(suspect: Suspect): Promise<void> {
    const { db, store } = this.#deps;
    if ('object' in suspect) {
      const { key, sizeBytes } = suspect.object;
      const row = await rowOf(db, key);
      if ((row !== undefined && keyOf(row) === key) || (await store.stat(key)) === undefined) return;
      this.tally.add('strays');
      this.tally.add('strayBytes', sizeBytes);
      return;
    }
    const row = await findStoredBlob(db.reader, suspect.row.digest as CanonicalDigest);
    if (row === undefined) return;
    const found = await store.stat(keyOf(row));
    await this.#settle(row, await this.#judge(row, suspect.hash, found));
  }

  #judge(
    row: StoredBlob,
    hash: boolean,
    found: { readonly sizeBytes: number } | undefined,
  ): Promise<Verdict> {
    const { signal, repair, gently } = this.#input;
    return judgeBlob(this.#deps, row, found, {
      // A blob that was called missing is believed only by its bytes.
      hash: hash || (repair && row.state === 'missing'),
      signal,
      gently,
      onHashed: (bytes, whole) => {
        this.#hashedBytes += bytes;
        this.tally.add('hashedBytes', bytes);
        if (whole) this.tally.add('hashedBlobs');
        this.#tell(false);
      },
    });
  }

  async #settle(row: StoredBlob, verdict: Verdict): Promise<void> {
    const repaired = this.#input.repair && (await repairBlob(this.#deps, row, verdict));
    if (repaired) this.tally.add('repaired');
    switch (verdict) {
      case 'missing':
      case 'wrong size':
      case 'corrupt':
        this.tally.damage(row.digest, verdict);
        break;
      case 'found':
        if (!repaired) this.tally.damage(row.digest, 'missing');
        break;
      case 'copy gone':
        this.tally.copyGone(row.digest);
        break;
      case 'copy due':
        this.tally.add('copiesDue');
        break;
      case 'dangling':
        this.tally.add('dangling');
        break;
      case 'sound':
      case 'no concern':
    }
  }

  async #makeCopies(): Promise<void> {
    const { repair, signal } = this.#input;
    if (!repair) return;
    await copyManifests(this.#deps, signal);
    // It ends in the middle without a word.
    signal.throwIfAborted();
  }

  #isToBeHashed(row: StoredBlob): boolean {
    const { hashShare } = this.#input;
    if (hashShare >= 1 || hashShare <= 0) return hashShare >= 1;
    const place = Number.parseInt(digestHex(row.digest as CanonicalDigest).slice(0, 8), 16) / 2 ** 32;
    return (place - this.#from + 1) % 1 < hashShare;
  }

  #tell(now: boolean): void {
    if (!now && performance.now() - this.#toldAt < progressEveryMs) return;
    this.#toldAt = performance.now();
    this.#input.onProgress({
      blobs: this.#seen,
      totalBlobs: this.#total.count,
      bytes: this.#hashedBytes,
      totalBytes: Math.round(this.#total.bytes * this.#input.hashShare),
    });
  }
}

const needsSecondLook: ReadonlySet<Verdict> = new Set([
  'missing',
  'wrong size',
  'corrupt',
  'copy gone',
  'dangling',
]);

async function rowOf(db: Database, key: string): Promise<StoredBlob | undefined> {
  const hex = keyPattern.exec(key)?.[1];
  return hex === undefined ? undefined : findStoredBlob(db.reader, sha256Digest(hex));
}

async function* allRows(db: Database): AsyncGenerator<StoredBlob> {
  for (let after = ''; ; ) {
    const page = await pageOfBlobs(db.reader, after, pageSize);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    after = last.digest;
  }
}

async function next(rows: AsyncGenerator<StoredBlob>): Promise<StoredBlob | undefined> {
  const step = await rows.next();
  return step.done === true ? undefined : step.value;
}

/** Rows are ordered by digest, objects by key: the canonical key orders both. */
function canonicalOf(row: StoredBlob): string {
  return canonicalKey(row.digest as CanonicalDigest);
}
