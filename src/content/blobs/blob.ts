import type { BlobState } from '../../platform/db/schema.ts';

/** What a publisher does first, by the state in which it found the blob (`docs/design/publishing.md`). */
export type Claim =
  /** Claimed; the content has to be put in place. */
  | {
      readonly kind: 'publish';
      readonly state: 'pending' | 'missing' | 'live';
      readonly storageKey: string | null;
    }
  /** Claimed; the content should be in place already, which has to be looked at. */
  | { readonly kind: 'check'; readonly storageKey: string | null }
  /** A deletion is under way, which nothing stops; ask again. */
  | { readonly kind: 'wait' };

export interface FoundBlob {
  readonly state: BlobState;
  readonly storageKey: string | null;
  readonly generation: number;
  /** Live without an object that can be relied on: a manifest whose copy has not been made. */
  readonly uncopied: boolean;
}

/** @param canonical the blob's canonical key */
export function decideClaim(found: FoundBlob | undefined, canonical: string): Claim {
  if (found === undefined) return { kind: 'publish', state: 'pending', storageKey: null };
  switch (found.state) {
    case 'pending':
    case 'condemned':
      return { kind: 'publish', state: 'pending', storageKey: found.storageKey };
    case 'missing':
      return { kind: 'publish', state: 'missing', storageKey: found.storageKey };
    case 'live':
      if (found.uncopied) return { kind: 'publish', state: 'live', storageKey: found.storageKey };
      return { kind: 'check', storageKey: found.storageKey };
    case 'deleting':
      return { kind: 'wait' };
    case 'burnt':
      // The worker that was to delete the old file may still be about to: it must not hit the new one.
      return { kind: 'publish', state: 'pending', storageKey: `${canonical}.${found.generation}` };
  }
}

/**
 * Whether the second transaction may make the blob live, or has to begin again.
 * @param published false: the content was found in place, which counts only as long as the blob is live
 */
export function mayBecomeLive(state: BlobState, published: boolean): boolean {
  if (!published) return state === 'live';
  return state === 'pending' || state === 'missing' || state === 'live';
}
