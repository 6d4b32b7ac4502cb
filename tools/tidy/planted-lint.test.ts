// The compiler, the linter and the formatter are trusted only as far as each budget they enforce has been seen
// to fail. Runs the real configuration on a small project full of planted faults.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, before, test } from 'node:test';

const repository = resolve(import.meta.dirname, '../..');
const configFiles = ['.oxlintrc.json', 'tsconfig.json', 'biome.json', 'package.json'];

function lines(count: number, ending = ''): string {
  return Array.from({ length: count }, (_, n) => `export const line${n} = ${n};${ending}\n`).join('');
}

/** A function of `count` lines, the first and the last included. */
function longFunction(count: number): string {
  const body = Array.from({ length: count - 3 }, () => '  total += 1;\n\n  // counted neither\n').join('');
  return `export function long(): number {\n  let total = 0;\n${body}  return total; }\n`;
}

const work = 'async function work(): Promise<number> {\n  await Promise.resolve();\n  return 1;\n}\n';
const kind = "type Kind = 'a' | 'b';\n";

/** File of the planted project → its text and the oxlint rules that must report it, each at least once. */
const planted: Record<string, { text: string; rules: string[] }> = {
  'src/cycle-a.ts': {
    text: "import { b } from './cycle-b.ts';\nexport const a: number = b;\n",
    rules: ['import(no-cycle)'],
  },
  'src/cycle-b.ts': {
    text: "import { a } from './cycle-a.ts';\nexport const b: number = a;\n",
    rules: ['import(no-cycle)'],
  },
  'src/type-cycle-a.ts': {
    text: "import type { B } from './type-cycle-b.ts';\nexport type A = { b: B };\n",
    rules: ['import(no-cycle)'],
  },
  'src/type-cycle-b.ts': {
    text: "import type { A } from './type-cycle-a.ts';\nexport type B = { a: A };\n",
    rules: ['import(no-cycle)'],
  },
  'src/file-401.ts': { text: lines(401), rules: ['eslint(max-lines)'] },
  'src/file-400.ts': { text: lines(400, '\n\n// counted neither'), rules: [] },
  'src/file-801.test.ts': { text: lines(801), rules: ['eslint(max-lines)'] },
  'src/file-800.test.ts': { text: lines(800), rules: [] },
  'src/media.table.ts': { text: lines(900), rules: [] },
  'src/platform/db/migrations/202601010000-big.ts': { text: lines(900) + longFunction(70), rules: [] },
  'src/function-61.ts': { text: longFunction(61), rules: ['eslint(max-lines-per-function)'] },
  'src/function-60.ts': { text: longFunction(60), rules: [] },
  'src/function.test.ts': { text: longFunction(61), rules: [] },
  'src/features/gc/routes.ts': { text: longFunction(61), rules: [] },
  'src/app.ts': { text: longFunction(61), rules: [] },
  'src/any.ts': {
    text: 'export const a = (b: any): unknown => b;\n',
    rules: ['typescript(no-explicit-any)'],
  },
  'src/leaking-any.ts': {
    text: "export const a = JSON.parse('1').b;\n",
    rules: ['typescript(no-unsafe-assignment)', 'typescript(no-unsafe-member-access)'],
  },
  'src/default.ts': { text: 'const a = 1;\nexport default a;\n', rules: ['import(no-default-export)'] },
  'src/floating.ts': {
    text: `${work}export function a(): void {\n  work();\n}\n`,
    rules: ['typescript(no-floating-promises)'],
  },
  'src/floating.test.ts': {
    text: `import { test } from 'node:test';\n\n${work}test('a', () => {\n  work();\n});\n`,
    rules: ['typescript(no-floating-promises)'],
  },
  'src/fine.test.ts': {
    text: `import { test } from 'node:test';\n\n${work}test('a', async () => {\n  await work();\n});\n`,
    rules: [],
  },
  'src/misused.ts': {
    text: `${work}export const a = (): void => {\n  [1].forEach(async () => {\n    await work();\n  });\n};\n`,
    rules: ['typescript(no-misused-promises)'],
  },
  'src/condition.ts': {
    text: `${work}export const a = (b: Promise<number> | null): number => (b && work() ? 1 : 2);\n`,
    rules: ['typescript(no-misused-promises)'],
  },
  'src/switch.ts': {
    text: `${kind}export function a(b: Kind): number {\n  switch (b) {\n    case 'a':\n      return 1;\n  }\n  return 2;\n}\n`,
    rules: ['typescript(switch-exhaustiveness-check)'],
  },
  'src/thenable.ts': {
    text: 'export async function a(b: number): Promise<number> {\n  const c = await b;\n  return c;\n}\n',
    rules: ['typescript(await-thenable)'],
  },
  'src/imported-type.ts': {
    text: "import { PathLike } from 'node:fs';\nexport type A = PathLike;\n",
    rules: ['typescript(consistent-type-imports)'],
  },
  'src/silent.ts': {
    text: 'export function a(b: () => void): void {\n  try {\n    b();\n  } catch {}\n}\n',
    rules: ['eslint(no-empty)'],
  },
  'src/lost-cause.ts': {
    text: 'export function a(b: () => void): void {\n  try {\n    b();\n  } catch (error) {\n    throw new Error(String(error));\n  }\n}\n',
    rules: ['eslint(preserve-caught-error)'],
  },
  'src/equal.ts': { text: 'export const a = (b: unknown): boolean => b == 1;\n', rules: ['eslint(eqeqeq)'] },
  'src/clean.ts': { text: 'export const clean = 1;\n', rules: [] },
};

