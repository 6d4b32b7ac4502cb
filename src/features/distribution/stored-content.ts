import type { CanonicalDigest } from '../../lib/oci/digest.ts';
import type { BlobStore } from '../../platform/blobstore/blob-store.ts';
import { canonicalKey } from '../../platform/blobstore/layout.ts';
import { inBatches } from './in-batches.ts';

/** Many images share their layers: what was asked for is remembered, up to so many digests. */
const remembered = 100_000;

/** The content of the source, by digest; only its names and sizes are looked at. */
export class StoredContent {
  readonly #store: BlobStore;
  readonly #sizes = new Map<CanonicalDigest, number | undefined>();
  readonly #durable = new Set<CanonicalDigest>();

  constructor(store: BlobStore) {
    this.#store = store;
  }

  /** Undefined: it is not there. */
  async sizeOf(digest: CanonicalDigest): Promise<number | undefined> {
    if (this.#sizes.has(digest)) return this.#sizes.get(digest);
    const size = (await this.#store.stat(canonicalKey(digest)))?.sizeBytes;
    if (this.#sizes.size >= remembered) this.#sizes.clear();
    this.#sizes.set(digest, size);
    return size;
  }

  /** Nobody knows whether the other registry synced what it wrote: what a row speaks of has to be durable. */
  async makeDurable(digests: readonly CanonicalDigest[]): Promise<void> {
    const wanted = digests.filter((digest) => !this.#durable.has(digest));
    await inBatches(wanted, (digest) => this.#store.makeDurable(canonicalKey(digest)));
    if (this.#durable.size >= remembered) this.#durable.clear();
    for (const digest of wanted) this.#durable.add(digest);
  }
}
