import { ArchiveProblem } from '../../lib/archive-problem.ts';
import { AppError } from '../../lib/errors.ts';
import type { Digest } from '../../lib/oci/digest.ts';
import { type ManifestReference, type ParsedManifest, parseManifest } from '../../lib/oci/manifest.ts';
import { requireDigestOf, requireKnown } from './require-digest-of.ts';

export interface Descriptor {
  readonly digest: string;
  /** Undefined: nobody has said it. */
  readonly sizeBytes: number | undefined;
  readonly mediaType: string;
}

export interface GatheredManifest {
  readonly digest: Digest;
  readonly bytes: Uint8Array;
  readonly parsed: ParsedManifest;
}

/** A manifest with everything below it. */
export interface Gathered {
  /** What an index names goes before it, so that each can be pushed as it comes. */
  readonly manifests: readonly GatheredManifest[];
  readonly blobs: ReadonlyMap<Digest, Pick<ManifestReference, 'sizeBytes' | 'required'>>;
}

/** What is read of all images of one archive: no image comes near it. */
const maxManifests = 10_000;
const maxManifestsBytes = 64 * 1024 * 1024;

/** Counts over all images of a run. */
export class ManifestBudget {
  #count = 0;
  #bytes = 0;

  /** @throws ArchiveProblem tooManyManifests */
  take(sizeBytes: number): void {
    this.#count += 1;
    this.#bytes += sizeBytes;
    if (this.#count > maxManifests || this.#bytes > maxManifestsBytes)
      throw new ArchiveProblem('tooManyManifests', { count: maxManifests, mib: maxManifestsBytes / 2 ** 20 });
  }
}

/**
 * Reads a manifest and, of an index, all that it names, however deep.
 * @param readOne the bytes of one; throws where there are none
 * @throws ArchiveProblem
 */
export async function gatherManifests(
  root: Descriptor,
  readOne: (descriptor: Descriptor) => Promise<Uint8Array>,
  budget: ManifestBudget,
): Promise<Gathered> {
  const manifests: GatheredManifest[] = [];
  const blobs = new Map<Digest, Pick<ManifestReference, 'sizeBytes' | 'required'>>();
  const seen = new Set<string>();
  const waiting: (Descriptor | GatheredManifest)[] = [root];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if ('parsed' in next) {
      manifests.push(next);
      continue;
    }
    if (seen.has(next.digest)) continue;
    seen.add(next.digest);
    const manifest = await read(next, readOne, budget);
    // Taken up again when all that it names has been.
    waiting.push(manifest);
    for (const reference of manifest.parsed.references.toReversed()) {
      if (reference.kind === 'child') waiting.push(reference);
      else if (reference.kind !== 'subject') blobs.set(requireKnown(reference.digest), reference);
    }
  }
  return { manifests, blobs };
}

async function read(
  descriptor: Descriptor,
  readOne: (descriptor: Descriptor) => Promise<Uint8Array>,
  budget: ManifestBudget,
): Promise<GatheredManifest> {
  const digest = requireKnown(descriptor.digest);
  const bytes = await readOne(descriptor);
  const { sizeBytes } = descriptor;
  if (sizeBytes !== undefined && bytes.length !== sizeBytes)
    throw new ArchiveProblem('sizeWrong', { digest, has: bytes.length, told: sizeBytes });
  requireDigestOf(digest, bytes);
  budget.take(bytes.length);
  try {
    return { digest, bytes, parsed: parseManifest(bytes, descriptor.mediaType) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new ArchiveProblem('manifestInvalid', { digest, detail: error.message }, { cause: error });
  }
}
