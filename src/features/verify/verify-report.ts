export type Problem = 'missing' | 'wrong size' | 'corrupt';

export interface VerifyReport {
  /** Manifests, whose bytes are in the database, are counted apart. */
  readonly blobs: number;
  readonly bytes: number;
  /** How much of it was read and hashed. */
  readonly hashedBlobs: number;
  readonly hashedBytes: number;
  readonly missing: number;
  readonly wrongSize: number;
  /** Right size, wrong content, or it cannot be read. */
  readonly corrupt: number;
  readonly manifests: number;
  /** Manifests whose copy in the storage is about to be made. */
  readonly copiesDue: number;
  /** Manifests whose copy in the storage is gone or damaged; nothing of them is lost. */
  readonly copiesGone: number;
  /** Objects among the blobs that no row speaks of. */
  readonly strays: number;
  readonly strayBytes: number;
  /** Rows of blobs that nobody is publishing any more. */
  readonly dangling: number;
  /** Damaged blobs that are pushed again by whoever pushes, rows that were finished, copies that were made again. */
  readonly repaired: number;
  /** The first of what is missing, damaged, or without a copy. */
  readonly damaged: readonly { readonly digest: string; readonly problem: Problem | 'no copy' }[];
}

const maxNamed = 100;

type Counter = Exclude<keyof VerifyReport, 'damaged'>;

const counterOf = { missing: 'missing', 'wrong size': 'wrongSize', corrupt: 'corrupt' } as const;

export class Tally {
  readonly #counts: Record<Counter, number> = {
    blobs: 0,
    bytes: 0,
    hashedBlobs: 0,
    hashedBytes: 0,
    missing: 0,
    wrongSize: 0,
    corrupt: 0,
    manifests: 0,
    copiesDue: 0,
    copiesGone: 0,
    strays: 0,
    strayBytes: 0,
    dangling: 0,
    repaired: 0,
  };
  readonly #damaged: { digest: string; problem: Problem | 'no copy' }[] = [];

  add(counter: Counter, by = 1): void {
    this.#counts[counter] += by;
  }

  damage(digest: string, problem: Problem): void {
    this.add(counterOf[problem]);
    this.#name(digest, problem);
  }

  copyGone(digest: string): void {
    this.add('copiesGone');
    this.#name(digest, 'no copy');
  }

  report(): VerifyReport {
    return { ...this.#counts, damaged: this.#damaged };
  }

  #name(digest: string, problem: Problem | 'no copy'): void {
    if (this.#damaged.length < maxNamed) this.#damaged.push({ digest, problem });
  }
}
