// How files lie in folders, and that each one is used.

import { posix } from 'node:path';
import { edgesOf } from './imports.ts';
import { isTest, isTestCode, placeOf, productFiles } from './places.ts';
import { folderSizeExempt, libByMap, maxFilesPerFolder, minSourceFiles } from './policy.ts';
import { isCode, type Rule, type SourceFile, type Violation } from './source-file.ts';

const folderSize: Rule = (files) => {
  const code = files.filter((file) => isCode(file) && !isTestCode(file.path) && !isTest(file.path));
  const folders = Map.groupBy(code, (file) => posix.dirname(file.path));
  return [...folders]
    .filter(([folder, members]) => members.length > maxFilesPerFolder && !folderSizeExempt.includes(folder))
    .map(([path, members]) => ({
      rule: 'folder-size',
      path,
      line: 1,
      message: `${members.length} source files, at most ${maxFilesPerFolder}: group those of one noun in a sub-folder`,
    }));
};

/** Files that nothing imports: the entries and the tests. */
function isRoot(path: string): boolean {
  return path === 'src/main.ts' || path === 'src/app.ts' || path.endsWith('.test.ts');
}

const orphan: Rule = (files) => {
  const source = files.filter((file) => isCode(file) && file.path.startsWith('src/'));
  const byPath = new Map(source.map((file) => [file.path, file]));
  const reached = new Set<string>();
  const waiting = source.map((file) => file.path).filter(isRoot);
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const file = byPath.get(path);
    if (file === undefined || reached.has(path)) continue;
    reached.add(path);
    waiting.push(...edgesOf(file).map((edge) => edge.to.path));
  }
  return source
    .filter((file) => !reached.has(file.path))
    .map(({ path }) => ({
      rule: 'orphan',
      path,
      line: 1,
      message: 'neither main.ts, app.ts nor a test reaches this file: import it, or delete it',
    }));
};

const libDrawer: Rule = (files) => {
  const product = productFiles(files);
  const users = new Map<string, Set<string>>();
  for (const { from, to } of product.flatMap(edgesOf)) {
    const node = from.floor === 'lib' ? from.path : from.unit;
    users.set(to.path, (users.get(to.path) ?? new Set()).add(node));
  }
  return product
    .filter((file) => file.path.startsWith('src/lib/') && !libByMap.includes(file.path))
    .flatMap(({ path }): Violation[] => {
      const [only, ...others] = unitsUsing(path, users);
      if (only === undefined || others.length > 0) return [];
      return [{ rule: 'lib-drawer', path, line: 1, message: `only ${only} uses this file: move it there` }];
    });
};

/** The folders above lib that need a file, also through other files of lib. */
function unitsUsing(path: string, users: Map<string, Set<string>>): Set<string> {
  const units = new Set<string>();
  const seen = new Set<string>();
  const waiting = [path];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    for (const user of users.get(at) ?? []) {
      if (placeOf(user).floor === 'lib') waiting.push(user);
      else units.add(user);
    }
  }
  return units;
}

/** A check that saw nothing must not say that all is well. */
export function filesSeen(files: SourceFile[], minimum: number): Violation[] {
  const count = productFiles(files).length;
  if (count >= minimum) return [];
  const message = `saw ${count} source files, expected at least ${minimum}: run from the root of the repository`;
  return [{ rule: 'files-seen', path: 'src', line: 1, message }];
}

export const fileRules = {
  'folder-size': folderSize,
  orphan,
  'lib-drawer': libDrawer,
  'files-seen': (files) => filesSeen(files, minSourceFiles),
} satisfies Record<string, Rule>;
