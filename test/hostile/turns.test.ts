// The hostile tests that `docs/design/hostile-input.md` names, once more, with the turns of their servers recorded.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../harness/berth-command.ts';
import { recordedTurns } from '../harness/recorded-turns.ts';
import { runProgram } from '../harness/run-program.ts';
import { slowness } from '../harness/slowness.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';

/** CPU time of the main thread, of one turn. */
const limitMs = 50;

test(`in all hostile tests no turn of the event loop computes for more than ${limitMs} ms`, async (t) => {
  const table = readFileSync(join(root, 'docs', 'design', 'hostile-input.md'), 'utf8');
  const files = [...new Set(table.match(/(?<=`)test\/api\/[a-z0-9-]+\.test\.ts(?=`)/g))];
  assert.ok(files.length > 10, files.join());
  const folder = temporaryFolder();
  const args = ['--test', '--test-concurrency=2', ...files];
  const env = { TURN_RECORDER_FOLDER: folder };
  const run = await runProgram(process.execPath, args, { cwd: root, env, limitMs: 300_000 });
  assert.equal(run.code, 0, run.text.slice(-5000));
  const turns = recordedTurns(folder);
  const servers = new Set(turns.map(({ pid }) => pid)).size;
  t.diagnostic(`${files.length} files, ${servers} servers`);
  for (const { cpuMs, time, pid } of turns.slice(0, 5))
    t.diagnostic(`${cpuMs.toFixed(1)} ms at ${time} of ${pid}`);
  assert.ok(servers >= 10, 'too few servers were recorded');
  const [longest] = turns;
  assert.ok(longest !== undefined && longest.cpuMs <= limitMs * slowness(), JSON.stringify(longest));
});
