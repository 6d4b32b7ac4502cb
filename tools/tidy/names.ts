// Names of files and folders: their shape, banned words, and that a file is named for what it exports.

import { posix } from 'node:path';
import type { ExportRef } from './modules.ts';
import { matchesAny, productFiles } from './places.ts';
import { bannedEndings, bannedNames, factoryVerbs, mainExports, namedByKind } from './policy.ts';
import { isCode, parse, type Rule, type SourceFile, type Violation } from './source-file.ts';

const kebab = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const fileShape = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.(?:test|contract|testing|table|d))?\.ts$/;
const roots = ['src/', 'test/', 'tools/'];

function namedFiles(files: SourceFile[]): SourceFile[] {
  return files.filter((file) => isCode(file) && roots.some((root) => file.path.startsWith(root)));
}

const nameCase: Rule = (files) =>
  namedFiles(files).flatMap(({ path }): Violation[] => {
    const [file = '', ...folders] = path.split('/').toReversed();
    const wrong = [...folders.filter((name) => !kebab.test(name)), ...(fileShape.test(file) ? [] : [file])];
    return wrong.map((name) => ({
      rule: 'name-case',
      path,
      line: 1,
      message: `${name} is not kebab-case with the extension .ts: rename it`,
    }));
  });

const nameBanned: Rule = (files) =>
  namedFiles(files).flatMap(({ path }): Violation[] =>
    path
      .split('/')
      .map((name) => name.replace(/\..*$/, ''))
      .filter((name) => bannedNames.includes(name) || bannedEndings.includes(name.split('-').at(-1) ?? ''))
      .map((name) => ({
        rule: 'name-banned',
        path,
        line: 1,
        message: `"${name}" says nothing: name it for the noun or the action that it holds`,
      })),
  );

/** `pushManifest`, `PUSH_MANIFEST` and `push-manifest` are one name. */
function plain(name: string): string {
  return name.replace(/[-_$]/g, '').toLowerCase();
}

function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[-_$ ]+/)
    .map((part) => part.replace(/ies$/, 'y').replace(/(?<=[^s])s$/, ''));
}

function containsWords(name: string, stem: string): boolean {
  return ` ${wordsOf(name).join(' ')} `.includes(` ${wordsOf(stem).join(' ')} `);
}

/**
 * A file of one word, or one without functions, is a noun: some export has to contain it. Every other file is
 * named exactly for its main export, or for what its factory makes.
 */
function isNamedFor(path: string, exports: ExportRef[]): boolean {
  const stem = posix.basename(path, '.ts').replace(/-step$/, '');
  const names = exports.map((ref) => ref.name);
  const accepted = new Set(
    [stem, posix.basename(path, '.ts'), ...factoryVerbs.map((verb) => verb + stem)].map(plain),
  );
  if (names.some((name) => accepted.has(plain(name)))) return true;
  if (names.includes(mainExports[path] ?? '')) return true;
  const isNoun =
    !stem.includes('-') || exports.every((ref) => ref.kind === 'type' || ref.kind === 'constant');
  return isNoun && names.some((name) => containsWords(name, stem));
}

function camel(stem: string): string {
  return stem.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

const nameExport: Rule = (files) =>
  productFiles(files)
    .filter((file) => !matchesAny(file.path, namedByKind))
    .filter((file) => !isNamedFor(file.path, parse(file).exports))
    .map(({ path }) => {
      const wanted = camel(posix.basename(path, '.ts').replace(/-step$/, ''));
      const message = `no export is named ${wanted}: export it, or rename the file after its main export`;
      return { rule: 'name-export', path, line: 1, message };
    });

const defaultExport: Rule = (files) =>
  namedFiles(files).flatMap((file) =>
    parse(file)
      .exports.filter((ref) => ref.kind === 'default')
      .map(({ line }) => ({
        rule: 'default-export',
        path: file.path,
        line,
        message: 'a default export has no name to search for: export it by name',
      })),
  );

const reExport: Rule = (files) =>
  namedFiles(files).flatMap((file) => {
    const { imports, exports } = parse(file);
    const imported = new Set(imports.flatMap((ref) => ref.bindings.map(({ local }) => local)));
    return exports
      .filter((ref) => ref.kind === 'from' || (ref.kind === 'list' && imported.has(ref.local)))
      .map(({ line }) => ({
        rule: 're-export',
        path: file.path,
        line,
        message: 're-exports hide where a name lives: let the user import it from its own file',
      }));
  });

export const nameRules = {
  'name-case': nameCase,
  'name-banned': nameBanned,
  'name-export': nameExport,
  'default-export': defaultExport,
  're-export': reExport,
} satisfies Record<string, Rule>;
