// The server's own calls are recorded, and the power is cut at any instant of them: whatever no sync had covered is
// kept, dropped, torn or out of order. Each time the server starts on what is left, and everything it had acknowledged
// is compared. The same cuts find a server that leaves out any one of its syncs.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { listing } from '../../harness/listing.ts';
import { runProgram } from '../../harness/run-program.ts';
import { temporaryFolder } from '../../harness/temporary-folder.ts';
import { controls, databasePath, logPath, wrongServers } from './controls.ts';
import { type CutTotals, cutPower } from './cut-power.ts';
import { buildRecorder, modes, type Recording, record } from './recording.ts';
import { contentWith, materialise, Replay } from './replay.ts';
import { readTrace, refuseFlags } from './trace-reader.ts';

const cuts = Number(process.env['BERTH_CUTS'] ?? '200');
const seed = process.env['BERTH_CUTS_SEED'] ?? 'cuts';
/** The trace of calls finds every sync that is left out, too: a short run tries some here. */
const tried = cuts < 200 ? controls.filter((_, no) => no % 3 === 0) : controls;
const controlCuts = Math.max(12, Math.ceil(cuts / 40));

const logHeaderBytes = 32;

const library = buildRecorder();
const recordings: Recording[] = [];
for (const mode of modes) recordings.push(await record({ mode, library, seed }));

function recordingOf(mode: (typeof modes)[number]): Recording {
  const found = recordings.find(({ name }) => name === mode);
  assert.ok(found !== undefined);
  return found;
}

/** Replays a recording to its end and counts what happened in it. */
function factsOf(records: Recording['records'], replay: Replay) {
  const seen = { databaseSyncs: 0, logsBegunAnew: 0, answers: 0, kills: -1 };
  const begun = new Set<number>();
  for (const record of records) {
    replay.apply(record);
    const { kind, inode, value, bytes } = record;
    if (kind === 'life') seen.kills += 1;
    if (kind === 'answer') seen.answers += 1;
    if (kind === 'create') begun.delete(inode);
    if (kind === 'syncEnd' && replay.pathOf(inode) === databasePath) seen.databaseSyncs += 1;
    const header = kind === 'write' && value === 0 && bytes.length === logHeaderBytes;
    if (!header || replay.pathOf(inode) !== logPath) continue;
    if (begun.has(inode)) seen.logsBegunAnew += 1;
    begun.add(inode);
  }
  return seen;
}

for (const mode of modes) {
  test(`with nothing dropped, the recording of ${mode} gives byte for byte what the server left`, (t) => {
    const { root, rootInode, records, histories, acknowledged } = recordingOf(mode);
    const replay = new Replay(rootInode);
    const seen = factsOf(records, replay);
    const replayed = temporaryFolder();
    materialise(
      replay,
      { content: (file) => contentWith(file, file.pending), keepsName: () => true },
      replayed,
    );
    const isKept = (path: string): boolean => !path.endsWith('.sock');
    assert.deepEqual(listing(replayed), listing(root).filter(isKept));
    // Written through shared memory, and worthless without its process.
    const files = listing(replayed).filter((path) => !path.endsWith('/') && !path.endsWith('-shm'));
    for (const path of files)
      assert.ok(readFileSync(join(replayed, path)).equals(readFileSync(join(root, path))), path);
    t.diagnostic(
      `${records.length} records, ${acknowledged} acknowledged changes of ${histories.length} addresses, ` +
        `${seen.answers} answers, ${seen.kills} restarts, ` +
        `${seen.databaseSyncs} syncs of the database, log begun anew ${seen.logsBegunAnew} times, ` +
        `${files.length} files compared`,
    );
    assert.ok(mode !== 'checkpoints' || seen.logsBegunAnew > 0, 'no checkpoint came to the end of the log');
  });
}

test('a call that the replay does not know makes the recording worthless', async () => {
  const folder = temporaryFolder();
  const root = join(folder, 'root');
  mkdirSync(root);
  writeFileSync(join(root, 'file'), 'text');
  const calls = {
    copy: 'fs.copyFileSync("root/file", "root/copy")',
    symlink: 'fs.symlinkSync("file", "root/link")',
    rename: 'fs.renameSync("root/file", "elsewhere")',
  };
  for (const [name, call] of Object.entries(calls)) {
    const trace = join(folder, name);
    const env = { LD_PRELOAD: library, RECORD_ROOT: root, RECORD_TRACE: trace };
    const program = `fs.writeFileSync("root/file", "again"); ${call}`;
    const { code, text } = await runProgram(process.execPath, ['-e', program], { cwd: folder, env });
    assert.equal(code, 0, text);
    assert.throws(() => refuseFlags(readTrace(trace)), /calls that cannot be replayed/);
  }
});

for (const [index, mode] of modes.entries()) {
  const share = Math.floor((cuts + index) / modes.length);
  test(`${share} cuts in ${mode} lose nothing that was acknowledged, and the server starts on each`, async (t) => {
    const totals = await cutPower(recordingOf(mode), { cuts: share, seed: `${seed}/${mode}` });
    t.diagnostic(told(totals));
    t.diagnostic([...totals.kinds].map(([kind, count]) => `${kind} ${count}`).join(', '));
    assert.deepEqual(totals.problems, []);
    assert.equal(totals.cuts, share);
    assert.equal(totals.lost + totals.corrupt, 0);
  });
}

for (const { name, ignored, historiesOf, corrupts = false } of tried) {
  test(`the cuts find a server that ${name}`, async (t) => {
    const recording = recordingOf('checkpoints');
    const totals = await cutPower(recording, {
      hard: true,
      cuts: controlCuts,
      seed: `${seed}/${name}`,
      ...(ignored === undefined ? {} : { ignored }),
      ...(historiesOf === undefined ? {} : { histories: historiesOf(recording) }),
    });
    t.diagnostic(told(totals));
    assert.ok((corrupts ? totals.corrupt : totals.lost) > 0, 'nothing was found');
  });
}

for (const { name, changes } of wrongServers) {
  test(`the cuts find a server that ${name}`, async (t) => {
    const recording = await record({ mode: 'short', library, seed, changes });
    const totals = await cutPower(recording, { hard: true, cuts: 4 * controlCuts, seed: `${seed}/${name}` });
    t.diagnostic(told(totals));
    assert.ok(totals.lost + totals.corrupt > 0, 'nothing was found');
  });
}

function told(totals: CutTotals): string {
  const { compared, strays, lost, corrupt } = totals;
  return (
    `${totals.cuts} cuts, ${compared} comparisons, lost something in ${lost}, corrupt in ${corrupt}, ` +
    `${strays} strays`
  );
}
