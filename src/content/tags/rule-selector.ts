import { RE2JS, RE2JSException } from 're2js';
import { type Because, because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import { compileDoublestar, PatternProblem } from '../../lib/text/compile-doublestar.ts';

/** A pattern of a rule in Harbor's form, and whether what matches is meant or all the rest. */
export interface RuleSelector {
  readonly kind: string;
  readonly decoration: string;
  readonly pattern: string;
  readonly extras: string;
}

const maxKept = 500;

type Matcher = (text: string) => boolean;

/** By kind and pattern, the oldest goes first. */
const kept = new Map<string, Matcher>();

/** In time that grows with the text only, whatever the pattern is. */
export function matchesPattern(
  { kind, pattern }: Pick<RuleSelector, 'kind' | 'pattern'>,
  text: string,
): boolean {
  const key = `${kind} ${pattern}`;
  const known = kept.get(key);
  if (known !== undefined) return known(text);
  const made = kind === 'regex' ? compileRegex(pattern) : compileDoublestar(pattern);
  const [oldest] = kept.keys();
  if (kept.size >= maxKept && oldest !== undefined) kept.delete(oldest);
  kept.set(key, made);
  return made(text);
}

function compileRegex(pattern: string): Matcher {
  const compiled = RE2JS.compile(pattern);
  return (text) => compiled.matches(text);
}

export function selects(selector: RuleSelector, text: string): boolean {
  return matchesPattern(selector, text) !== selector.decoration.toLowerCase().endsWith('excludes');
}

/** @throws AppError BAD_REQUEST for another kind than doublestar and regex, and for a pattern that cannot be read */
export function requirePattern(where: string, selector: RuleSelector): void {
  const { kind, pattern } = selector;
  if (kind !== 'doublestar' && kind !== 'regex')
    throw bad(`${where}: the kind is doublestar or regex, not ${JSON.stringify(kind)}`);
  if (pattern === '')
    throw bad(`${where}: the pattern is missing`, because('field empty', { what: 'pattern' }));
  if (pattern.includes('\0') || !pattern.isWellFormed()) throw bad(`${where}: the pattern is no text`);
  try {
    matchesPattern(selector, '');
  } catch (error) {
    if (!(error instanceof PatternProblem || error instanceof RE2JSException)) throw error;
    throw new AppError(
      'BAD_REQUEST',
      {
        message: `${where}: the pattern ${JSON.stringify(pattern)} cannot be read: ${error.message}`,
        because: because('pattern wrong', { pattern }),
      },
      { cause: error },
    );
  }
}

function bad(message: string, reason?: Because): AppError {
  return new AppError('BAD_REQUEST', { message, ...(reason === undefined ? {} : { because: reason }) });
}
