import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { berth } from '../harness/berth-command.ts';
import { imageOf } from '../harness/image.ts';
import { BerthServer } from '../harness/start-server.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import type { TurnFigures } from './turn-meter.ts';

const rows = Number(process.env['BERTH_LOAD_ROWS'] ?? 200_000);
const turnLimitMs = 20;
const growthLimitMiB = 100;
/** An image of one layer is pushed by five, pulled by three. */
const requests = 8;

interface Control {
  table?: string;
  end?: string;
  rows?: number;
  sha256?: string;
  sequence?: number;
}

/** The same dump with so many further rows of blobs: its format is the way in for a large database. */
function grown(dump: Buffer): Buffer {
  const lines = gunzipSync(dump).toString().trimEnd().split('\n');
  const members: Buffer[] = [];
  let ofBlobs = false;
  const digest = createHash('sha256');
  for (const line of lines) {
    const control = line.startsWith('[') ? {} : (JSON.parse(line) as Control);
    if (control.table !== undefined) ofBlobs = control.table === 'blob';
    if (ofBlobs && line.startsWith('[')) digest.update(`${line}\n`);
    if (control.end === 'blob') {
      for (const text of moreBlobs()) {
        digest.update(text);
        members.push(gzipSync(text, { level: 1 }));
      }
      control.rows = (control.rows ?? 0) + rows;
      control.sha256 = digest.digest('hex');
      control.sequence = firstId + rows;
    }
    if (control.end === 'berth-database') control.rows = (control.rows ?? 0) + rows;
    members.push(gzipSync(`${control.end === undefined ? line : JSON.stringify(control)}\n`));
  }
  return Buffer.concat(members);
}

const firstId = 1000;

function* moreBlobs(): Generator<string> {
  for (let from = 0; from < rows; from += 10_000) {
    let text = '';
    for (let no = from; no < Math.min(rows, from + 10_000); no++) {
      const hex = createHash('sha256').update(`blob ${no}`).digest('hex');
      text += `${JSON.stringify([firstId + no, `sha256:${hex}`, 1000, 'live', null, 0, null, 0])}\n`;
    }
    yield text;
  }
}

async function measure(server: BerthServer, file: string): Promise<TurnFigures> {
  rmSync(file, { force: true });
  server.signal('SIGUSR2');
  while (!existsSync(file) || readFileSync(file, 'utf8') === '') await delay(20);
  return JSON.parse(readFileSync(file, 'utf8')) as TurnFigures;
}

test(`while a database of ${rows} rows is backed up, pushes and pulls go on, and memory does not grow with it`, async () => {
  const folder = temporaryFolder();
  const turns = join(folder, 'turns.json');
  const meter = pathToFileURL(join(import.meta.dirname, 'turn-meter.ts')).href;
  await using server = await BerthServer.start({
    env: { NODE_OPTIONS: `--import=${meter}`, TURN_METER_FILE: turns },
  });
  const client = server.client();
  const image = imageOf({ seed: 'before', layers: [1000] });
  await client.pushImage('hello', '1', image);
  const cli = async (...args: string[]): Promise<{ ms?: number; sizeBytes?: number; rows: number }> => {
    const all = [...args, '--data', server.data, '--json'];
    const { code, stdout, stderr } = await berth(all, { limitMs: 300_000 });
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as { rows: number };
  };
  const file = join(folder, 'small.gz');
  await cli('backup', 'db', file);
  await server.stop();
  const large = join(folder, 'large.gz');
  writeFileSync(large, grown(readFileSync(file)));
  const restoreAt = performance.now();
  await cli('restore', 'db', large);
  const restoreMs = performance.now() - restoreAt;
  await server.restart();
  await client.pullImage('hello', '1', image);

  const before = await measure(server, turns);
  let running = true;
  const backup = cli('backup', 'db', join(folder, 'again.gz')).finally(() => {
    running = false;
  });
  const waits: number[] = [];
  let logBytes = 0;
  for (let no = 0; running; no++) {
    const at = performance.now();
    await client.pushImage('hello', 'moving', imageOf({ seed: `during ${no}`, layers: [1000] }));
    await client.pullImage('hello', '1', image);
    waits.push((performance.now() - at) / requests);
    logBytes = Math.max(logBytes, statSync(join(server.data, 'berth.db-wal')).size);
  }
  const report = await backup;
  const after = await measure(server, turns);
  const sorted = waits.toSorted((a, b) => a - b);
  const [middle = Number.NaN, worst = Number.NaN] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  console.log(
    `${report.rows} rows, ${((report.sizeBytes ?? 0) / 1024 / 1024).toFixed(1)} MiB in ${report.ms} ms; restored in ${Math.round(restoreMs)} ms; ` +
      `meanwhile ${waits.length * requests} requests, ${middle.toFixed(0)} ms a request, at worst ${worst.toFixed(0)} ms; ` +
      `turns ${after.cpuP99.toFixed(1)} ms p99, ${after.cpuMax.toFixed(0)} ms at worst; ` +
      `log ${(logBytes / 1024 / 1024).toFixed(1)} MiB; memory ${before.rssMiB.toFixed(0)} → ${after.rssMiB.toFixed(0)} MiB`,
  );
  assert.ok(report.rows > rows);
  assert.ok(waits.length >= 3, `${waits.length} images were pushed meanwhile`);
  assert.ok(worst * requests < (report.ms ?? 0), 'a push waited for the backup');
  assert.ok(after.cpuP99 < turnLimitMs, `${after.cpuP99} ms`);
  assert.ok(after.rssMiB - before.rssMiB < growthLimitMiB, `${before.rssMiB} → ${after.rssMiB} MiB`);
});
