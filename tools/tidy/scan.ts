// A tokenizer for the TypeScript we write. The compiler has no API at the version we use, and a check built
// on regular expressions over raw text would trip over strings and comments that mention what it forbids.

export type TokenKind = 'word' | 'number' | 'string' | 'template' | 'regex' | 'mark';

export type Token = {
  kind: TokenKind;
  /** For strings and templates the content without quotes, escapes left as written. */
  text: string;
  line: number;
  start: number;
  end: number;
  /** Pieces of one template literal share a number; 0 for every other token. */
  group: number;
};

export type Comment = { text: string; line: number; start: number; end: number };

export type Scan = { tokens: Token[]; comments: Comment[] };

type State = Scan & {
  text: string;
  at: number;
  line: number;
  braces: number;
  openTemplates: { braces: number; group: number }[];
  /** For each open parenthesis: does it belong to `if`, `while`, `for`, `with`? */
  openParens: boolean[];
  closedHead: boolean;
  groups: number;
};

const wordStart = /[\p{ID_Start}$_]/u;
const word = /[\p{ID_Continue}$\u200c\u200d]+/uy;
const number = /(?:0[xob][\da-f_]+n?|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:e[+-]?\d+)?n?)/iy;
const longMarks = ['...', '=>', '?.', '++', '--'];
const headWords = new Set(['if', 'while', 'for', 'with']);
const wordsBeforeRegex = new Set(
  'return typeof case in of delete void throw new else do instanceof await yield extends'.split(' '),
);

export function scan(text: string): Scan {
  const state: State = {
    text,
    at: 0,
    line: 1,
    braces: 0,
    openTemplates: [],
    openParens: [],
    closedHead: false,
    groups: 0,
    tokens: [],
    comments: [],
  };
  if (text.startsWith('#!')) comment(state, lineEnd(state, 0));
  while (state.at < text.length) step(state);
  return { tokens: state.tokens, comments: state.comments };
}

function step(state: State): void {
  const { text, at } = state;
  const char = text.charAt(at);
  const next = text.charAt(at + 1);
  if (char === '\n') {
    state.line += 1;
    state.at += 1;
  } else if (/\s/.test(char)) state.at += 1;
  else if (char === '/' && next === '/') comment(state, lineEnd(state, at));
  else if (char === '/' && next === '*') comment(state, endOf(text, '*/', at + 2));
  else if (char === "'" || char === '"') quoted(state, char);
  else if (char === '`') template(state, at + 1, (state.groups += 1));
  else if (/\d/.test(char) || (char === '.' && /\d/.test(next))) run(state, 'number', number);
  else if (wordStart.test(codePoint(state, at))) run(state, 'word', word);
  else if (char !== '/' || !regexMayStart(state) || !regex(state)) mark(state, char);
}

function codePoint(state: State, at: number): string {
  return String.fromCodePoint(state.text.codePointAt(at) ?? 0);
}

function lineEnd(state: State, from: number): number {
  const end = state.text.indexOf('\n', from);
  return end === -1 ? state.text.length : end;
}

function endOf(text: string, closing: string, from: number): number {
  const found = text.indexOf(closing, from);
  return found === -1 ? text.length : found + closing.length;
}

function comment(state: State, end: number): void {
  const { at, line } = state;
  state.comments.push({ text: state.text.slice(at, end), line, start: at, end });
  moveTo(state, end);
}

/** Moves on over text that may hold line ends. */
function moveTo(state: State, end: number): void {
  for (let at = state.at; at < end; at += 1) if (state.text.charAt(at) === '\n') state.line += 1;
  state.at = end;
}

function push(state: State, kind: TokenKind, end: number, text: string, group = 0): void {
  state.tokens.push({ kind, text, line: state.line, start: state.at, end, group });
  moveTo(state, end);
}

function run(state: State, kind: TokenKind, pattern: RegExp): void {
  pattern.lastIndex = state.at;
  const text = pattern.exec(state.text)?.[0] ?? state.text.charAt(state.at);
  push(state, kind, state.at + text.length, text);
}

function quoted(state: State, quote: string): void {
  let end = state.at + 1;
  while (end < state.text.length && state.text.charAt(end) !== quote && state.text.charAt(end) !== '\n') {
    end += state.text.charAt(end) === '\\' ? 2 : 1;
  }
  push(state, 'string', Math.min(end + 1, state.text.length), state.text.slice(state.at + 1, end));
}

/** Reads one piece of a template, from `from` to the closing backtick or to the next `${`. */
function template(state: State, from: number, group: number): void {
  const { text } = state;
  let end = from;
  while (end < text.length && text.charAt(end) !== '`' && !text.startsWith('${', end)) {
    end += text.charAt(end) === '\\' ? 2 : 1;
  }
  const opensExpression = text.startsWith('${', end);
  const closing = opensExpression ? 2 : 1;
  push(state, 'template', Math.min(end + closing, text.length), text.slice(from, end), group);
  if (opensExpression) state.openTemplates.push({ braces: state.braces, group });
}

function mark(state: State, char: string): void {
  const open = state.openTemplates.at(-1);
  if (char === '}' && open !== undefined && open.braces === state.braces) {
    state.openTemplates.pop();
    template(state, state.at + 1, open.group);
    return;
  }
  if (char === '{') state.braces += 1;
  if (char === '}') state.braces -= 1;
  if (char === '(') state.openParens.push(headWords.has(state.tokens.at(-1)?.text ?? ''));
  if (char === ')') state.closedHead = state.openParens.pop() ?? false;
  const long = longMarks.find((candidate) => state.text.startsWith(candidate, state.at));
  push(state, 'mark', state.at + (long ?? char).length, long ?? char);
}

function regexMayStart(state: State): boolean {
  const before = state.tokens.at(-1);
  if (before === undefined) return true;
  if (before.kind === 'word') return wordsBeforeRegex.has(before.text);
  if (before.kind !== 'mark') return false;
  if (before.text === ')') return state.closedHead;
  // A block ends its line, an object literal that is divided does not.
  if (before.text === '}') return before.line < state.line;
  return !['++', '--', ']'].includes(before.text);
}

/** False when no closing slash stands on the line: then the slash was a division after all. */
function regex(state: State): boolean {
  const { text } = state;
  let inClass = false;
  for (let end = state.at + 1; end < text.length; end += 1) {
    const char = text.charAt(end);
    if (char === '\n') return false;
    if (char === '\\') end += 1;
    else if (char === '[') inClass = true;
    else if (char === ']') inClass = false;
    else if (char === '/' && !inClass) {
      const flags = /^[a-z]*/.exec(text.slice(end + 1, end + 12))?.[0] ?? '';
      const after = end + 1 + flags.length;
      push(state, 'regex', after, text.slice(state.at, after));
      return true;
    }
  }
  return false;
}
