import { randomInt } from 'node:crypto';

/** Without letters and digits that are taken for each other. */
const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** `KQ7F-92MX-VD4P-83TN`: 80 bits that can be read out and typed. */
export function generatePassword(): string {
  const group = (): string => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('');
  return [group(), group(), group(), group()].join('-');
}
