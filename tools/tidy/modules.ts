// Finds what a file imports and exports. Works on tokens, so a string that contains an import is not one.

import type { Token } from './scan.ts';

/** One name of an import clause; `*` for a namespace, `default` for a default import. */
export type Binding = { imported: string; local: string };

export type ImportRef = {
  /** Undefined when a dynamic import is given something other than a plain string. */
  specifier: string | undefined;
  line: number;
  typeOnly: boolean;
  dynamic: boolean;
  bindings: Binding[];
};

export type ExportKind = 'function' | 'class' | 'constant' | 'type' | 'list' | 'default' | 'from';

export type ExportRef = { name: string; local: string; kind: ExportKind; line: number };

export type Modules = { imports: ImportRef[]; exports: ExportRef[] };

const typeWords = new Set(['type', 'interface', 'namespace', 'module']);

export function findModules(tokens: Token[]): Modules {
  const imports: ImportRef[] = [];
  const exports: ExportRef[] = [];
  tokens.forEach((token, index) => {
    if (token.kind !== 'word' || isMember(tokens, index)) return;
    if (token.text === 'import') imports.push(...readImport(tokens, index));
    else if (token.text === 'require') imports.push(...readCall(tokens, index, false));
    else if (token.text === 'export') {
      const found = readExport(tokens, index);
      exports.push(...found.exports);
      imports.push(...found.imports);
    }
  });
  return { imports, exports };
}

/** `x.import`, or the key of an object: not a statement. */
function isMember(tokens: Token[], index: number): boolean {
  const before = tokens[index - 1]?.text;
  return before === '.' || before === '?.' || isMark(tokens[index + 1], ':');
}

function isMark(token: Token | undefined, text: string): boolean {
  return token?.kind === 'mark' && token.text === text;
}

function isWord(token: Token | undefined, text: string): boolean {
  return token?.kind === 'word' && token.text === text;
}

function readImport(tokens: Token[], index: number): ImportRef[] {
  const next = tokens[index + 1];
  if (isMark(next, '.')) return [];
  if (isMark(next, '(')) return readCall(tokens, index, true);
  if (!startsClause(next)) return [];
  const line = tokens[index]?.line ?? 0;
  const sourceAt = tokens.findIndex((token, at) => at > index && token.kind === 'string');
  const source = tokens[sourceAt];
  if (source === undefined) return [];
  const clause = tokens.slice(index + 1, sourceAt);
  const { bindings, allTypes } = readClause(clause);
  const typeOnly = clauseIsType(clause) || allTypes;
  return [{ specifier: source.text, line, typeOnly, dynamic: false, bindings }];
}

function startsClause(next: Token | undefined): boolean {
  return next?.kind === 'string' || next?.kind === 'word' || isMark(next, '{') || isMark(next, '*');
}

/** `import('x')`, also inside a type, and `require('x')`. */
function readCall(tokens: Token[], index: number, dynamic: boolean): ImportRef[] {
  if (!isMark(tokens[index + 1], '(')) return [];
  const argument = tokens[index + 2];
  const plain = argument?.kind === 'string' && [')', ','].includes(tokens[index + 3]?.text ?? '');
  const specifier = plain ? argument.text : undefined;
  return [{ specifier, line: tokens[index]?.line ?? 0, typeOnly: false, dynamic, bindings: [] }];
}

/** `import type X from`, but not `import type from`. */
function clauseIsType(clause: Token[]): boolean {
  const [first, second] = clause;
  return isWord(first, 'type') && second !== undefined && !isMark(second, ',') && !isWord(second, 'from');
}

