import { ArchiveProblem } from '../../lib/archive-problem.ts';
import type { Digest } from '../../lib/oci/digest.ts';
import { mediaTypes } from '../../lib/oci/media-types.ts';
import { blockBytes, paddingOf, writeTarHeader } from '../../lib/tar/tar-header.ts';
import { type DockerLine, dockerManifestOf, platformsOf } from './docker-manifest-of.ts';
import { type Gathered, gatherManifests, ManifestBudget } from './gather-manifests.ts';
import { dockerManifest } from './parse-docker-manifest.ts';
import { type ImageName, parseReference } from './parse-image-name.ts';
import { fullNameKey, layoutIndex, refNameKey } from './parse-layout-index.ts';
import { blobEntry } from './plan-layout.ts';
import type { Registry } from './registry.ts';
import { requireKnown, requireSame, sha256Of, startHash } from './require-digest-of.ts';

export interface ExportOptions {
  /** `team/app:v1` or `team/app@sha256:…`; without both `latest` is meant. */
  readonly references: readonly string[];
  /** What the names in the archive begin with: the registry as its clients write it. */
  readonly host: string;
  /** `linux/arm64`: of an index only that; undefined: all. */
  readonly platform: string | undefined;
  /** With what refers to the images, such as signatures. */
  readonly referrers: boolean;
  /** Of which platform Docker gets an image from an index. */
  readonly architecture: string;
  readonly onProgress: (progress: { readonly bytes: number; readonly totalBytes: number }) => void;
  /** Puts the archive where it belongs, whole or not at all. */
  readonly write: (pieces: AsyncIterable<Uint8Array>) => Promise<void>;
}

export interface ExportReport {
  readonly images: readonly { readonly name: string; readonly digest: string }[];
  readonly manifests: number;
  readonly blobs: number;
  /** Of the archive. */
  readonly bytes: number;
}

/** A line of the layout's index. */
interface IndexLine {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface Blob {
  readonly repository: string;
  readonly sizeBytes: number;
}

/** What goes into the archive. */
interface Content {
  readonly names: { readonly name: string; readonly digest: string }[];
  readonly lines: IndexLine[];
  readonly docker: DockerLine[];
  readonly manifests: Map<Digest, Uint8Array>;
  readonly blobs: Map<Digest, Blob>;
}

interface Source {
  readonly registry: Registry;
  readonly repository: string;
  readonly budget: ManifestBudget;
}

/**
 * Writes images into an archive that is an OCI layout, and an archive of Docker's as far as Docker could run them. The
 * manifests are read first, so that the small documents come first and the blobs stream behind them.
 * @throws ArchiveProblem
 */
export async function exportImages(registry: Registry, options: ExportOptions): Promise<ExportReport> {
  const content: Content = { names: [], lines: [], docker: [], manifests: new Map(), blobs: new Map() };
  const budget = new ManifestBudget();
  for (const reference of options.references) {
    const name = parseReference(reference);
    await addImage({ registry, repository: name.repository, budget }, content, name, options);
  }
  const documents = documentsOf(content);
  const sizes: (readonly [name: string, sizeBytes: number])[] = [
    ...documents.map(([name, bytes]) => [name, bytes.length] as const),
    ...[...content.blobs].map(([digest, { sizeBytes }]) => [blobEntry(digest), sizeBytes] as const),
  ];
  const totalBytes = sizes.reduce(
    (sum, [name, size]) => sum + writeTarHeader(name, size).length + size + paddingOf(size),
    2 * blockBytes,
  );
  let bytes = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of archiveOf(registry, documents, content.blobs)) {
      bytes += piece.length;
      options.onProgress({ bytes, totalBytes });
      yield piece;
    }
  };
  await options.write(counted());
  return { images: content.names, manifests: content.manifests.size, blobs: content.blobs.size, bytes };
}

async function addImage(
  source: Source,
  content: Content,
  name: ImageName,
  options: ExportOptions,
): Promise<void> {
  const { registry, repository, budget } = source;
  const tag = name.digest === undefined ? (name.tag ?? 'latest') : undefined;
  const { bytes, mediaType } = await registry.getManifest(repository, name.digest ?? tag ?? '');
  const digest = name.digest === undefined ? sha256Of(bytes) : requireKnown(name.digest);
  const whole = await gather(source, { digest, mediaType, bytes });
  const gathered =
    options.platform === undefined ? whole : await gather(source, platformOf(whole, options.platform));
  const root = gathered.manifests.at(-1);
  if (root === undefined) throw new ArchiveProblem('blobMissing', { digest });
  const full = `${options.host}/${repository}${tag === undefined ? `@${root.digest}` : `:${tag}`}`;
  content.names.push({ name: full, digest: root.digest });
  const annotations = { [fullNameKey]: full, ...(tag === undefined ? {} : { [refNameKey]: tag }) };
  content.lines.push({
    mediaType: root.parsed.mediaType,
    digest: root.digest,
    size: root.bytes.length,
    annotations,
  });
  const line = dockerManifestOf(root.digest, gathered.manifests, {
    name: tag === undefined ? undefined : full,
    architecture: options.architecture,
  });
  if (line !== undefined) content.docker.push(line);
  await take(source, content, gathered);
  if (options.referrers) await addReferrers({ registry, repository, budget }, content, gathered);
}

