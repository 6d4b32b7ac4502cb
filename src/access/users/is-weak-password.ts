/** Defaults of other products and the first guesses of everybody. */
const guesses = [
  'harbor',
  'admin',
  'administrator',
  'root',
  'password',
  'passwort',
  'changeme',
  'registry',
  'berth',
  'letmein',
  'welcome',
  'qwerty',
  'secret',
];
const onlyGuesses = new RegExp(`^(${guesses.join('|')})+$`);

/** What stands for a letter in many passwords. */
const lookalikes: Readonly<Record<string, string>> = {
  '@': 'a',
  '4': 'a',
  '3': 'e',
  '1': 'i',
  '!': 'i',
  '0': 'o',
  $: 's',
  '5': 's',
};

/** Whether an administrator must not have this password: at least 12 characters, or 8 of three kinds, and no guess. */
export function isWeakPassword(password: string): boolean {
  if (guessedWith(password)) return true;
  if (password.length >= 12) return new Set(password).size < 5;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/].filter((kind) => kind.test(password)).length;
  return password.length < 8 || kinds < 3;
}

/** A guess with digits and signs around it, or with some in place of letters, is one still. */
function guessedWith(password: string): boolean {
  const lower = password.toLowerCase();
  const spelled = lower.replaceAll(/[@431!0$5]/g, (sign) => lookalikes[sign] ?? sign);
  return [lower, spelled, lower.replace(/[^a-z]+$/, ''), spelled.replace(/[^a-z]+$/, '')].some((text) =>
    onlyGuesses.test(text.replaceAll(/[^a-z]/g, '')),
  );
}
