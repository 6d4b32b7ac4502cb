/** Defaults of other products and the first guesses of everybody. */
const known = new Set([
  'harbor12345',
  'admin',
  'administrator',
  'password',
  'changeme',
  'registry',
  'berth',
  'letmein',
]);

/** Whether an administrator must not have this password: at least 12 characters, or 8 of three kinds. */
export function isWeakPassword(password: string): boolean {
  if (known.has(password.toLowerCase().replaceAll(/[^a-z0-9]/g, ''))) return true;
  if (password.length >= 12) return new Set(password).size < 5;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/].filter((kind) => kind.test(password)).length;
  return password.length < 8 || kinds < 3;
}
