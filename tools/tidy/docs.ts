// Documents that must agree with each other or with package.json.

import { dependenciesOf } from './packages.ts';
import type { Rule, SourceFile, Violation } from './source-file.ts';

const languages = ['en', 'zh'] as const;

function pagesOf(files: SourceFile[], language: string): string[] {
  const root = `docs/${language}/`;
  return files
    .map((file) => file.path)
    .filter((path) => path.startsWith(root))
    .map((path) => path.slice(root.length));
}

const manualPages: Rule = (files) =>
  languages.flatMap((language) => {
    const other = language === 'en' ? 'zh' : 'en';
    const there = new Set(pagesOf(files, other));
    return pagesOf(files, language)
      .filter((page) => !there.has(page))
      .map((page) => ({
        rule: 'manual-pages',
        path: `docs/${language}/${page}`,
        line: 1,
        message: `docs/${other}/${page} is missing: write it`,
      }));
  });

const listPath = 'docs/dependencies.md';

function listed(text: string): { name: string; line: number }[] {
  return text.split('\n').flatMap((row, index) => {
    const name = /^\|\s*`([^`]+)`\s*\|/.exec(row)?.[1];
    return name === undefined ? [] : [{ name, line: index + 1 }];
  });
}

const dependencyList: Rule = (files) => {
  const used = dependenciesOf(files, 'dependencies');
  const list = files.find((file) => file.path === listPath);
  if (used === undefined)
    return [fault('package.json', 1, 'is missing: run from the root of the repository')];
  if (list === undefined)
    return [fault(listPath, 1, 'is missing: list each run-time dependency as | `name` | why |')];
  const rows = listed(list.text);
  const optional = dependenciesOf(files, 'optionalDependencies') ?? [];
  const names = rows.map((row) => row.name);
  return [
    ...used
      .filter((name) => !names.includes(name))
      .map((name) => fault(listPath, 1, `${name} is not listed: add a row that says why it is needed`)),
    ...rows
      .filter(({ name }) => !used.includes(name) && !optional.includes(name))
      .map(({ name, line }) =>
        fault(listPath, line, `${name} is no dependency in package.json: remove the row`),
      ),
  ];
};

function fault(path: string, line: number, message: string): Violation {
  return { rule: 'dependency-list', path, line, message };
}

export const docRules = {
  'manual-pages': manualPages,
  'dependency-list': dependencyList,
} satisfies Record<string, Rule>;
