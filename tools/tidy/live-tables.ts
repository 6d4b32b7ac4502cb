// Nouns with soft deletion are read through their `live_*` view; their tables would also return what was deleted.

import { matchesAny, productFiles } from './places.ts';
import { baseTablesAllowed, softDeleted } from './policy.ts';
import type { Token } from './scan.ts';
import { parse, type Rule, type SourceFile, type Violation } from './source-file.ts';

const readingCalls = 'selectFrom innerJoin leftJoin rightJoin fullJoin crossJoin from using table'.split(' ');
const changingCalls = 'insertInto replaceInto updateTable deleteFrom mergeInto'.split(' ');
const lateral = /^(?:inner|left|cross)JoinLateral$/;
const nouns = softDeleted.join('|');
const argumentPattern = new RegExp(`^(${nouns})(?:\\s+as\\s+\\w+)?$`, 'i');
const sqlPattern = new RegExp(
  `\\b(from|join|using|update|into|table)\\s+(?:only\\s+)?"?(${nouns})"?(?![\\w.])`,
  'gi',
);
const statement = /^\s*(?:select|insert|update|delete|with|merge)\b/i;

type Use = { table: string; changes: boolean; line: number };

function inCall(tokens: Token[], index: number): Use[] {
  const name = tokens[index]?.text ?? '';
  const changes = changingCalls.includes(name);
  if (tokens[index]?.kind !== 'word' || !(changes || readingCalls.includes(name) || lateral.test(name)))
    return [];
  if (tokens[index + 1]?.text !== '(' || /^(?:Array|Buffer|Iterator)$/.test(tokens[index - 2]?.text ?? ''))
    return [];
  return firstArgument(tokens, index + 2).flatMap(({ text, line }): Use[] => {
    const table = argumentPattern.exec(text)?.[1];
    return table === undefined ? [] : [{ table, changes, line }];
  });
}

/** The string, or the strings of the array, that a call starts with. */
function firstArgument(tokens: Token[], at: number): Token[] {
  const end = tokens[at]?.text === '[' ? ']' : ',';
  const length = tokens
    .slice(at)
    .findIndex((token) => token.kind === 'mark' && [end, ')'].includes(token.text));
  const argument = tokens.slice(at, at + Math.max(0, length));
  return argument.filter((token) => token.kind === 'string' || token.kind === 'template');
}

/** `sql` or `sql<Row>` before the first piece of a template. */
function isTaggedSql(tokens: Token[], index: number): boolean {
  const { group } = tokens[index] ?? { group: 0 };
  const head = tokens.findIndex((token) => token.group === group);
  let at = head - 1;
  let depth = 0;
  for (; at > 0 && (tokens[at]?.text === '>' || depth > 0); at -= 1) {
    if (tokens[at]?.text === '>') depth += 1;
    if (tokens[at]?.text === '<') depth -= 1;
  }
  return tokens[at]?.text === 'sql';
}

function inText(tokens: Token[], index: number): Use[] {
  const token = tokens[index];
  if (token?.kind !== 'string' && token?.kind !== 'template') return [];
  const isSql = statement.test(token.text) || (token.kind === 'template' && isTaggedSql(tokens, index));
  if (!isSql) return [];
  return [...token.text.matchAll(sqlPattern)].map((match) => ({
    table: match[2] ?? '',
    changes: /^(?:update|into)$/i.test(match[1] ?? ''),
    line: token.line + token.text.slice(0, match.index).split('\n').length - 1,
  }));
}

function usesIn(file: SourceFile): Use[] {
  const { tokens } = parse(file);
  return tokens.flatMap((_, index) => [...inCall(tokens, index), ...inText(tokens, index)]);
}

const liveView: Rule = (files) =>
  productFiles(files)
    .filter((file) => !matchesAny(file.path, baseTablesAllowed))
    .flatMap((file) =>
      usesIn(file).map(({ table, changes, line }): Violation => {
        const message = changes
          ? `changes ${table} outside its writes: call a function of ${table}-writes.ts through a use case`
          : `reads the table ${table}, deleted rows too: read live_${table}`;
        return { rule: 'live-view', path: file.path, line, message };
      }),
    );

export const liveTableRules = { 'live-view': liveView } satisfies Record<string, Rule>;
