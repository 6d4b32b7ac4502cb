import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findModules } from './modules.ts';
import { scan } from './scan.ts';

function texts(source: string, kind: string): string[] {
  return scan(source)
    .tokens.filter((token) => token.kind === kind)
    .map((token) => token.text);
}

test('strings, comments, templates and regular expressions are not code', () => {
  const source = [
    '#!/usr/bin/env node',
    '// import a from "a"',
    '/* import b\n from "b" */',
    "const c = 'import d from \\'d\\'';",
    'const e = `import f from "f" ${g(`nested ${h}`, { i: 1 })} tail`;',
    'const j = /import "k" [/"`] \\//g;',
    'import l from "l";',
  ].join('\n');
  const { imports } = findModules(scan(source).tokens);
  assert.deepEqual(
    imports.map(({ specifier, line }) => [specifier, line]),
    [['l', 8]],
  );
  assert.deepEqual(texts(source, 'regex'), ['/import "k" [/"`] \\//g']);
  assert.ok(texts(source, 'word').includes('h'));
  assert.ok(texts(source, 'word').includes('i'));
});

test('a slash after a value divides, after an operator or a condition it opens a regular expression', () => {
  assert.deepEqual(texts("const a = b / c / d; f(x) / g['y'] / 2 / `t` / i++ / 3", 'regex'), []);
  assert.deepEqual(texts("if (a) /b'c/.test(d); return /e/; f(/g/, !/h/)", 'regex'), [
    "/b'c/",
    '/e/',
    '/g/',
    '/h/',
  ]);
  assert.deepEqual(texts('const ratio = {a: 1}.a / b;\nconst s = "x / y";', 'string'), ['x / y']);
});

test('pieces of one template share a group, and lines are counted through them', () => {
  const { tokens } = scan('sql`a\n${b}\nc${`d`}`;\nx');
  const pieces = tokens.filter((token) => token.kind === 'template');
  assert.deepEqual(
    pieces.map(({ text, line, group }) => ({ text, line, group })),
    [
      { text: 'a\n', line: 1, group: 1 },
      { text: '\nc', line: 2, group: 1 },
      { text: 'd', line: 3, group: 2 },
      { text: '', line: 3, group: 1 },
    ],
  );
  assert.equal(tokens.at(-1)?.line, 4);
});

test('every form of import is found with its line, its names and whether only types come in', () => {
  const source = [
    "import a from 'a';",
    "import * as b from 'b';",
    "import c, { d as e, type f } from 'c';",
    "import type { g } from 'g';",
    "import { type h, type i } from 'h';",
    "import 'side-effect';",
    "const j = await import('j');",
    "type k = import('k').K;",
    'const l = await import(name);',
    "const m = require('m');",
    "import n from './n.json' with { type: 'json' };",
    'import.meta.main; x.import("no"); const o = { import: "no" }; type p = { import?: "no" };',
    "import type q from 'q';",
  ].join('\n');
  const found = findModules(scan(source).tokens).imports;
  assert.deepEqual(
    found.map((ref) => [ref.line, ref.specifier, ref.typeOnly, ref.dynamic]),
    [
      [1, 'a', false, false],
      [2, 'b', false, false],
      [3, 'c', false, false],
      [4, 'g', true, false],
      [5, 'h', true, false],
      [6, 'side-effect', false, false],
      [7, 'j', false, true],
      [8, 'k', false, true],
      [9, undefined, false, true],
      [10, 'm', false, false],
      [11, './n.json', false, false],
      [13, 'q', true, false],
    ],
  );
  assert.deepEqual(found[1]?.bindings, [{ imported: '*', local: 'b' }]);
  assert.deepEqual(found[2]?.bindings, [
    { imported: 'default', local: 'c' },
    { imported: 'd', local: 'e' },
    { imported: 'f', local: 'f' },
  ]);
});

test('every form of export is found with its name and kind', () => {
  const source = [
    'export const a = 1;',
    'export async function* b() {}',
    'export abstract class C {}',
    'export type D = { from: string };',
    'export interface E {}',
    'export { f, g as h };',
    "export { i } from 'i';",
    "export * from 'j';",
    "export type { K } from 'k';",
    'export default 1;',
    'export { l as default };',
  ].join('\n');
  const { exports, imports } = findModules(scan(source).tokens);
  assert.deepEqual(
    exports.map((ref) => [ref.line, ref.name, ref.kind]),
    [
      [1, 'a', 'constant'],
      [2, 'b', 'function'],
      [3, 'C', 'class'],
      [4, 'D', 'type'],
      [5, 'E', 'type'],
      [6, 'f', 'list'],
      [6, 'h', 'list'],
      [7, '*', 'from'],
      [8, '*', 'from'],
      [9, '*', 'from'],
      [10, 'default', 'default'],
      [11, 'default', 'default'],
    ],
  );
  assert.deepEqual(
    imports.map((ref) => ref.specifier),
    ['i', 'j', 'k'],
  );
});
