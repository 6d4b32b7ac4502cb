// Words that only named files may use: the environment, the console, the clock, chance, hashing, the network.

import { matchesAny, packageOf, productFiles } from './places.ts';
import { allowed } from './policy.ts';
import type { Token } from './scan.ts';
import { parse, type Rule, type SourceFile, type Violation } from './source-file.ts';

type Hit = { line: number; message: string };

function banned(rule: string, globs: readonly string[], find: (file: SourceFile) => Hit[]): Rule {
  return (files) =>
    productFiles(files)
      .filter((file) => !matchesAny(file.path, globs))
      .flatMap((file) => find(file).map((hit): Violation => ({ rule, path: file.path, ...hit })));
}

/** Indexes where the texts follow each other, the first one not being a member of something else. */
function findSequence(tokens: Token[], ...texts: string[]): number[] {
  return tokens.flatMap((_, index) => {
    const dot = tokens[index - 1]?.text;
    if (dot === '.' || dot === '?.') return [];
    return texts.every((text, offset) => isCodeText(tokens[index + offset], text)) ? [index] : [];
  });
}

function isCodeText(token: Token | undefined, text: string): boolean {
  if (token === undefined || token.kind === 'template' || token.kind === 'regex') return false;
  return token.text === text || (text === '.' && token.text === '?.');
}

function hits(file: SourceFile, sequences: string[][], message: string): Hit[] {
  const { tokens } = parse(file);
  return sequences.flatMap((texts) =>
    findSequence(tokens, ...texts).map((index) => ({ line: tokens[index]?.line ?? 0, message })),
  );
}

/** Imports of `names` from a built-in, by name or through a namespace or default import. */
function hitsOfImport(file: SourceFile, module: string, names: string[], message: string): Hit[] {
  const { imports } = parse(file);
  return imports
    .filter((ref) => ref.specifier !== undefined && packageOf(ref.specifier) === module && !ref.typeOnly)
    .flatMap((ref) =>
      ref.bindings.flatMap(({ imported, local }): Hit[] => {
        if (names.includes(imported)) return [{ line: ref.line, message }];
        if (imported !== '*' && imported !== 'default') return [];
        return hits(
          file,
          names.map((name) => [local, '.', name]),
          message,
        );
      }),
    );
}

const env = banned('env', allowed.env, (file) => {
  const message = 'process.env is read by platform/config only: declare the option there and take its value';
  const sequences = [
    ['process', '.', 'env'],
    ['globalThis', '.', 'process'],
    ['process', '[', 'env'],
    ['env', '}', '=', 'process'],
  ];
  return [...hits(file, sequences, message), ...hitsOfImport(file, 'process', ['env'], message)];
});

const consoleRule = banned('console', allowed.console, (file) => {
  const message = 'console is for src/cli only: take a logger of platform/log';
  return [
    ...hits(
      file,
      [
        ['console', '.'],
        ['console', '['],
      ],
      message,
    ),
    ...hitsOfImport(file, 'console', ['*', 'default', 'Console'], message),
  ];
});

const clock = banned('clock', allowed.clock, (file) => {
  const time = 'take `now` as an argument, or the clock as a dependency';
  const { tokens } = parse(file);
  const bareDates = findSequence(tokens, 'new', 'Date').filter((index) => {
    const after = tokens[index + 2]?.text;
    return after !== '(' || tokens[index + 3]?.text === ')';
  });
  return [
    ...hits(
      file,
      [
        ['Date', '.', 'now'],
        ['Temporal', '.', 'Now'],
      ],
      `reads the clock: ${time}`,
    ),
    ...bareDates.map((index) => ({
      line: tokens[index]?.line ?? 0,
      message: `new Date() reads the clock: ${time}`,
    })),
    ...hits(
      file,
      [['Math', '.', 'random']],
      'Math.random() cannot be repeated: take a source of chance as a dependency, or randomBytes of node:crypto for secrets',
    ),
  ];
});

const hash = banned('hash', allowed.hash, (file) => {
  const message =
    'content is never hashed on the main thread: use platform/threads (large) or platform/crypto (small)';
  return hitsOfImport(file, 'crypto', ['createHash', 'hash'], message);
});

const fetchRule = banned('fetch', allowed.fetch, (file) => {
  const { tokens } = parse(file);
  const message = 'requests go out through the guarded client of platform/http: take it as a dependency';
  const calls = findSequence(tokens, 'fetch', '(').filter((index) => !isDeclaration(tokens, index));
  return [
    ...calls.map((index) => ({ line: tokens[index]?.line ?? 0, message })),
    ...hits(
      file,
      [
        ['new', 'WebSocket'],
        ['new', 'EventSource'],
        ['globalThis', '.', 'fetch'],
      ],
      message,
    ),
  ];
});

/** `function fetch(…)`, or a method: its closing parenthesis is followed by a body or a type. */
function isDeclaration(tokens: Token[], index: number): boolean {
  if (tokens[index - 1]?.text === 'function') return true;
  let depth = 0;
  for (let at = index + 1; at < tokens.length; at += 1) {
    const text = tokens[at]?.kind === 'mark' ? tokens[at]?.text : '';
    if (text === '(') depth += 1;
    if (text === ')') depth -= 1;
    if (depth === 0) return ['{', ':'].includes(tokens[at + 1]?.text ?? '');
  }
  return false;
}

export const bannedRules = {
  env,
  console: consoleRule,
  clock,
  hash,
  fetch: fetchRule,
} satisfies Record<string, Rule>;
