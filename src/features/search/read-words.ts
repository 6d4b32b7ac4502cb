/** What of a text is looked for among each kind of thing; a kind that is left out cannot be meant. */
export interface Wanted {
  readonly project?: string;
  readonly repository?: string;
  readonly tag?: PartOfRepository & { readonly name: string };
  readonly artifact?: PartOfRepository & DigestPart;
  readonly user?: string;
  readonly label?: string;
}

interface PartOfRepository {
  /** Of its full name; empty: of any. */
  readonly repository: string;
}

interface DigestPart {
  /** Undefined: of either. */
  readonly algorithm: 'sha256' | 'sha512' | undefined;
  /** The first digits. */
  readonly hex: string;
}

const longest = 255;
const digestEnd = /^(.*?)@?(?:(sha256|sha512):)?([0-9a-f]{7,128})$/i;

/**
 * A part of a name, `@alice`, a digest from its seventh digit on, or a reference without its host: `pay/api:v1`,
 * `pay/api@sha256:9f2c41a`. What is no name at all is nothing.
 */
export function readWords(text: string): Wanted {
  const words = text.trim();
  if (words === '' || words.length > longest || words.includes('\0') || !words.isWellFormed()) return {};
  const digest = digestOf(words);
  if (digest !== undefined && words.includes('@') && !words.startsWith('@')) {
    const name = words.slice(0, words.lastIndexOf('@')).replace(/:[^/:]*$/, '');
    return { repository: name, artifact: { repository: name, ...digest } };
  }
  if (words.startsWith('@')) return { user: words.slice(1) };
  const byName = { user: words, label: words };
  if (digest !== undefined)
    return {
      ...byName,
      ...(digest.algorithm === undefined ? { project: words, repository: words, tag: tagOf(words) } : {}),
      artifact: { repository: '', ...digest },
    };
  const colon = words.lastIndexOf(':');
  if (colon < 0) return { ...byName, project: words, repository: words, tag: tagOf(words) };
  const repository = words.slice(0, colon);
  return { ...byName, repository, tag: { repository, name: words.slice(colon + 1) } };
}

function tagOf(name: string): Wanted['tag'] & object {
  return { repository: '', name };
}

function digestOf(words: string): DigestPart | undefined {
  const [, before = '', algorithm, hex = ''] = digestEnd.exec(words) ?? [];
  if (hex === '' || (before !== '' && !words.includes('@'))) return undefined;
  if (algorithm === undefined && words.includes('@')) return undefined;
  const known = algorithm?.toLowerCase();
  return {
    algorithm: known === 'sha256' || known === 'sha512' ? known : undefined,
    hex: hex.toLowerCase(),
  };
}