/** File → the error that the compiler must report. */
const typeFaults: Record<string, { text: string; code: string }> = {
  'test/enum.ts': { text: 'export enum A {\n  B,\n}\n', code: 'TS1294' },
  'test/index-access.ts': { text: 'export const a = (b: number[]): number => b[0];\n', code: 'TS2322' },
  'test/optional.ts': { text: 'export const a: { b?: number } = { b: undefined };\n', code: 'TS2375' },
  'test/type-import.ts': {
    text: "import { PathLike } from 'node:fs';\nexport type A = PathLike;\n",
    code: 'TS1484',
  },
  'test/override.ts': {
    text: 'class A {\n  a(): void {}\n}\nexport class B extends A {\n  a(): void {}\n}\n',
    code: 'TS4114',
  },
};

const formatFaults: Record<string, string> = {
  'tools/layout.ts': 'export const a = "b"\n',
  'tools/order.ts':
    "import { join } from 'node:path';\nimport { tmpdir } from 'node:os';\n\nexport const a = join(tmpdir());\n",
};

let root = '';

before(() => {
  root = mkdtempSync(join(tmpdir(), 'berth-planted-'));
  for (const name of configFiles) copyFileSync(join(repository, name), join(root, name));
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
  const texts: [string, string][] = [
    ...Object.entries(planted).map(([path, { text }]): [string, string] => [path, text]),
    ...Object.entries(typeFaults).map(([path, { text }]): [string, string] => [path, text]),
    ...Object.entries(formatFaults),
  ];
  for (const [path, text] of texts) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
});

after(() => rmSync(root, { recursive: true }));

/** The arguments that a script of package.json gives to a tool, so that the test runs what the check runs. */
function argumentsOf(script: string, tool: string): string[] {
  const manifest = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  const commands: string[] = manifest.scripts[script].split('&&').map((command: string) => command.trim());
  const found = commands.find((command) => command.startsWith(`${tool} `));
  assert.ok(found, `script ${script} does not run ${tool}`);
  return found.split(' ').slice(1);
}

function run(script: string, tool: string, ...more: string[]): { status: number | null; output: string } {
  const program = join(repository, 'node_modules/.bin', tool);
  const { status, stdout, stderr } = spawnSync(program, [...argumentsOf(script, tool), ...more], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return { status, output: stdout + stderr };
}

test('oxlint reports every planted fault of a budget, and nothing in the files at the limit', () => {
  const { status, output } = run('lint', 'oxlint', '--format=json', 'src');
  assert.equal(status, 1);
  const result: { number_of_files: number; diagnostics: { code: string; filename: string }[] } =
    JSON.parse(output);
  assert.equal(result.number_of_files, Object.keys(planted).length);
  for (const [path, { rules }] of Object.entries(planted)) {
    const reported = result.diagnostics.filter(({ filename }) => filename === path).map(({ code }) => code);
    assert.deepEqual([...new Set(reported)].toSorted(), rules.toSorted(), path);
  }
});

test('a warning fails the lint', () => {
  const { status } = run('lint', 'oxlint', '-A', 'all', '-W', 'no-debugger', 'src/clean.ts');
  assert.equal(status, 0);
  writeFileSync(join(root, 'src/clean.ts'), 'debugger;\nexport const clean = 1;\n');
  const warned = run('lint', 'oxlint', '-A', 'all', '-W', 'no-debugger', 'src/clean.ts');
  assert.equal(warned.status, 1, warned.output);
});

test('oxlint fails when it sees no files', () => {
  mkdirSync(join(root, 'empty'));
  assert.equal(run('lint', 'oxlint', 'empty').status, 1);
});

test('the compiler reports every planted fault', () => {
  const { status, output } = run('typecheck', 'tsc', '--pretty', 'false');
  assert.notEqual(status, 0);
  for (const [path, { code }] of Object.entries(typeFaults)) {
    const found = output
      .split('\n')
      .some((line) => line.startsWith(`${path}(`) && line.includes(`error ${code}:`));
    assert.ok(found, `${path}: ${code} is not in\n${output}`);
  }
});

test('biome reports layout and the order of imports, and nothing in a clean file', () => {
  const { status, output } = run(
    'lint',
    'biome',
    '--colors=off',
    '--max-diagnostics=none',
    '--reporter=github',
  );
  assert.equal(status, 1);
  for (const path of Object.keys(formatFaults)) assert.ok(output.includes(`/${path},`), `${path}: ${output}`);
  assert.ok(!output.includes('/src/file-800.test.ts,'));
});
