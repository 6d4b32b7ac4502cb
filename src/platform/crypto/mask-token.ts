import { randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * A secret in a new form each time, so that a compressed answer tells nothing of it (BREACH): a one-time pad, then the
 * secret under it.
 */
export function maskToken(secret: string): string {
  const plain = Buffer.from(secret);
  const pad = randomBytes(plain.length);
  return Buffer.concat([pad, xor(plain, pad)]).toString('base64');
}

/** Whether a masked form, in either alphabet of base64, is of that secret; takes as long for every wrong one. */
export function isMaskOf(secret: string, masked: string): boolean {
  const plain = Buffer.from(secret);
  const bytes = Buffer.from(masked, 'base64');
  if (bytes.length !== 2 * plain.length) return false;
  return timingSafeEqual(xor(bytes.subarray(plain.length), bytes.subarray(0, plain.length)), plain);
}

function xor(a: Uint8Array, b: Uint8Array): Buffer {
  return Buffer.from(a.map((byte, index) => byte ^ (b[index] ?? 0)));
}
