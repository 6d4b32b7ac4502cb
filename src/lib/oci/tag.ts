import { AppError } from '../errors.ts';
import { type Digest, requireDigest } from './digest.ts';

/** distribution-spec, "Pulling manifests", `<reference>` as a tag. */
export type Tag = string & { readonly __brand: 'Tag' };

const grammar = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

export function isTag(text: string): text is Tag {
  return grammar.test(text);
}

export type Reference =
  | { readonly kind: 'tag'; readonly tag: Tag }
  | { readonly kind: 'digest'; readonly digest: Digest };

/**
 * A colon can only come from a digest, so a broken digest is never taken for a tag.
 * @throws AppError TAG_INVALID, DIGEST_INVALID
 */
export function parseReference(text: string): Reference {
  if (text.includes(':')) return { kind: 'digest', digest: requireDigest(text) };
  return { kind: 'tag', tag: requireTag(text) };
}

/** @throws AppError TAG_INVALID */
export function requireTag(text: string): Tag {
  if (isTag(text)) return text;
  throw new AppError('TAG_INVALID', {
    message: `"${text.slice(0, 128)}" is not a tag`,
    detail: 'use letters, digits, _ . - (not . or - first), at most 128 characters',
  });
}
