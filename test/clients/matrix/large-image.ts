import { createCipheriv, createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Descriptor, descriptorOf, digestOf, manifestOf, types } from '../../harness/image.ts';
import { tarHeaderOf } from '../../harness/image-files.ts';
import { layerMiB } from './results.ts';

/** An image of one large layer, a tar that nobody has compressed, in the form that its client reads. */
export interface LargeImage {
  /** A folder with an OCI layout in which the image is called `image`, or the file that `docker load` reads. */
  readonly path: string;
  readonly digest: string;
  readonly configDigest: string;
  readonly layerDigest: string;
  /** It takes much room on the disk: to be called as soon as the client has it. */
  remove(): void;
}

const mebibyte = 1024 * 1024;
const block = 512;

export function writeLargeImage(input: {
  readonly folder: string;
  readonly form: 'layout' | 'docker';
  readonly reference: string;
}): LargeImage {
  const { folder, form, reference } = input;
  const path = join(folder, form === 'layout' ? 'large' : 'large.tar');
  const written = form === 'layout' ? writeLayout(path) : writeDockerArchive(path, reference);
  return { path, ...written, remove: () => rmSync(path, { recursive: true }) };
}

type Written = Omit<LargeImage, 'path' | 'remove'>;

function configOf(layerDigest: string): Buffer {
  const rootfs = { type: 'layers', diff_ids: [layerDigest] };
  return Buffer.from(
    JSON.stringify({ architecture: 'amd64', os: 'linux', config: { Cmd: ['/none'] }, rootfs }),
  );
}

function describe(layerDigest: string): Written & { config: Buffer; manifest: Buffer } {
  const config = configOf(layerDigest);
  const layer: Descriptor = { mediaType: types.tarLayer, digest: layerDigest, size: layerBytes };
  const json = {
    schemaVersion: 2,
    mediaType: types.ociManifest,
    config: descriptorOf(types.ociConfig, config),
  };
  const manifest = manifestOf({ ...json, layers: [layer] }, types.ociManifest);
  return {
    config,
    manifest: manifest.bytes,
    digest: manifest.digest,
    configDigest: digestOf(config),
    layerDigest,
  };
}

function writeLayout(path: string): Written {
  const blobs = join(path, 'blobs', 'sha256');
  mkdirSync(blobs, { recursive: true });
  const part = join(blobs, 'part');
  const file = openSync(part, 'w');
  const layerDigest = writeLayer(file);
  closeSync(file);
  renameSync(part, join(blobs, layerDigest.slice('sha256:'.length)));
  const { config, manifest, ...written } = describe(layerDigest);
  for (const bytes of [config, manifest])
    writeFileSync(join(blobs, digestOf(bytes).slice('sha256:'.length)), bytes);
  const annotations = { 'org.opencontainers.image.ref.name': 'image' };
  const manifests = [{ ...descriptorOf(types.ociManifest, manifest), annotations }];
  writeFileSync(join(path, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  writeFileSync(join(path, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  return written;
}

function writeDockerArchive(path: string, reference: string): Written {
  const file = openSync(path, 'w');
  writeSync(file, tarHeaderOf('layer.tar', layerBytes));
  const layerDigest = writeLayer(file);
  const { config, manifest: _, ...written } = describe(layerDigest);
  const saved = [{ Config: 'config.json', RepoTags: [reference], Layers: ['layer.tar'] }];
  for (const [name, bytes] of [
    ['config.json', config],
    ['manifest.json', Buffer.from(JSON.stringify(saved))],
  ] as const) {
    writeSync(file, tarHeaderOf(name, bytes.length));
    writeSync(file, bytes);
    writeSync(file, Buffer.alloc((block - (bytes.length % block)) % block));
  }
  writeSync(file, Buffer.alloc(2 * block));
  closeSync(file);
  return written;
}

const layerBytes = block + layerMiB * mebibyte + 2 * block;

/** The tar of the layer: one file that looks random. Returns its digest. */
function writeLayer(file: number): string {
  const hash = createHash('sha256');
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 'large'), Buffer.alloc(16));
  const zeros = Buffer.alloc(4 * mebibyte);
  const put = (bytes: Buffer): void => {
    hash.update(bytes);
    writeSync(file, bytes);
  };
  put(tarHeaderOf('large', layerMiB * mebibyte));
  for (let left = layerMiB * mebibyte; left > 0; left -= zeros.length)
    put(cipher.update(zeros.subarray(0, Math.min(left, zeros.length))));
  put(Buffer.alloc(2 * block));
  return `sha256:${hash.digest('hex')}`;
}