function readClause(clause: Token[]): { bindings: Binding[]; allTypes: boolean } {
  const bindings: Binding[] = [];
  const open = clause.findIndex((token) => isMark(token, '{'));
  const head = open === -1 ? clause : clause.slice(0, open);
  const star = head.findIndex((token) => isMark(token, '*'));
  const rest = head.filter(
    (token) => token.kind === 'word' && !['type', 'from', 'defer'].includes(token.text),
  );
  if (star !== -1) bindings.push({ imported: '*', local: head[star + 2]?.text ?? '*' });
  if (star !== 0 && rest[0] !== undefined && !isWord(rest[0], 'as')) {
    bindings.push({ imported: 'default', local: rest[0].text });
  }
  if (open === -1) return { bindings, allTypes: false };
  const items = readList(clause, open);
  bindings.push(...items.map(({ imported, local }) => ({ imported, local })));
  const allTypes = items.length > 0 && bindings.length === items.length && items.every((item) => item.isType);
  return { bindings, allTypes };
}

type ListItem = Binding & { isType: boolean; line: number };

/** The names between braces: `{ a, b as c, type D }`. */
function readList(tokens: Token[], open: number): ListItem[] {
  const items: ListItem[] = [];
  let item: Token[] = [];
  for (const token of tokens.slice(open + 1)) {
    const ends = isMark(token, '}');
    if (!ends && !isMark(token, ',')) item.push(token);
    else {
      const read = readItem(item);
      if (read !== undefined) items.push(read);
      item = [];
    }
    if (ends) break;
  }
  return items;
}

function readItem(item: Token[]): ListItem | undefined {
  const isType = isWord(item[0], 'type') && item.length > 1 && !isWord(item[1], 'as');
  const names = (isType ? item.slice(1) : item).filter((token) => !isWord(token, 'as'));
  const [first, second] = names;
  if (first === undefined) return undefined;
  return { imported: first.text, local: (second ?? first).text, isType, line: first.line };
}

function readExport(tokens: Token[], index: number): { exports: ExportRef[]; imports: ImportRef[] } {
  const isType = isWord(tokens[index + 1], 'type') && /^[{*]$/.test(tokens[index + 2]?.text ?? '');
  const at = isType ? index + 2 : index + 1;
  const first = tokens[at];
  if (isMark(first, '*') || isMark(first, '{')) return readExportList(tokens, at, isType);
  const declared = readDeclaration(tokens, at);
  return { exports: declared === undefined ? [] : [declared], imports: [] };
}

function readExportList(
  tokens: Token[],
  at: number,
  typeOnly: boolean,
): { exports: ExportRef[]; imports: ImportRef[] } {
  const line = tokens[at]?.line ?? 0;
  const items = isMark(tokens[at], '{') ? readList(tokens, at) : [];
  const close = isMark(tokens[at], '{')
    ? tokens.findIndex((token, i) => i > at && isMark(token, '}'))
    : tokens.findIndex((token, i) => i > at && isWord(token, 'from')) - 1;
  const source = isWord(tokens[close + 1], 'from') ? tokens[close + 2] : undefined;
  if (source?.kind !== 'string') {
    const exports = items.map((item): ExportRef => {
      const kind = item.local === 'default' ? 'default' : 'list';
      return { name: item.local, local: item.imported, kind, line: item.line };
    });
    return { exports, imports: [] };
  }
  const bindings = items.map(({ imported, local }) => ({ imported, local }));
  return {
    exports: [{ name: '*', local: '*', kind: 'from', line }],
    imports: [{ specifier: source.text, line, typeOnly, dynamic: false, bindings }],
  };
}

function readDeclaration(tokens: Token[], at: number): ExportRef | undefined {
  let index = at;
  while (/^(?:declare|async|abstract)$/.test(tokens[index]?.text ?? '')) index += 1;
  const keyword = tokens[index];
  if (keyword?.kind !== 'word') return undefined;
  if (keyword.text === 'default') return { name: 'default', local: '', kind: 'default', line: keyword.line };
  let name = tokens[index + 1];
  if (isMark(name, '*') || (isWord(keyword, 'const') && isWord(name, 'enum'))) name = tokens[index + 2];
  if (name === undefined) return undefined;
  return { name: name.text, local: name.text, kind: declarationKind(keyword.text), line: keyword.line };
}

function declarationKind(keyword: string): ExportKind {
  if (keyword === 'function') return 'function';
  if (keyword === 'class') return 'class';
  return typeWords.has(keyword) ? 'type' : 'constant';
}