function gather(
  { registry, repository, budget }: Source,
  root: { readonly digest: string; readonly mediaType: string; readonly bytes?: Uint8Array },
): Promise<Gathered> {
  return gatherManifests(
    { digest: root.digest, mediaType: root.mediaType, sizeBytes: root.bytes?.length },
    async ({ digest }) =>
      digest === root.digest && root.bytes !== undefined
        ? root.bytes
        : (await registry.getManifest(repository, digest)).bytes,
    budget,
  );
}

/** @throws ArchiveProblem platformMissing */
function platformOf({ manifests }: Gathered, wanted: string): { digest: string; mediaType: string } {
  const root = manifests.at(-1);
  const platforms = root?.parsed.shape === 'index' ? platformsOf(root) : [];
  const found = platforms.find(({ os, architecture, variant }) =>
    [`${os}/${architecture}`, `${os}/${architecture}/${variant}`].includes(wanted),
  );
  const child = manifests.find(({ digest }) => digest === found?.digest);
  if (child !== undefined) return { digest: child.digest, mediaType: child.parsed.mediaType };
  const there = platforms.map(({ os, architecture }) => `${os}/${architecture}`).join(' ');
  throw new ArchiveProblem('platformMissing', { platform: wanted, there: there === '' ? '-' : there });
}

async function take({ registry, repository }: Source, content: Content, gathered: Gathered): Promise<void> {
  for (const { digest, bytes } of gathered.manifests) content.manifests.set(digest, bytes);
  for (const [digest, { sizeBytes, required }] of gathered.blobs) {
    if (content.blobs.has(digest)) continue;
    // What stays with its vendor may be here all the same.
    if (required || (await registry.hasBlob(repository, digest)))
      content.blobs.set(digest, { repository, sizeBytes });
  }
}

/** Also what refers to those. */
async function addReferrers(source: Source, content: Content, { manifests }: Gathered): Promise<void> {
  const waiting = manifests.map(({ digest }) => digest);
  for (let subject = waiting.pop(); subject !== undefined; subject = waiting.pop())
    for (const { digest, size, mediaType, artifactType } of await source.registry.listReferrers(
      source.repository,
      subject,
    )) {
      if (content.manifests.has(requireKnown(digest))) continue;
      const gathered = await gather(source, { digest, mediaType });
      content.lines.push({
        mediaType,
        digest,
        size,
        ...(artifactType === undefined ? {} : { artifactType }),
      });
      await take(source, content, gathered);
      waiting.push(...gathered.manifests.map((each) => each.digest));
    }
}

function documentsOf({ lines, docker, manifests }: Content): (readonly [name: string, bytes: Uint8Array])[] {
  const json = (value: object): Uint8Array => Buffer.from(JSON.stringify(value));
  const index = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: lines };
  return [
    ['oci-layout', json({ imageLayoutVersion: '1.0.0' })],
    [layoutIndex, json(index)],
    ...(docker.length === 0 ? [] : [[dockerManifest, json(docker)] as const]),
    ...[...manifests].map(([digest, bytes]) => [blobEntry(digest), bytes] as const),
  ];
}

async function* archiveOf(
  registry: Registry,
  documents: readonly (readonly [name: string, bytes: Uint8Array])[],
  blobs: ReadonlyMap<Digest, Blob>,
): AsyncGenerator<Uint8Array> {
  for (const [name, bytes] of documents) {
    yield writeTarHeader(name, bytes.length);
    yield bytes;
    yield new Uint8Array(paddingOf(bytes.length));
  }
  for (const [digest, { repository, sizeBytes }] of blobs) {
    yield writeTarHeader(blobEntry(digest), sizeBytes);
    yield* verified(digest, sizeBytes, await registry.getBlob(repository, digest));
    yield new Uint8Array(paddingOf(sizeBytes));
  }
  yield new Uint8Array(2 * blockBytes);
}

/** @throws ArchiveProblem sizeWrong, digestWrong */
async function* verified(
  digest: Digest,
  sizeBytes: number,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const hash = startHash(digest);
  let has = 0;
  for await (const piece of bytes) {
    has += piece.length;
    if (has > sizeBytes) break;
    hash.update(piece);
    yield piece;
  }
  if (has !== sizeBytes) throw new ArchiveProblem('sizeWrong', { digest, has, told: sizeBytes });
  requireSame(digest, hash);
}
