import { ArchiveProblem } from '../../lib/archive-problem.ts';
import { type Digest, parseDigest } from '../../lib/oci/digest.ts';
import { mediaTypes } from '../../lib/oci/media-types.ts';
import { RunningDigest } from '../../platform/crypto/running-digest.ts';
import {
  type DockerImage,
  dockerManifest,
  parseDiffIds,
  parseDockerManifest,
} from './parse-docker-manifest.ts';
import { type ImageName, parseImageName } from './parse-image-name.ts';
import { layoutIndex } from './parse-layout-index.ts';
import { placeImage } from './place-image.ts';
import { planLayout } from './plan-layout.ts';
import type { LeftImage, Plan, PlannedBlob, PlannedImage } from './planned-image.ts';
import { sha256Of } from './require-digest-of.ts';
import type { Archive } from './tar/archive.ts';

/** A layer in the archive, with what a registry calls it. */
interface Layer extends PlannedBlob {
  readonly digest: Digest;
  readonly mediaType: string;
}

const configType = 'application/vnd.docker.container.image.v1+json';
const layerType = 'application/vnd.docker.image.rootfs.diff.tar';
const compressions: readonly (readonly [ending: string, magic: readonly number[]])[] = [
  ['.gzip', [0x1f, 0x8b]],
  ['.zstd', [0x28, 0xb5, 0x2f, 0xfd]],
];

/**
 * The images of what `docker save` wrote. Since Docker 25 that is an OCI layout as well, which knows the manifests that
 * were pulled; of an image whose other platforms were not saved, only `manifest.json` knows enough. Layers stay as they
 * are, so that their digests are those that the image's configuration tells.
 * @throws ArchiveProblem
 */
export async function planDockerArchive(
  archive: Archive,
  to: string | undefined,
  path: string,
): Promise<Plan> {
  const isLayout = (await archive.sizeOf(layoutIndex)) !== undefined;
  const bytes = await archive.read(dockerManifest);
  if (bytes === undefined && !isLayout) throw new ArchiveProblem('notDockerArchive', { path });
  const layout = isLayout ? await planLayout(archive, to, path) : undefined;
  if (layout !== undefined && (layout.left.length === 0 || bytes === undefined)) return layout;
  const lines = bytes === undefined ? [] : parseDockerManifest(bytes);
  if (lines.length === 0) throw new ArchiveProblem('nothingInside', { path });
  const digests = await digestsOfNameless(archive, lines);
  const plans = await Promise.all(lines.map((line) => planLine(archive, line, { to, digests })));
  const plan = { images: plans.flatMap(({ images }) => images), left: plans.flatMap(({ left }) => left) };
  return layout === undefined ? plan : replaceLeft(layout, plan);
}

/** What the layout lacks a part of, from the other list. */
function replaceLeft(layout: Plan, plan: Plan): Plan {
  const same = (a: string, b: string): boolean => keyOf(a) === keyOf(b);
  const instead = plan.images.filter(({ name }) => layout.left.some((each) => same(each.name, name)));
  const left = layout.left.filter(({ name }) => !instead.some((each) => same(each.name, name)));
  return { images: [...layout.images, ...instead], left };
}

function keyOf(name: string): string {
  const { repository = '', tag = '' } = readName(name) ?? {};
  return repository === '' ? name : `${repository}:${tag}`;
}

function readName(name: string): ImageName | undefined {
  try {
    return parseImageName(name);
  } catch (error) {
    if (error instanceof ArchiveProblem) return undefined;
    throw error;
  }
}

async function planLine(
  archive: Archive,
  line: DockerImage,
  { to, digests }: { readonly to: string | undefined; readonly digests: ReadonlyMap<string, Digest> },
): Promise<Plan> {
  const names = line.names.length === 0 ? [undefined] : line.names;
  const images: PlannedImage[] = [];
  const left: LeftImage[] = [];
  for (const name of names) {
    const shown = name ?? line.config;
    try {
      const destination = placeImage(name === undefined ? undefined : parseImageName(name), to);
      images.push({ name: shown, to: destination, ...(await planImage(archive, line, digests)) });
    } catch (problem) {
      if (!(problem instanceof ArchiveProblem)) throw problem;
      left.push({ name: shown, problem });
    }
  }
  return { images, left };
}

async function planImage(
  archive: Archive,
  { config, layers }: DockerImage,
  digests: ReadonlyMap<string, Digest>,
): Promise<Pick<PlannedImage, 'root' | 'manifests' | 'blobs'>> {
  const bytes = await archive.read(config);
  if (bytes === undefined) throw new ArchiveProblem('blobMissing', { digest: config });
  const diffIds = parseDiffIds(bytes, config);
  if (diffIds.length !== layers.length)
    throw new ArchiveProblem('layersDiffer', { config: diffIds.length, archive: layers.length });
  const configDigest = sha256Of(bytes);
  const named = digestInName(config);
  if (named !== undefined && named !== configDigest)
    throw new ArchiveProblem('digestWrong', { digest: named });
  const found: Layer[] = [];
  for (const [index, entry] of layers.entries())
    found.push(await findLayer(archive, entry, digests.get(entry) ?? diffIds[index]));
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.dockerManifest,
      config: { mediaType: configType, size: bytes.length, digest: configDigest },
      layers: found.map(({ mediaType, sizeBytes, digest }) => ({ mediaType, size: sizeBytes, digest })),
    }),
  );
  const root = sha256Of(manifest);
  const blobs = new Map<Digest, PlannedBlob>(
    found.map(({ digest, entry, sizeBytes }) => [digest, { entry, sizeBytes }]),
  );
  blobs.set(configDigest, { entry: config, sizeBytes: bytes.length });
  return {
    root,
    manifests: [{ digest: root, bytes: manifest, mediaType: mediaTypes.dockerManifest }],
    blobs,
  };
}

async function findLayer(archive: Archive, entry: string, digest: Digest | undefined): Promise<Layer> {
  const sizeBytes = await archive.sizeOf(entry);
  if (sizeBytes === undefined || digest === undefined)
    throw new ArchiveProblem('blobMissing', { digest: entry });
  const ending = compressionOf(await archive.beginningOf(entry)) ?? '';
  return { entry, sizeBytes, digest, mediaType: `${layerType}${ending}` };
}

/** Of compressed layers, about which the configuration says nothing; all in one pass. */
async function digestsOfNameless(
  archive: Archive,
  lines: readonly DockerImage[],
): Promise<Map<string, Digest>> {
  const digests = new Map<string, Digest>();
  const unknown = new Set<string>();
  for (const entry of new Set(lines.flatMap(({ layers }) => layers))) {
    if (compressionOf(await archive.beginningOf(entry)) === undefined) continue;
    const named = digestInName(entry);
    if (named === undefined) unknown.add(entry);
    else digests.set(entry, named);
  }
  await archive.visit(unknown, async (entry, _sizeBytes, bytes) => {
    const hash = new RunningDigest();
    for await (const piece of bytes) hash.update(piece);
    digests.set(entry, `sha256:${hash.hex()}` as Digest);
  });
  return digests;
}

function compressionOf(beginning: Uint8Array): string | undefined {
  return compressions.find(([, magic]) => magic.every((byte, index) => beginning[index] === byte))?.[0];
}

/** `<hex>.json` and `blobs/sha256/<hex>` are called by their digest. */
function digestInName(entry: string): Digest | undefined {
  const [, hex] = /^(?:blobs\/sha256\/)?([0-9a-f]{64})(?:\.json|\.tar\.gz)?$/.exec(entry) ?? [];
  return hex === undefined ? undefined : parseDigest(`sha256:${hex}`);
}
