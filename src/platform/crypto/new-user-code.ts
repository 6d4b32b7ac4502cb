import { randomInt } from 'node:crypto';

/** RFC 8628 §6.1: no vowels, so that no words come about, and nothing that looks like a digit. */
const letters = 'BCDFGHJKLMNPQRSTVWXZ';
const length = 8;
const form = new RegExp(`^[${letters}]{${length}}$`);

/** 34 bits, in letters that a person types: `WDJBMJHT`. */
export function newUserCode(): string {
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join('');
}

/** As it is shown: `WDJB-MJHT`. */
export function shownUserCode(code: string): string {
  return `${code.slice(0, length / 2)}-${code.slice(length / 2)}`;
}

/** However a person writes it; undefined for what can be none. */
export function parseUserCode(text: string): string | undefined {
  const code = text.slice(0, 50).replace(/[\s-]/g, '').toUpperCase();
  return form.test(code) ? code : undefined;
}
