import { hash, randomBytes } from 'node:crypto';

/** Short names for texts that must not be kept themselves; of use only inside this process. */
export function createKeyedHash(): (text: string) => string {
  const key = randomBytes(32).toString('base64');
  return (text) => hash('sha256', key + text, 'base64');
}
