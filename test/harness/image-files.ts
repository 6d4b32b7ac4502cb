// An image of real layers in the three forms that clients read: an OCI layout, the same in one file, and what
// `docker save` writes.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { descriptorOf, digestOf, manifestOf, seededBytes, types } from './image.ts';

export interface ImageFiles {
  /** Folder of an OCI layout; the image is called `image` in it. */
  readonly layout: string;
  readonly ociArchive: string;
  readonly dockerArchive: string;
  readonly digest: string;
  /** The image's id in Docker's words. */
  readonly configDigest: string;
  /** Manifest, config and layers by their digests. */
  readonly blobs: ReadonlyMap<string, Buffer>;
  /** What a container would find: path and bytes. */
  readonly contents: ReadonlyMap<string, Buffer>;
}

export interface ImageFilesInput {
  readonly folder: string;
  readonly seed: string;
  /** Of the file in each layer. */
  readonly sizes?: readonly number[];
  /** The files of each layer, instead. */
  readonly files?: readonly ReadonlyMap<string, Buffer>[];
  /** How the image is called in the one-file forms: `host:port/project/repository:tag`. */
  readonly reference: string;
  readonly architecture?: string;
  readonly compression?: 'gzip' | 'zstd';
}

const fullNameOf = 'io.containerd.image.name';
const tagOf = 'org.opencontainers.image.ref.name';

export function writeImageFiles(input: ImageFilesInput): ImageFiles {
  const { folder, seed, sizes = [], reference, architecture = 'amd64', compression = 'gzip' } = input;
  const files =
    input.files ??
    sizes.map((size, index) => new Map([[`file-${index}`, seededBytes(`${seed}/${index}`, size)]]));
  const contents = new Map(files.flatMap((layer) => [...layer]));
  const tars = files.map((layer) => tarOf(layer));
  const layers = tars.map((tar) => (compression === 'zstd' ? zstdCompressSync(tar) : gzipSync(tar)));
  const config = Buffer.from(
    JSON.stringify({
      architecture,
      os: 'linux',
      config: { Cmd: ['/none'] },
      rootfs: { type: 'layers', diff_ids: tars.map((tar) => digestOf(tar)) },
    }),
  );
  const manifest = manifestOf(
    {
      schemaVersion: 2,
      mediaType: types.ociManifest,
      config: descriptorOf(types.ociConfig, config),
      layers: layers.map((layer) =>
        descriptorOf(compression === 'zstd' ? types.zstdLayer : types.ociLayer, layer),
      ),
    },
    types.ociManifest,
  );
  const blobs = new Map(
    [manifest.bytes, config, ...layers].map((bytes) => [digestOf(bytes), bytes] as const),
  );
  const named = { [tagOf]: 'image', [fullNameOf]: reference };
  const index = {
    schemaVersion: 2,
    manifests: [{ ...descriptorOf(types.ociManifest, manifest.bytes), annotations: named }],
  };
  const layoutFiles: [string, Buffer][] = [
    ['oci-layout', Buffer.from(JSON.stringify({ imageLayoutVersion: '1.0.0' }))],
    ['index.json', Buffer.from(JSON.stringify(index))],
    ...[...blobs].map(([digest, bytes]): [string, Buffer] => [`blobs/${digest.replace(':', '/')}`, bytes]),
  ];
  const saved = {
    Config: 'config.json',
    RepoTags: [reference],
    Layers: tars.map((_, at) => `layer-${at}.tar`),
  };
  const dockerFiles: [string, Buffer][] = [
    ['config.json', config],
    ...tars.map((tar, at): [string, Buffer] => [`layer-${at}.tar`, tar]),
    ['manifest.json', Buffer.from(JSON.stringify([saved]))],
  ];
  const base = join(folder, seed);
  for (const [path, bytes] of layoutFiles) writeBelow(join(base, 'layout'), path, bytes);
  writeBelow(base, 'oci.tar', tarOf(layoutFiles));
  writeBelow(base, 'docker.tar', tarOf(dockerFiles));
  return {
    layout: join(base, 'layout'),
    ociArchive: join(base, 'oci.tar'),
    dockerArchive: join(base, 'docker.tar'),
    digest: manifest.digest,
    configDigest: digestOf(config),
    blobs,
    contents,
  };
}

function writeBelow(folder: string, path: string, bytes: Buffer): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), bytes);
}

const block = 512;

/** POSIX ustar; the same files give the same bytes. */
export function tarOf(files: Iterable<readonly [string, Buffer]>): Buffer {
  const parts: Buffer[] = [];
  for (const [name, bytes] of files) {
    const padding = Buffer.alloc((block - (bytes.length % block)) % block);
    parts.push(tarHeaderOf(name, bytes.length), bytes, padding);
  }
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

/** Of a file in a tar; its bytes follow, filled up to whole blocks of 512, and two empty blocks end the tar. */
export function tarHeaderOf(name: string, size: number): Buffer {
  const header = Buffer.alloc(block);
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;
  const fields: readonly [number, string][] = [
    [0, name],
    [100, octal(0o644, 7)],
    [108, octal(0, 7)],
    [116, octal(0, 7)],
    [124, octal(size, 11)],
    [136, octal(0, 11)],
    // The sum counts its own field as blanks.
    [148, ' '.repeat(8)],
    [156, '0'],
    [257, 'ustar\0' + '00'],
  ];
  for (const [at, text] of fields) header.write(text, at, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)} `, 148, 'latin1');
  return header;
}
