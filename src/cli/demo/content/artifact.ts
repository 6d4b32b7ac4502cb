import { digestOfBytes, type LayerFile, packLayer } from '../../../archives.ts';
import { mediaTypes } from '../../../lib/oci/media-types.ts';

export interface Blob {
  readonly digest: string;
  readonly bytes: Uint8Array;
}

/** A blob as a manifest speaks of it. */
export interface Part extends Blob {
  readonly mediaType: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A manifest with all that has to be there before it, and what refers to it. */
export interface Artifact {
  readonly mediaType: string;
  readonly digest: string;
  readonly bytes: Uint8Array;
  readonly blobs: readonly Blob[];
  readonly children: readonly Artifact[];
  readonly about: readonly Artifact[];
}

/** Every manifest of the demo data has it: what has not was pushed by somebody else. */
export const demoAnnotation = 'berth.demo';

export function partOf(mediaType: string, content: string | Uint8Array, name?: string): Part {
  const bytes = Buffer.from(content);
  const annotations = name === undefined ? {} : { annotations: { 'org.opencontainers.image.title': name } };
  return { mediaType, digest: digestOfBytes(bytes), bytes, ...annotations };
}

export function jsonPart(mediaType: string, json: unknown): Part {
  return partOf(mediaType, JSON.stringify(json));
}

function descriptorOf({
  mediaType,
  digest,
  bytes,
  annotations,
}: Part | (Artifact & { annotations?: never })) {
  return {
    mediaType,
    digest,
    size: bytes.length,
    ...(annotations === undefined ? {} : { annotations }),
  };
}

/** Made of parts; `more` are further fields of the manifest. */
export function artifactOf(of: {
  readonly config: Part;
  readonly layers: readonly Part[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly more?: object;
}): Artifact {
  const { config, layers, annotations = {}, more = {} } = of;
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    ...more,
    config: descriptorOf(config),
    layers: layers.map(descriptorOf),
    annotations: { ...annotations, [demoAnnotation]: 'sample' },
  };
  return {
    ...jsonPart(mediaTypes.ociManifest, manifest),
    blobs: [config, ...layers],
    children: [],
    about: [],
  };
}

export interface Layer extends Part {
  readonly diffId: string;
  /** The instruction that made it. */
  readonly by: string;
}

export function layerOf(by: string, files: readonly LayerFile[]): Layer {
  const { bytes, diffId } = packLayer(files);
  return { ...partOf('application/vnd.oci.image.layer.v1.tar+gzip', bytes), diffId, by };
}

export interface ImageInput {
  readonly architecture?: string;
  readonly created: string;
  readonly version: string;
  readonly title: string;
  readonly layers: readonly Layer[];
  readonly port?: number;
  readonly entry: readonly string[];
}

/** What an image says of itself (image-spec, "Annotations"). */
export function annotationsOf(
  title: string,
  version: string,
  created: string,
): Readonly<Record<string, string>> {
  return {
    'org.opencontainers.image.title': title,
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.created': created,
    'org.opencontainers.image.source': `https://git.demo.example/shop/${title}`,
    'org.opencontainers.image.licenses': 'Apache-2.0',
  };
}

/** An image as builders make it. */
export function imageOf(input: ImageInput): Artifact {
  const { architecture = 'amd64', created, version, title, layers, port, entry } = input;
  const labels = annotationsOf(title, version, created);
  const config = jsonPart('application/vnd.oci.image.config.v1+json', {
    created,
    architecture,
    os: 'linux',
    config: {
      User: '1000:1000',
      Env: ['PATH=/usr/local/bin:/usr/bin:/bin', `APP_VERSION=${version}`],
      Entrypoint: entry,
      WorkingDir: '/srv/app',
      ...(port === undefined ? {} : { ExposedPorts: { [`${port}/tcp`]: {} } }),
      Labels: labels,
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: [
      ...layers.map(({ by }) => ({ created, created_by: by })),
      { created, created_by: `ENTRYPOINT ${JSON.stringify(entry)}`, empty_layer: true },
    ],
  });
  return artifactOf({ config, layers, annotations: labels });
}

/** One tag for several platforms. */
export function indexOf(
  children: readonly (readonly [architecture: string, Artifact])[],
  annotations: Readonly<Record<string, string>>,
): Artifact {
  const index = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociIndex,
    manifests: children.map(([architecture, child]) => ({
      mediaType: child.mediaType,
      digest: child.digest,
      size: child.bytes.length,
      platform: { os: 'linux', architecture },
    })),
    annotations: { ...annotations, [demoAnnotation]: 'sample' },
  };
  const all = children.map(([, child]) => child);
  return { ...jsonPart(mediaTypes.ociIndex, index), blobs: [], children: all, about: [] };
}

const empty = partOf(mediaTypes.ociEmpty, '{}');

/** What refers to another artifact: a signature, an SBOM, a statement about its build. */
export function aboutOf(
  subject: Artifact,
  of: {
    readonly artifactType: string;
    readonly layer: Part;
    readonly config?: Part;
    readonly created: string;
  },
): Artifact {
  const { artifactType, layer, config = empty, created } = of;
  const { mediaType, digest, bytes } = subject;
  return artifactOf({
    config,
    layers: [layer],
    annotations: { 'org.opencontainers.image.created': created },
    more: { artifactType, subject: { mediaType, digest, size: bytes.length } },
  });
}

/** Bytes of a program or a model that nobody has to run; the same each time. */
export function noise(seed: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = Math.imul(seed, 2_654_435_761) | 1;
  for (let at = 0; at < length; at += 1) {
    // Xorshift, by Marsaglia.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = state & 0xff;
  }
  return bytes;
}
