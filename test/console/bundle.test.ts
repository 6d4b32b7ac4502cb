import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { installation } from '../harness/berth-command.ts';

const shellLimit = 170 * 1024;
const pageLimit = 60 * 1024;
const folder = join(installation, 'dist', 'console');

interface Manifest {
  readonly entry: string;
  readonly preload: readonly string[];
  readonly style: string;
  readonly files: readonly string[];
}

const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Manifest;

function compressed(name: string): number {
  return statSync(join(folder, 'assets', `${name}.br`)).size;
}

function sum(names: Iterable<string>): number {
  return [...names].reduce((total, name) => total + compressed(name), 0);
}

/** What a script brings along: the scripts it imports, whatever imports them too. */
function importsOf(name: string, seen = new Set<string>()): Set<string> {
  const text = readFileSync(join(folder, 'assets', name), 'utf8');
  for (const [, other = ''] of text.matchAll(/(?:from|import)\s*["`']\.\/([^"`']+)["`']/g)) {
    if (seen.has(other)) continue;
    seen.add(other);
    importsOf(other, seen);
  }
  return seen;
}

test('the shell and each page are as small as was promised', (context) => {
  const shell = new Set([manifest.entry, ...manifest.preload, manifest.style]);
  for (const name of importsOf(manifest.entry)) shell.add(name);
  context.diagnostic(`shell: ${sum(shell)} bytes of brotli, at most ${shellLimit}`);
  assert.ok(sum(shell) <= shellLimit);
  const pages = manifest.files.filter((name) => /-page-[\w-]+\.js$/.test(name));
  assert.ok(pages.length >= 3);
  for (const page of pages) {
    const more = new Set([page, ...importsOf(page)]).difference(shell);
    context.diagnostic(`${page}: ${sum(more)} bytes more`);
    assert.ok(sum(more) <= pageLimit, page);
  }
});

test('nothing of it is asked for elsewhere', () => {
  // Names of name spaces, and pages that React tells of in its errors; no browser asks for them.
  const known = /^https?:\/\/(?:www\.w3\.org|react\.dev)\//;
  for (const name of manifest.files) {
    const text = readFileSync(join(folder, 'assets', name), 'utf8');
    const found = [...text.matchAll(/https?:\/\/[\w.-]+\.[a-z]+\/?/g)].map(([address]) => address);
    assert.deepEqual(
      found.filter((address) => !known.test(`${address}/`)),
      [],
      name,
    );
  }
});
