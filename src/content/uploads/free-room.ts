import { AppError } from '../../lib/errors.ts';
import type { Space } from '../../platform/blobstore/blob-store.ts';
import { translateFileError } from '../../platform/blobstore/translate-file-error.ts';

const freshMs = 1000;
const mebibyte = 1024 * 1024;

export interface Disk {
  /** As in "the disk of the storage". */
  readonly of: string;
  /** Undefined: it has no end. */
  readonly space: () => Promise<Space | undefined>;
}

export interface FreeRoomDeps {
  readonly disks: readonly Disk[];
  /** How much of a disk of that size is not for content. */
  readonly reservedBytes: (capacityBytes: number) => number;
}

/**
 * Whether there is room for content above what is kept for the rest: a disk that is full of blobs would leave none to
 * delete one, or to sign in. The disks are asked once a second at most, so content that comes fast goes a second's worth
 * below the reserve.
 */
export class FreeRoom {
  readonly #deps: FreeRoomDeps;
  #last: { readonly shortage: Promise<string | undefined>; readonly until: number } | undefined;

  constructor(deps: FreeRoomDeps) {
    this.#deps = deps;
  }

  /** @throws AppError STORAGE_FULL, STORAGE_UNAVAILABLE when a disk does not say */
  async requireRoom(): Promise<void> {
    const shortage = await this.shortage();
    if (shortage === undefined) return;
    throw new AppError('STORAGE_FULL', {
      message: shortage,
      detail: 'pulls and deletions go on; free some space on that disk, or set a smaller storage_reserve',
    });
  }

  /** In one sentence. Undefined: there is room. */
  shortage(): Promise<string | undefined> {
    if (this.#last === undefined || this.#last.until < performance.now())
      this.#last = { shortage: this.#ask(), until: performance.now() + freshMs };
    return this.#last.shortage;
  }

  async #ask(): Promise<string | undefined> {
    for (const { of, space } of this.#deps.disks) {
      const found = await space().catch((error: unknown) => {
        throw translateFileError(error);
      });
      if (found === undefined) continue;
      const { freeBytes, capacityBytes } = found;
      const reserved = this.#deps.reservedBytes(capacityBytes);
      if (freeBytes < reserved)
        return `the disk of ${of} has ${mib(freeBytes)} MiB free, and ${mib(reserved)} MiB are kept for other things than content`;
    }
    return undefined;
  }
}

function mib(bytes: number): string {
  return (Math.floor((bytes * 10) / mebibyte) / 10).toString();
}
