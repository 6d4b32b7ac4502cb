// What an author means to come back to, or wants nobody to see: marks, suppressions, silent catches, skipped tests.

import { isTestCode } from './places.ts';
import type { Token } from './scan.ts';
import { isCode, parse, type Rule, type SourceFile, type Violation } from './source-file.ts';

const suppression =
  /^[\s/*]*(?:oxlint-|eslint-|biome-ignore|prettier-ignore|@ts-ignore|@ts-expect-error|@ts-nocheck|node:coverage|[cv]8 ignore|istanbul ignore)/m;

function inComments(rule: string, pattern: RegExp, message: string): Rule {
  return (files) =>
    files.filter(isCode).flatMap((file) =>
      parse(file)
        .comments.filter((comment) => pattern.test(comment.text))
        .map(({ line }) => ({ rule, path: file.path, line, message })),
    );
}

const todo = inComments(
  'todo',
  /\b(?:TODO|FIXME|XXX)\b/,
  'do it now, or open an issue: a mark in the code is found by nobody',
);

const suppressed = inComments(
  'suppression',
  suppression,
  'fix the cause, change the rule for everybody, or add a dated entry to tools/tidy/exemptions.ts',
);

/** Nothing between the braces, not even a comment that says why. */
function isEmptyBlock(file: SourceFile, open: number): boolean {
  const { tokens, comments } = parse(file);
  const [first, last] = [tokens[open], tokens[open + 1]];
  if (first?.text !== '{' || last?.text !== '}') return false;
  return !comments.some((comment) => comment.start >= first.end && comment.end <= last.start);
}

/** Index after the parenthesis that closes the one at `open`. */
function afterParens(tokens: Token[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token?.kind !== 'mark') continue;
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return tokens.length;
}

/** Where the body of a `catch` clause or of the function given to `.catch()` opens. */
function catchBody(tokens: Token[], index: number): number | undefined {
  if (tokens[index]?.kind !== 'word' || tokens[index].text !== 'catch') return undefined;
  if (tokens[index - 1]?.text !== '.')
    return tokens[index + 1]?.text === '(' ? afterParens(tokens, index + 1) : index + 1;
  if (tokens[index + 2]?.text !== '(') return undefined;
  const arrow = afterParens(tokens, index + 2);
  return tokens[arrow]?.text === '=>' ? arrow + 1 : undefined;
}

const emptyCatch: Rule = (files) =>
  files.filter(isCode).flatMap((file) => {
    const { tokens } = parse(file);
    return tokens.flatMap((token, index): Violation[] => {
      const body = catchBody(tokens, index);
      if (body === undefined || !isEmptyBlock(file, body)) return [];
      const message =
        'the error vanishes: rethrow it with a cause, log it, or say in a comment why it does not matter';
      return [{ rule: 'empty-catch', path: file.path, line: token.line, message }];
    });
  });

const runners = new Set(['test', 'it', 'describe', 'suite']);

/** Why a skipped or picked test cannot stay, for the token at `index`. */
function testFault(tokens: Token[], index: number): string | undefined {
  const [token, after, argument] = tokens.slice(index, index + 3);
  if (token?.kind !== 'word' || !['only', 'skip', 'todo'].includes(token.text)) return undefined;
  const asOption = after?.text === ':' && argument?.text === 'true';
  const instead =
    token.text === 'only'
      ? 'run the others too'
      : `write { ${token.text}: 'the reason' }, or make the test pass`;
  if (asOption) return `${token.text}: true: ${instead}`;
  if (tokens[index - 1]?.text !== '.' || after?.text !== '(') return undefined;
  const onRunner = runners.has(tokens[index - 2]?.text ?? '');
  const withReason = !onRunner && token.text !== 'only' && argument?.text !== ')';
  return withReason ? undefined : `.${token.text}( hides tests: ${instead}`;
}

const testReason: Rule = (files) =>
  files
    .filter((file) => isCode(file) && (isTestCode(file.path) || file.path.endsWith('.test.ts')))
    .flatMap((file) => {
      const { tokens } = parse(file);
      return tokens.flatMap((token, index): Violation[] => {
        const message = testFault(tokens, index);
        return message === undefined
          ? []
          : [{ rule: 'test-reason', path: file.path, line: token.line, message }];
      });
    });

export const leftoverRules = {
  todo,
  suppression: suppressed,
  'empty-catch': emptyCatch,
  'test-reason': testReason,
} satisfies Record<string, Rule>;
