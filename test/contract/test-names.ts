import { globSync, readFileSync } from 'node:fs';

const root = new URL('../../', import.meta.url);

/** What is between `test(` and the next argument, whatever its quotes. */
const call = /\btest\(\s*(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`)/g;

/** Names of the tests that there are, as they stand in the source; of a template the part before its first value. */
export function testNames(): ReadonlySet<string> {
  const names = new Set<string>();
  for (const file of globSync(['src/**/*.test.ts', 'test/**/*.test.ts'], { cwd: root })) {
    for (const [, single, double, template] of readFileSync(new URL(file, root), 'utf8').matchAll(call))
      names.add(plain(single ?? double ?? template ?? ''));
  }
  return names;
}

/** Without what differs from run to run: values of a template, the database. */
function plain(name: string): string {
  return (name.split('${', 1)[0] ?? '').replace(/[\s(]+$/, '').replaceAll(/\\(.)/g, '$1');
}
