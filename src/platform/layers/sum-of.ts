import { RunningDigest } from '../crypto/running-digest.ts';
import { sumBytes } from './layer-index.ts';
import type { TarReader } from './tar-reader.ts';

/** Of the content of the entry that was read last, which is put into `to` on the way. */
export async function sumOf(tar: TarReader, to?: Uint8Array): Promise<string> {
  const digest = new RunningDigest();
  let at = 0;
  await tar.content((part) => {
    digest.update(part);
    to?.set(part, at);
    at += part.length;
  });
  return digest.hex().slice(0, 2 * sumBytes);
}
