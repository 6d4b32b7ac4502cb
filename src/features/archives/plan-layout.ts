import { ArchiveProblem } from '../../lib/archive-problem.ts';
import { type Digest, digestAlgorithm, digestHex } from '../../lib/oci/digest.ts';
import { type Descriptor, type Gathered, gatherManifests, ManifestBudget } from './gather-manifests.ts';
import { type ImageName, parseImageName } from './parse-image-name.ts';
import { type LayoutImage, layoutIndex, parseLayoutIndex } from './parse-layout-index.ts';
import { placeImage } from './place-image.ts';
import type { LeftImage, Plan, PlannedBlob, PlannedImage } from './planned-image.ts';
import { requireKnown } from './require-digest-of.ts';
import type { Archive } from './tar/archive.ts';

/** What one line of the index leads to. */
interface Found {
  readonly line: LayoutImage;
  readonly gathered: Gathered;
  readonly blobs: ReadonlyMap<Digest, PlannedBlob>;
}

/**
 * The images of an OCI layout. A manifest without a name that refers to one of an image, such as a signature, goes
 * with that image.
 * @throws ArchiveProblem notOciLayout, documentInvalid, tooManyManifests
 */
export async function planLayout(archive: Archive, to: string | undefined, path: string): Promise<Plan> {
  const bytes = await archive.read(layoutIndex);
  if (bytes === undefined) throw new ArchiveProblem('notOciLayout', { path });
  const lines = parseLayoutIndex(bytes);
  if (lines.length === 0) throw new ArchiveProblem('nothingInside', { path });
  const found: Found[] = [];
  const left: LeftImage[] = [];
  const budget = new ManifestBudget();
  for (const line of lines) {
    try {
      const gathered = await gatherManifests(line, (descriptor) => readManifest(archive, descriptor), budget);
      found.push({ line, gathered, blobs: await findBlobs(archive, gathered) });
    } catch (problem) {
      left.push(leftOut(line, problem));
    }
  }
  const images: PlannedImage[] = [];
  for (const { image, referrers } of withReferrers(found)) {
    try {
      images.push(plan(image, referrers, to));
    } catch (problem) {
      left.push(leftOut(image.line, problem));
    }
  }
  return { images, left };
}

export function blobEntry(digest: Digest): string {
  return `blobs/${digestAlgorithm(digest)}/${digestHex(digest)}`;
}

async function readManifest(archive: Archive, { digest }: Descriptor): Promise<Uint8Array> {
  const bytes = await archive.read(blobEntry(requireKnown(digest)));
  if (bytes === undefined) throw new ArchiveProblem('blobMissing', { digest });
  return bytes;
}

async function findBlobs(archive: Archive, { blobs }: Gathered): Promise<Map<Digest, PlannedBlob>> {
  const found = new Map<Digest, PlannedBlob>();
  for (const [digest, { sizeBytes, required }] of blobs) {
    const entry = blobEntry(digest);
    const has = await archive.sizeOf(entry);
    if (has === undefined) {
      if (required) throw new ArchiveProblem('blobMissing', { digest });
    } else if (has !== sizeBytes) throw new ArchiveProblem('sizeWrong', { digest, has, told: sizeBytes });
    else found.set(digest, { entry, sizeBytes });
  }
  return found;
}

/** Those that stand for themselves, each with what refers to it, and with what refers to that. */
function withReferrers(found: readonly Found[]): { image: Found; referrers: Found[] }[] {
  const bySubject = Map.groupBy(
    found.filter(({ line }) => line.name === undefined),
    subjectOf,
  );
  const taken = new Set<Found>();
  const named = found.filter(
    ({ line, gathered }) => line.name !== undefined || subjectOf({ gathered }) === '',
  );
  const all = named.map((image) => {
    const referrers: Found[] = [];
    const looked = new Set<Found>();
    const waiting = [image];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      for (const { digest } of at.gathered.manifests)
        for (const referrer of bySubject.get(digest) ?? []) {
          if (looked.has(referrer)) continue;
          looked.add(referrer);
          taken.add(referrer);
          referrers.push(referrer);
          waiting.push(referrer);
        }
    }
    return { image, referrers };
  });
  const alone = found.filter((each) => !named.includes(each) && !taken.has(each));
  return [...all, ...alone.map((image) => ({ image, referrers: [] }))];
}

function subjectOf({ gathered }: Pick<Found, 'gathered'>): string {
  return gathered.manifests.at(-1)?.parsed.subject ?? '';
}

function plan(
  { line, gathered, blobs }: Found,
  referrers: readonly Found[],
  to: string | undefined,
): PlannedImage {
  const name: ImageName | undefined = line.name === undefined ? undefined : parseImageName(line.name);
  if (name === undefined && to === undefined && subjectOf({ gathered }) !== '')
    throw new ArchiveProblem('subjectMissing', { digest: subjectOf({ gathered }) });
  const all = [gathered, ...referrers.map((each) => each.gathered)];
  return {
    name: shownName(line),
    to: placeImage(name, to),
    root: requireKnown(line.digest),
    manifests: all.flatMap(({ manifests }) =>
      manifests.map(({ digest, bytes, parsed }) => ({ digest, bytes, mediaType: parsed.mediaType })),
    ),
    blobs: new Map([...blobs, ...referrers.flatMap((each) => [...each.blobs])]),
  };
}

function shownName({ name, digest }: LayoutImage): string {
  return name ?? digest;
}

function leftOut(line: LayoutImage, problem: unknown): LeftImage {
  if (problem instanceof ArchiveProblem && problem.code !== 'tooManyManifests')
    return { name: shownName(line), problem };
  throw problem;
}
