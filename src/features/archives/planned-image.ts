import type { ArchiveProblem } from '../../lib/archive-problem.ts';
import type { Digest } from '../../lib/oci/digest.ts';
import type { Destination } from './place-image.ts';

export interface PlannedManifest {
  readonly digest: Digest;
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}

/** Where a blob's bytes are in the archive. */
export interface PlannedBlob {
  readonly entry: string;
  readonly sizeBytes: number;
}

/** An image that the archive holds whole. */
export interface PlannedImage {
  /** As the archive calls it. */
  readonly name: string;
  readonly to: Destination;
  /** The one that the tag gets. */
  readonly root: Digest;
  /** In the order to push them in; behind the root what refers to it. */
  readonly manifests: readonly PlannedManifest[];
  readonly blobs: ReadonlyMap<Digest, PlannedBlob>;
}

/** An image that is left out. */
export interface LeftImage {
  readonly name: string;
  readonly problem: ArchiveProblem;
}

export interface Plan {
  readonly images: readonly PlannedImage[];
  readonly left: readonly LeftImage[];
}
