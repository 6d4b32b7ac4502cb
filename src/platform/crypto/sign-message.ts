import { createHmac, randomBytes } from 'node:crypto';

const prefix = 'whsec_';

/** A secret in the form of Standard Webhooks. */
export function newSigningSecret(): string {
  return prefix + randomBytes(32).toString('base64');
}

/**
 * The signature of Standard Webhooks: HMAC-SHA256 with the bytes of a `whsec_…` secret, or with the text of any other.
 * @param message `id.timestamp.body`
 */
export function signMessage(secret: string, message: string): string {
  const key = secret.startsWith(prefix) ? Buffer.from(secret.slice(prefix.length), 'base64') : secret;
  return `v1,${createHmac('sha256', key).update(message).digest('base64')}`;
}
