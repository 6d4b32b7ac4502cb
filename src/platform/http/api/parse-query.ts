import { AppError } from '../../../lib/errors.ts';

/**
 * The pairs of a query string; of a name that is given twice the last one counts. What other parsers read in another
 * way is refused: a semicolon, bytes that are no UTF-8, NUL.
 * @throws AppError BAD_REQUEST
 */
export function parseQuery(text: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  if (text.includes(';')) throw malformed('a semicolon divides nothing; write it as %3B');
  for (const part of text.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = equals < 0 ? part : part.slice(0, equals);
    pairs.set(unescapeQuery(name), equals < 0 ? '' : unescapeQuery(part.slice(equals + 1)));
  }
  return pairs;
}

/** @throws AppError BAD_REQUEST */
export function unescapeQuery(text: string): string {
  let value: string;
  try {
    value = decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    throw malformed('it is not validly percent-encoded', cause);
  }
  // PostgreSQL has no place for it.
  if (value.includes('\0')) throw malformed('it has a NUL character');
  return value;
}

function malformed(why: string, cause?: unknown): AppError {
  return new AppError('BAD_REQUEST', { message: `invalid query string: ${why}` }, { cause });
}
