import { AppError } from '../../../lib/errors.ts';
import { unescapeQuery } from './parse-query.ts';

export type Match =
  | { readonly kind: 'exact'; readonly value: string }
  /** Part of the text, in any letter case. */
  | { readonly kind: 'fuzzy'; readonly value: string }
  /** Undefined: open on that side. */
  | { readonly kind: 'range'; readonly min: string | undefined; readonly max: string | undefined }
  | { readonly kind: 'any' | 'all'; readonly values: readonly string[] };

/**
 * Harbor's `q`: `k=v`, `k=~part`, `k=[min~max]`, `k={a b}` (any of), `k=(a b)` (all of), divided by commas. Which keys
 * count is for the list to say; others are none of its business. The text is unescaped a second time.
 * @throws AppError BAD_REQUEST
 */
export function parseListQuery(text: string | undefined): ReadonlyMap<string, Match> {
  const matches = new Map<string, Match>();
  if (text === undefined || text === '') return matches;
  for (const part of unescapeQuery(text).split(',')) {
    const equals = part.indexOf('=');
    const [key, value] = [part.slice(0, equals), part.slice(equals + 1)];
    if (equals < 1 || value === '') throw bad(part);
    matches.set(key, parseMatch(value));
  }
  return matches;
}

function parseMatch(value: string): Match {
  const inner = value.slice(1, -1);
  switch (value[0]) {
    case '~':
      if (value.length === 1) throw bad(value);
      return { kind: 'fuzzy', value: value.slice(1) };
    case '[':
      if (!value.endsWith(']')) throw bad(value);
      return parseRange(inner);
    case '{':
      if (!value.endsWith('}')) throw bad(value);
      return { kind: 'any', values: parseValues(inner) };
    case '(':
      if (!value.endsWith(')')) throw bad(value);
      return { kind: 'all', values: parseValues(inner) };
    case '\\':
      return { kind: 'exact', value: value.slice(1) };
    default:
      return { kind: 'exact', value };
  }
}

function parseRange(inner: string): Match {
  const [min = '', max = '', ...more] = inner.split('~');
  if (!inner.includes('~') || more.length > 0 || (min === '' && max === '')) throw bad(`[${inner}]`);
  return { kind: 'range', min: min || undefined, max: max || undefined };
}

function parseValues(inner: string): string[] {
  const values = inner
    .split(' ')
    .filter((each) => each !== '')
    .map(withoutQuotes);
  if (values.length === 0) throw bad(inner);
  return values;
}

/** Not by a pattern: one for the end is tried anew at every quote. */
function withoutQuotes(text: string): string {
  const isQuote = (at: number): boolean => text[at] === '"' || text[at] === "'";
  let [start, end] = [0, text.length];
  while (start < end && isQuote(start)) start += 1;
  while (end > start && isQuote(end - 1)) end -= 1;
  return text.slice(start, end);
}

function bad(value: string): AppError {
  return new AppError('BAD_REQUEST', {
    message: `invalid query string value: ${JSON.stringify(value.slice(0, 100))}`,
  });
}
