/** Neighbouring ids are in one list, which is looked at in one turn. */
const idsOfList = 4096;

export interface BlobOfArtifacts {
  readonly blobId: number;
  readonly size: number;
  /** Each once. */
  readonly artifactIds: readonly number[];
}

/** Which artifacts need which blobs, each pair as three numbers in a list: there may be millions. */
export class BlobHolders {
  readonly #lists = new Map<number, number[]>();

  /** A pair that was added before must not be added again. */
  add(blobId: number, size: number, artifactId: number): void {
    const number = Math.floor(blobId / idsOfList);
    const list = this.#lists.get(number);
    if (list === undefined) this.#lists.set(number, [blobId, size, artifactId]);
    else list.push(blobId, size, artifactId);
  }

  /** All of it, some at a time, which are let go by that. */
  *taken(): Generator<readonly BlobOfArtifacts[]> {
    for (const [number, list] of this.#lists) {
      this.#lists.delete(number);
      const found = new Map<number, { blobId: number; size: number; artifactIds: number[] }>();
      for (let at = 0; at < list.length; at += 3) {
        const [blobId, size, artifactId] = [list[at] ?? 0, list[at + 1] ?? 0, list[at + 2] ?? 0];
        const known = found.get(blobId);
        if (known === undefined) found.set(blobId, { blobId, size, artifactIds: [artifactId] });
        else known.artifactIds.push(artifactId);
      }
      yield [...found.values()];
    }
  }
}
