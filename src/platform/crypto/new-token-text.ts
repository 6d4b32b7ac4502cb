import { createHash, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';

const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 238 bits: nobody tries them through. */
const secretLength = 40;
const checkLength = 6;

/** By which tools that look for secrets know one, and we what is none of ours. */
const prefix = 'brt_';
const form = new RegExp(`^${prefix}([0-9A-Za-z]{${secretLength}})([0-9A-Za-z]{${checkLength}})$`);

/** `brt_`, 40 random letters and digits, 6 that check them. */
export function newTokenText(): string {
  const secret = Array.from({ length: secretLength }, () => letters[randomInt(letters.length)]).join('');
  return `${prefix}${secret}${checkOf(secret)}`;
}

/** Whether a text can be a token: a mistyped or cut one is known without asking the database. */
export function isTokenText(text: string): boolean {
  const [, secret, check] = form.exec(text) ?? [];
  return secret !== undefined && checkOf(secret) === check;
}

/** A fast hash is enough for what cannot be guessed, and one without salt finds its row. */
export function tokenHash(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** CRC-32 in base 62. */
function checkOf(secret: string): string {
  let rest = crc32(secret);
  let text = '';
  for (let at = 0; at < checkLength; at++) {
    text = `${letters[rest % letters.length] ?? ''}${text}`;
    rest = Math.floor(rest / letters.length);
  }
  return text;
}
