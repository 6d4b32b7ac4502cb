import type { CanonicalDigest } from '../../lib/oci/digest.ts';

/**
 * Blobs that are about to go, by the 256 folders above their files. They are given out folder after folder, round and round, so
 * that a batch changes few folders, each of which is synced once for all that goes from it.
 */
export class ByFolder {
  readonly #folders = new Map<string, number[]>();
  #last = '';
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add({ id, digest }: { readonly id: number; readonly digest: CanonicalDigest }): void {
    const folder = digest.slice(0, digest.indexOf(':') + 3);
    const ids = this.#folders.get(folder);
    if (ids === undefined) this.#folders.set(folder, [id]);
    else ids.push(id);
    this.#size += 1;
  }

  /** The ids of so many, or of all, from where the last ones were. */
  take(count: number): readonly number[] {
    const taken: number[] = [];
    const folders = [...this.#folders.keys()].toSorted();
    const ahead = folders.filter((folder) => folder >= this.#last);
    for (const folder of [...ahead, ...folders.filter((each) => each < this.#last)]) {
      if (taken.length === count) break;
      const ids = this.#folders.get(folder) ?? [];
      taken.push(...ids.splice(0, count - taken.length));
      if (ids.length === 0) this.#folders.delete(folder);
      this.#last = folder;
    }
    this.#size -= taken.length;
    return taken;
  }
}
