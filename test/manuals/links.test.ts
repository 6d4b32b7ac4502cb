// Links of the manual lead somewhere: to a file that is there, and to a heading that it has. A page that a run writes may
// be missing where none was made.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { test } from 'node:test';
import { root } from '../harness/berth-command.ts';
import { writtenByRuns } from './manual-page.ts';

const pages = ['en', 'zh'].flatMap((language) =>
  readdirSync(join(root, 'docs', language)).map((page) => join(root, 'docs', language, page)),
);

/** Of headings, as the hosts of repositories make them, and those that are written out. */
function anchorsOf(markdown: string): string[] {
  const written = [...markdown.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id);
  const headings = [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{Letter}\p{Number} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return [...written, ...headings];
}

for (const page of pages) {
  test(`the links of ${page.slice(root.length + 1)} lead somewhere`, () => {
    const text = readFileSync(page, 'utf8');
    for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [path = '', anchor] = decodeURI(target).split('#');
      const file = path === '' ? page : resolve(dirname(page), path);
      if (!existsSync(file) && writtenByRuns.includes(basename(file))) continue;
      assert.ok(existsSync(file), `${target}: there is no such file`);
      if (anchor !== undefined)
        assert.ok(anchorsOf(readFileSync(file, 'utf8')).includes(anchor), `${target}: no such heading`);
    }
  });
}
