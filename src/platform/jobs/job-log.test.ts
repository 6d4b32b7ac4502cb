import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Database } from '../db/database.ts';
import { dialects, openTestDatabase } from '../db/testing/test-database.ts';
import { JobLog } from './job-log.ts';
import { readLog } from './rows/job-log-reads.ts';
import { startJob } from './start-job.ts';

const kib = 1024;

async function addJob(db: Database): Promise<number> {
  const job = { input: null, vendorId: 1, trigger: 'MANUAL', unique: false, now: 0 } as const;
  return (await db.transaction((tx) => startJob(tx, { name: 'TEST' }, job))).jobId;
}

async function write(db: Database, log: JobLog): Promise<void> {
  const lines = log.take();
  assert.ok(lines !== undefined);
  await db.transaction((tx) => lines(tx));
}

async function piecesOf(db: Database, id: number) {
  const all: { readonly no: number; readonly text: string }[] = [];
  for await (const piece of readLog(db.reader, id, -1)) all.push(piece);
  return all;
}

for (const dialect of dialects) {
  test(`${dialect}: of a long log the start and the end stay, also over several runs`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const id = await addJob(db);
    for (let run = 0; run < 3; run += 1) {
      const log = await JobLog.open(db.reader, id, () => 0);
      for (let piece = 0; piece < 40; piece += 1) {
        for (let line = 0; line < 8; line += 1) log.add(`run ${run} piece ${piece} ${'x'.repeat(4000)}`);
        await write(db, log);
      }
    }
    const pieces = await piecesOf(db, id);
    const text = pieces.map((each) => each.text).join('');
    assert.ok(text.length > 1000 * kib && text.length < 1200 * kib, String(text.length));
    assert.match(text, /^1970-01-01T00:00:00.000Z run 0 piece 0 x/);
    assert.match(text.slice(-5000), /Z run 2 piece 39 x+\n$/);
    assert.ok(!text.includes('run 1 piece 5 '), 'the middle is left out');
    assert.equal(pieces.filter(({ no }, index) => no !== (pieces[index - 1]?.no ?? -1) + 1).length, 1);
  });

  test(`${dialect}: a burst of lines, and one endless line, take no more room than is kept of them`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const id = await addJob(db);
    const log = await JobLog.open(db.reader, id, () => 0);
    log.add('y'.repeat(5_000_000));
    for (let line = 0; line < 50_000; line += 1) log.add(`line ${line}`);
    await write(db, log);
    assert.equal(log.isEmpty, true);
    const [piece, ...more] = await piecesOf(db, id);
    assert.equal(more.length, 0);
    assert.ok((piece?.text.length ?? 0) <= 257 * kib);
    assert.match(piece?.text ?? '', /line 10\n[^]*\n…\n[^]*line 49999\n$/);
  });
}
