import { type Descriptor, type Image, type Manifest, types } from './image.ts';
import { tarHeaderOf } from './image-files.ts';

export interface Entry {
  readonly name: string;
  readonly body?: Buffer;
  /** One character; default: a file. */
  readonly type?: string;
  readonly link?: string;
  /** What the head says, when it is not the truth. */
  readonly size?: number;
}

/** A tar of whatever is asked for, right or wrong. */
export function tarOfEntries(entries: readonly Entry[], { end = true } = {}): Buffer {
  const parts = entries.flatMap(({ name, body = Buffer.alloc(0), type = '0', link = '', size }) => {
    const head = tarHeaderOf(name, size ?? body.length);
    head.write(type, 156, 'latin1');
    head.write(link, 157, 'latin1');
    sumUp(head);
    return [head, body, Buffer.alloc((512 - (body.length % 512)) % 512)];
  });
  return Buffer.concat([...parts, Buffer.alloc(end ? 1024 : 0)]);
}

export function sumUp(head: Buffer): void {
  head.write(' '.repeat(8), 148, 'latin1');
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}

export function blobEntry(digest: string, body: Buffer): Entry {
  return { name: `blobs/${digest.replace(':', '/')}`, body };
}

export function entriesOf({ config, layers, manifest }: Image, digestOf: (bytes: Buffer) => string): Entry[] {
  return [config, ...layers, manifest.bytes].map((bytes) => blobEntry(digestOf(bytes), bytes));
}

export function named(manifest: Manifest, name?: string): Descriptor {
  const of = { mediaType: manifest.mediaType, digest: manifest.digest, size: manifest.bytes.length };
  return name === undefined ? of : { ...of, annotations: { 'org.opencontainers.image.ref.name': name } };
}

export function layoutEntries(lines: readonly object[]): Entry[] {
  const index = { schemaVersion: 2, mediaType: types.ociIndex, manifests: lines };
  return [
    { name: 'oci-layout', body: Buffer.from('{"imageLayoutVersion":"1.0.0"}') },
    { name: 'index.json', body: Buffer.from(JSON.stringify(index)) },
  ];
}
