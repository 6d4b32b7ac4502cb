import { pageOfBlobs } from '../../content/blobs/blob-reads.ts';
import { AppError } from '../../lib/errors.ts';
import type { CanonicalDigest } from '../../lib/oci/digest.ts';
import type { BlobStore, ListedObject } from '../../platform/blobstore/blob-store.ts';
import { blobsRoot, canonicalKey } from '../../platform/blobstore/layout.ts';
import type { Database } from '../../platform/db/database.ts';

export interface VerifyDeps {
  readonly db: Database;
  readonly store: BlobStore;
  /** A mount that is away would make everything look missing. */
  readonly storeIsOurs: () => Promise<boolean>;
}

export interface VerifyReport {
  readonly blobs: number;
  readonly bytes: number;
  readonly missing: number;
  readonly wrongSize: number;
  /** Objects among the blobs that no row speaks of. */
  readonly strays: number;
  readonly strayBytes: number;
  /** The first of what is missing or wrong. */
  readonly damaged: readonly { readonly digest: string; readonly problem: 'missing' | 'wrong size' }[];
}

const pageSize = 1000;
const maxNamed = 100;

type Row = Awaited<ReturnType<typeof pageOfBlobs>>[number];

/**
 * Compares the rows of blobs with the objects of the store, both by ascending digest, in memory that does not grow.
 * Nothing is changed. An object that came while it ran may count as a stray once.
 * @throws AppError STORAGE_UNAVAILABLE
 */
export async function verifyStorage(deps: VerifyDeps): Promise<VerifyReport> {
  if (!(await deps.storeIsOurs())) {
    throw new AppError('STORAGE_UNAVAILABLE', {
      message: 'the storage is not the one this registry belongs to, or its marker is gone',
    });
  }
  const tally = new Tally();
  const rows = allRows(deps.db);
  let row = await next(rows);
  for await (const object of deps.store.list(blobsRoot)) {
    while (row !== undefined && keyOf(row) < object.key) {
      await tally.rowWithoutObject(deps.store, row);
      row = await next(rows);
    }
    if (row !== undefined && keyOf(row) === object.key) {
      if (row.storage_key === null) tally.rowWithObject(row, object.sizeBytes);
      else await tally.rowWithoutObject(deps.store, row);
      row = await next(rows);
    } else if (!tally.isKnownElsewhere(object.key)) tally.stray(object);
  }
  for (; row !== undefined; row = await next(rows)) await tally.rowWithoutObject(deps.store, row);
  return tally.report();
}

async function* allRows(db: Database): AsyncGenerator<Row> {
  for (let after = ''; ; ) {
    const page = await pageOfBlobs(db.reader, after, pageSize);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    after = last.digest;
  }
}

async function next(rows: AsyncGenerator<Row>): Promise<Row | undefined> {
  const step = await rows.next();
  return step.done === true ? undefined : step.value;
}

/** Rows are ordered by digest, objects by key: the canonical key orders both. */
function keyOf(row: Row): string {
  return canonicalKey(row.digest as CanonicalDigest);
}

class Tally {
  #blobs = 0;
  #bytes = 0;
  #missing = 0;
  #wrongSize = 0;
  #strays = 0;
  #strayBytes = 0;
  readonly #damaged: { digest: string; problem: 'missing' | 'wrong size' }[] = [];
  /** Objects under another key than the canonical one: few, and they come right behind it. */
  readonly #elsewhere = new Set<string>();

  rowWithObject(row: Row, sizeBytes: number): void {
    if (row.state !== 'live' && row.state !== 'missing') return;
    this.#blobs += 1;
    this.#bytes += row.size;
    if (sizeBytes !== row.size) this.#damage(row, 'wrong size');
    // Marked when somebody found it gone or damaged; only a push makes it live again.
    else if (row.state === 'missing') this.#damage(row, 'missing');
  }

  /** Its object is under a key of its own, or it is a manifest, whose bytes are in the database, or it is gone. */
  async rowWithoutObject(store: BlobStore, row: Row): Promise<void> {
    if (row.storage_key !== null) {
      this.#elsewhere.add(row.storage_key);
      const found = await store.stat(row.storage_key);
      if (found !== undefined) {
        this.rowWithObject(row, found.sizeBytes);
        return;
      }
    }
    if ((row.state !== 'live' && row.state !== 'missing') || row.manifest_id !== null) return;
    this.#blobs += 1;
    this.#bytes += row.size;
    this.#damage(row, 'missing');
  }

  isKnownElsewhere(key: string): boolean {
    return this.#elsewhere.delete(key);
  }

  stray(object: ListedObject): void {
    this.#strays += 1;
    this.#strayBytes += object.sizeBytes;
  }

  report(): VerifyReport {
    return {
      blobs: this.#blobs,
      bytes: this.#bytes,
      missing: this.#missing,
      wrongSize: this.#wrongSize,
      strays: this.#strays,
      strayBytes: this.#strayBytes,
      damaged: this.#damaged,
    };
  }

  #damage(row: Row, problem: 'missing' | 'wrong size'): void {
    if (problem === 'missing') this.#missing += 1;
    else this.#wrongSize += 1;
    if (this.#damaged.length < maxNamed) this.#damaged.push({ digest: row.digest, problem });
  }
}
