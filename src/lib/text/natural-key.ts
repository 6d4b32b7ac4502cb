/** Words behind a version that come before it; everything else behind one comes after it. */
const early = /^-(?:alpha|beta|canary|dev|m|milestone|nightly|next|pre|preview|rc|snapshot)(?![a-z])/i;

/** What begins with a number, perhaps behind a `v`. */
const version = /^[vV]?(\d+(?:\.\d+)*)(.*)$/s;

/** What stands between the numbers of a version and the rest: 1.2-rc before 1.2, then 1.2-alpine, then 1.2.0. */
const sign = { early: '!', end: '#', late: '$', more: '.' } as const;

/**
 * A text whose bytes are in the order in which people count: v1.9 before v1.10, 1.2.0-rc.1 before 1.2.0. What begins with a
 * number comes before plain names; a `v` in front of one does not count. Names that differ in that, or in leading zeros
 * only, have the same key. Both engines compare it byte by byte.
 * @param name ASCII, as tags are
 */
export function naturalKey(name: string): string {
  const [, numbers, rest = ''] = version.exec(name) ?? [];
  if (numbers === undefined) return `~${counted(name)}`;
  const core = numbers.split('.').map(numberKey).join(sign.more);
  return `${core}${rest === '' ? sign.end : early.test(rest) ? sign.early : sign.late}${counted(rest)}`;
}

function counted(text: string): string {
  return text.replaceAll(/\d+/g, numberKey);
}

/** The longer one is the larger one: a name has at most 128 digits. */
function numberKey(digits: string): string {
  const plain = plainNumber(digits);
  return `${String(plain.length).padStart(3, '0')}${plain}`;
}

/** Without leading zeros. */
export function plainNumber(digits: string): string {
  return digits.replace(/^0+(?=\d)/, '');
}
