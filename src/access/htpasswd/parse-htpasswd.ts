import { isBcryptHash } from '../../platform/crypto/bcrypt.ts';
import { isUsername } from '../users/require-profile.ts';

export interface HtpasswdFile {
  /** Bcrypt hashes by name. */
  readonly entries: ReadonlyMap<string, string>;
  /** Numbers of the lines that give nobody access. */
  readonly skipped: readonly number[];
}

/** Apache's file of names and passwords, of which only bcrypt counts, as in Docker's registry. */
export function parseHtpasswd(text: string): HtpasswdFile {
  const entries = new Map<string, string>();
  const skipped: number[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const colon = line.indexOf(':');
    const [name, hash] = [line.slice(0, colon), line.slice(colon + 1)];
    if (colon > 0 && isUsername(name) && isBcryptHash(hash)) entries.set(name, hash);
    else skipped.push(index + 1);
  }
  return { entries, skipped };
}
