import { RunningDigest } from '../../platform/crypto/running-digest.ts';

/** An index of PostgreSQL takes 2,704 bytes. Names that Berth gives are far shorter. */
const longestBytes = 2000;
const shownBytes = 1000;

/** By which a stray is listed: one that is longer by its beginning and what tells it from others. */
export function listedKey(key: string): string {
  const bytes = Buffer.from(key);
  if (bytes.length <= longestBytes) return key;
  const digest = new RunningDigest();
  digest.update(bytes);
  const shown = new TextDecoder().decode(bytes.subarray(0, shownBytes), { stream: true });
  return `${shown}… sha256:${digest.hex()}`;
}
