// The programs on the manual's page about client libraries, as they stand there, against a new server.

import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { root } from '../../../harness/berth-command.ts';
import { clientTool } from '../../../harness/client-tool.ts';
import { installed, runProgram } from '../../../harness/run-program.ts';
import { BerthServer, password } from '../../../harness/start-server.ts';
import { blocksOf } from '../../../manuals/manual-page.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());

const [english = [], chinese] = ['en', 'zh'].map((language) =>
  blocksOf(readFileSync(join(root, 'docs', language, 'scripts.md'), 'utf8')).map((block) => ({
    language: block.language,
    text: block.lines.join('\n'),
  })),
);

/** The block of a page at this place, which has to be in this language. */
function blockAt(index: number, language: string): string {
  const block = english[index];
  assert.equal(block?.language, language);
  return `${block.text}\n`;
}

async function prints(program: string, args: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const env = { BERTH_PASSWORD: password, ...more };
  const { code, text } = await runProgram(program, args, { cwd: server.folder, env, limitMs: 600_000 });
  assert.equal(code, 0, text);
  return text;
}

const here = (text: string): string => text.replaceAll('localhost:5000', `127.0.0.1:${server.port}`);

test('both languages have the same programs', () => {
  assert.deepEqual(chinese, english);
  assert.equal(english.length, 6);
});

for (const [index, module] of (['harborapi', 'harbor-api-client'] as const).entries()) {
  test(`the program for ${module} prints what the page says`, async () => {
    const script = join(server.folder, `program-${index}.py`);
    writeFileSync(script, here(blockAt(index * 2, 'python')));
    const shown = await prints(await clientTool(module), [script]);
    assert.equal(shown, blockAt(index * 2 + 1, 'output'));
  });
}

test('the program for Go prints what the page says', async () => {
  // Builds what the program needs, too.
  await clientTool('harbor-go-client');
  const folder = join(server.folder, 'go');
  mkdirSync(folder);
  for (const file of ['go.mod', 'go.sum'])
    copyFileSync(join(root, 'test/clients/tools/harbor-go-client', file), join(folder, file));
  writeFileSync(join(folder, 'main.go'), here(blockAt(4, 'go')));
  const { HOME = root, GO = installed('go', 'version') ? 'go' : '/usr/local/go/bin/go' } = process.env;
  const shown = await prints(GO, ['run', '-C', folder, '-trimpath', '-ldflags=-s -w', '.'], {
    HOME,
    CGO_ENABLED: '0',
    GOTOOLCHAIN: 'local',
  });
  assert.equal(shown, blockAt(5, 'output'));
});
