import { gzipSync } from 'node:zlib';
import { blockBytes, paddingOf, writeTarHeader } from '../../../lib/tar/tar-header.ts';

export type PackedFile = readonly [name: string, content: string | Uint8Array];

/** A tar of a few files. @param files names are ASCII */
export function packFiles(files: readonly PackedFile[]): Buffer {
  const entries = files.flatMap(([name, content]) => {
    const bytes = Buffer.from(content);
    return [writeTarHeader(name, bytes.length), bytes, Buffer.alloc(paddingOf(bytes.length))];
  });
  return Buffer.concat([...entries, Buffer.alloc(2 * blockBytes)]);
}

/** By gzip, without compressing: what compressors make of the same bytes differs between their versions. */
export function zipped(bytes: Uint8Array): Buffer {
  return gzipSync(bytes, { level: 0 });
}
