import { createGunzip } from 'node:zlib';

/** Content of a gzip layer, or of a plain one; it ends after so many bytes, whatever the layer unpacks to. */
export async function* unpacked(bytes: Uint8Array, maxBytes: number): AsyncGenerator<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    yield bytes.subarray(0, maxBytes);
    return;
  }
  const gunzip = createGunzip();
  gunzip.end(bytes);
  let count = 0;
  for await (const chunk of gunzip as AsyncIterable<Uint8Array>) {
    count += chunk.length;
    if (count > maxBytes) return;
    yield chunk;
  }
}
