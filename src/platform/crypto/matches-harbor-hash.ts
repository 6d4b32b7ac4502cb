import { pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const pbkdf2Async = promisify(pbkdf2);

/** The hash that Harbor's newer releases make, and the one of its older ones; always of these rounds. */
const form = /^\$pbkdf2-(sha1|sha256)\$i=4096\$([\w+/]+)\$([\w+/]+)$/;
const rounds = 4096;

/**
 * A password as Harbor keeps it, in one text: `$pbkdf2-<password_version>$i=4096$<salt>$<hash>`, the bytes of the
 * column `salt` and those that the hex digits of `password` mean, both in base64 without padding.
 */
export function isHarborHash(text: string): boolean {
  return form.test(text);
}

/** Costs what a real one costs and matches nothing. */
export const noHarborHash = `$pbkdf2-sha256$i=4096$${'A'.repeat(43)}$${'A'.repeat(22)}`;

export async function matchesHarborHash(password: string, stored: string): Promise<boolean> {
  const [, digest = 'sha256', salt = '', tag = ''] = form.exec(stored) ?? [];
  const expected = Buffer.from(tag, 'base64');
  const made = await pbkdf2Async(password, Buffer.from(salt, 'base64'), rounds, expected.length, digest);
  return timingSafeEqual(made, expected);
}
