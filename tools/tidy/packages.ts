// Which files may touch the outside world: built-in modules and packages.

import type { ImportRef } from './modules.ts';
import { isRelative, matchesAny, packageOf, productFiles } from './places.ts';
import { gates, kyselyDriverName } from './policy.ts';
import { parse, type Rule, type SourceFile, type Violation } from './source-file.ts';

type Outer = ImportRef & { specifier: string };

function outerImports(file: SourceFile): Outer[] {
  return parse(file).imports.filter(
    (ref): ref is Outer => ref.specifier !== undefined && !isRelative(ref.specifier),
  );
}

function gateMessage(path: string, ref: Outer): string | undefined {
  const name = packageOf(ref.specifier);
  const gate = gates.find((candidate) => candidate.modules.includes(name));
  if (gate !== undefined && !matchesAny(path, gate.allowed)) {
    if (ref.typeOnly && matchesAny(path, gate.typesAllowed ?? [])) return undefined;
    return `${ref.specifier} belongs to ${gate.allowed.join(', ')}: ${gate.instead}`;
  }
  const driver = name === 'kysely' && ref.bindings.find(({ imported }) => kyselyDriverName.test(imported));
  if (!driver || path.startsWith('src/platform/db/')) return undefined;
  return `${driver.imported} talks to a database: use the one that platform/db hands out`;
}

const gated: Rule = (files) =>
  productFiles(files).flatMap((file) =>
    outerImports(file).flatMap((ref): Violation[] => {
      const message = gateMessage(file.path, ref);
      return message === undefined ? [] : [{ rule: 'module-gate', path: file.path, line: ref.line, message }];
    }),
  );

/** Names under `dependencies` of package.json; undefined when there is no such file. */
export function dependenciesOf(files: SourceFile[], key: string): string[] | undefined {
  const manifest = files.find((file) => file.path === 'package.json');
  if (manifest === undefined) return undefined;
  const content: unknown = JSON.parse(manifest.text);
  const found: unknown = Object.entries(content ?? {}).find(([name]) => name === key)?.[1];
  return Object.keys(found ?? {});
}

const declared: Rule = (files) => {
  const known = dependenciesOf(files, 'dependencies') ?? [];
  return productFiles(files).flatMap((file) =>
    outerImports(file)
      .filter(({ specifier }) => !specifier.startsWith('node:') && !known.includes(packageOf(specifier)))
      .map(({ specifier, line }) => ({
        rule: 'module-declared',
        path: file.path,
        line,
        message: `${specifier} is no run-time dependency: add it to "dependencies" and docs/dependencies.md, or write node:${specifier} for a built-in`,
      })),
  );
};

const testOnly: Rule = (files) =>
  productFiles(files).flatMap((file) =>
    outerImports(file)
      .filter(({ specifier }) => /^node:test(?:\/|$)/.test(specifier))
      .map(({ specifier, line }) => ({
        rule: 'module-test',
        path: file.path,
        line,
        message: `${specifier} is for tests: move this to a *.test.ts or *.testing.ts file`,
      })),
  );

export const packageRules = {
  'module-gate': gated,
  'module-declared': declared,
  'module-test': testOnly,
} satisfies Record<string, Rule>;
