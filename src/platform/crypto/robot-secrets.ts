import { createHmac, pbkdf2, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { Passwords } from './password.ts';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** 190 bits: nobody tries them through, however fast one try is. */
const secretLength = 32;
const saltBytes = 16;

const pbkdf2Async = promisify(pbkdf2);

/**
 * Secrets of robots. One that was generated here is kept by a fast hash: it cannot be guessed, and build machines sign
 * in thousands of times a day. One that a person has chosen is kept like a password. Harbor's hashes are verified too.
 */
export class RobotSecrets {
  readonly #passwords: Pick<Passwords, 'hash' | 'verify'>;

  constructor(passwords: Pick<Passwords, 'hash' | 'verify'>) {
    this.#passwords = passwords;
  }

  /** With its hash: `$hmac-sha256$salt$tag`. */
  generate(): { readonly secret: string; readonly hash: string } {
    const secret = generateSecret();
    const salt = randomBytes(saltBytes);
    return { secret, hash: `$hmac-sha256$${base64(salt)}$${base64(tagOf(secret, salt))}` };
  }

  hashOfChosen(secret: string): Promise<string> {
    return this.#passwords.hash(secret);
  }

  /**
   * A wrong secret takes as long as a wrong password of somebody who does not exist, whatever the hash is: how long it
   * takes must not tell which robots there are.
   * @throws AppError TOO_MANY_REQUESTS
   */
  async verify(secret: string, hash: string): Promise<boolean> {
    const fast = parseFast(hash);
    const harbor = fast === undefined ? parseHarbor(hash) : undefined;
    if (fast === undefined && harbor === undefined) return this.#passwords.verify(secret, hash);
    const right =
      fast === undefined
        ? harbor !== undefined && (await matchesHarbor(secret, harbor))
        : timingSafeEqual(tagOf(secret, fast.salt), fast.tag);
    return right || this.#passwords.verify(secret, undefined);
  }
}

/** Of each kind that a secret has to have, as one that a person has chosen. */
function generateSecret(): string {
  for (;;) {
    const secret = Array.from({ length: secretLength }, () => letters[randomInt(letters.length)]).join('');
    if (/[a-z]/.test(secret) && /[A-Z]/.test(secret) && /\d/.test(secret)) return secret;
  }
}

function tagOf(secret: string, salt: Buffer): Buffer {
  return createHmac('sha256', salt).update(secret).digest();
}

interface Parsed {
  readonly salt: Buffer;
  readonly tag: Buffer;
}

function parseFast(hash: string): Parsed | undefined {
  return parse(/^\$hmac-sha256\$([\w+/]+)\$([\w+/]{43})$/.exec(hash));
}

/** Both parts in base64: Harbor's salt, which is a text, as its bytes, and Harbor's hex digits as what they mean. */
function parseHarbor(hash: string): Parsed | undefined {
  return parse(/^\$harbor-sha256\$([\w+/]*)\$([\w+/]{22})$/.exec(hash));
}

function parse(match: RegExpExecArray | null): Parsed | undefined {
  if (match === null) return undefined;
  const [, salt = '', tag = ''] = match;
  return { salt: Buffer.from(salt, 'base64'), tag: Buffer.from(tag, 'base64') };
}

/** harbor `src/common/utils/encrypt.go`: PBKDF2 with HMAC-SHA256, 4096 rounds, 16 bytes. */
async function matchesHarbor(secret: string, { salt, tag }: Parsed): Promise<boolean> {
  return timingSafeEqual(await pbkdf2Async(secret, salt, 4096, 16, 'sha256'), tag);
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
