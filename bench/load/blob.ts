import { createCipheriv, createHash } from 'node:crypto';

export const KiB = 1024;
export const MiB = 1024 * KiB;
export const GiB = 1024 * MiB;

export const mediaTypes = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;

export interface Blob {
  readonly digest: string;
  readonly size: number;
  readonly chunks: readonly Buffer[];
}

export interface Image {
  readonly layers: readonly Blob[];
  readonly config: Blob;
  readonly manifest: Blob;
}

/** Bytes that no disk or network can compress, the same for the same seed. */
function noise(seed: string, length: number): Buffer {
  const key = createHash('sha256').update(seed).digest().subarray(0, 16);
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length));
}

export const filling = noise('fill', MiB);

/** The same seed gives the same digest on every server. Cheap to make: 64 bytes of its own, then one shared buffer. */
export function makeBlob(seed: string, size: number): Blob {
  const chunks = [noise(`head${seed}`, Math.min(64, size))];
  for (let left = size - 64; left > 0; left -= filling.length)
    chunks.push(left < filling.length ? filling.subarray(0, left) : filling);
  return blobOf(chunks);
}

export function blobOf(chunks: readonly Buffer[]): Blob {
  const hash = createHash('sha256');
  let size = 0;
  for (const chunk of chunks) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { digest: `sha256:${hash.digest('hex')}`, size, chunks };
}

export function jsonBlob(content: object): Blob {
  return blobOf([Buffer.from(JSON.stringify(content))]);
}

export function manifestOf(config: Blob, layers: readonly Blob[]): Blob {
  const descriptor = (mediaType: string, { digest, size }: Blob): object => ({ mediaType, digest, size });
  return jsonBlob({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: descriptor(mediaTypes.config, config),
    layers: layers.map((layer) => descriptor(mediaTypes.layer, layer)),
  });
}

/** Ten layers of 100 KiB. */
export function makeImage(seed: string): Image {
  const layers = Array.from({ length: 10 }, (_, index) => makeBlob(`${seed}/l${index}`, 100 * KiB));
  const rootfs = { type: 'layers', diff_ids: layers.map((layer) => layer.digest) };
  const config = jsonBlob({ architecture: 'amd64', os: 'linux', config: {}, rootfs, seed });
  return { layers, config, manifest: manifestOf(config, layers) };
}

/** An index of nothing: a manifest that refers to no blob. */
export function makeIndex(id: string): Blob {
  return jsonBlob({ schemaVersion: 2, mediaType: mediaTypes.index, manifests: [], annotations: { id } });
}

let made = 0;

/** A name that no earlier push of this or another run had. */
export function unique(): string {
  made += 1;
  return `${process.pid}-${Date.now()}-${made}`;
}
