import { createCipheriv, createHash } from 'node:crypto';

/** Content that looks random and is the same at every run: AES in counter mode, keyed with the seed. */
export function seededBytes(seed: string, length: number): Buffer {
  const key = createHash('sha256').update(seed).digest();
  const cipher = createCipheriv('aes-128-ctr', key.subarray(0, 16), key.subarray(16));
  return cipher.update(Buffer.alloc(length));
}

/** Chance that can be repeated. */
export class SeededChance {
  readonly #seed: string;
  #count = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    this.#count += 1;
    return seededBytes(`${this.#seed}/${this.#count}`, 4).readUInt32BE() % limit;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  text(alphabet: string, length: number): string {
    return Array.from({ length }, () => alphabet[this.below(alphabet.length)]).join('');
  }
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

export function sha512Of(bytes: Uint8Array): string {
  return `sha512:${createHash('sha512').update(bytes).digest('hex')}`;
}

export const types = {
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociConfig: 'application/vnd.oci.image.config.v1+json',
  ociLayer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  zstdLayer: 'application/vnd.oci.image.layer.v1.tar+zstd',
  tarLayer: 'application/vnd.oci.image.layer.v1.tar',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  dockerLayer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  schema1: 'application/vnd.docker.distribution.manifest.v1+json',
  schema1Signed: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
} as const;

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: object;
  readonly annotations?: object;
}

export interface Manifest {
  readonly mediaType: string;
  readonly bytes: Buffer;
  readonly digest: string;
}

export interface Image {
  readonly config: Buffer;
  readonly layers: readonly Buffer[];
  readonly manifest: Manifest;
}

export function descriptorOf(mediaType: string, bytes: Uint8Array): Descriptor {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}

export function manifestOf(json: object, mediaType: string): Manifest {
  const bytes = Buffer.from(JSON.stringify(json));
  return { mediaType, bytes, digest: digestOf(bytes) };
}

export interface ImageInput {
  readonly seed: string;
  /** Sizes of the layers. */
  readonly layers?: readonly number[];
  readonly docker?: boolean;
  /** Further fields of the manifest. */
  readonly more?: object;
}

export function imageOf({ seed, layers: sizes = [1024], docker = false, more = {} }: ImageInput): Image {
  const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', seed }));
  const layers = sizes.map((size, index) => seededBytes(`${seed}/layer-${index}`, size));
  const mediaType = docker ? types.dockerManifest : types.ociManifest;
  const manifest = manifestOf(
    {
      schemaVersion: 2,
      mediaType,
      config: descriptorOf(docker ? types.dockerConfig : types.ociConfig, config),
      layers: layers.map((layer) => descriptorOf(docker ? types.dockerLayer : types.ociLayer, layer)),
      ...more,
    },
    mediaType,
  );
  return { config, layers, manifest };
}

export function indexOf(children: readonly Descriptor[], docker = false, more: object = {}): Manifest {
  const mediaType = docker ? types.dockerList : types.ociIndex;
  return manifestOf({ schemaVersion: 2, mediaType, manifests: children, ...more }, mediaType);
}

export function childOf(manifest: Manifest, more: object = {}): Descriptor {
  return { mediaType: manifest.mediaType, digest: manifest.digest, size: manifest.bytes.length, ...more };
}
