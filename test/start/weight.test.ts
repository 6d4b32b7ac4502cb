import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { BerthServer } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

/**
 * What a start may take and what an idle server may hold: of a checkout, and of what `npm run build` made of it. The
 * start is judged by its CPU time, of which no other program takes a part, in starts of Node itself on the same machine.
 */
const limits =
  process.env['BERTH_TEST_DIST'] === '1' ? { starts: 40, idleMiB: 160 } : { starts: 65, idleMiB: 200 };

const skip = process.platform === 'linux' ? false : 'memory and CPU time are read from /proc';

function rssMiB(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) / 1024;
}

function cpuMs(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  // Of user and system, in hundredths of a second.
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** CPU time of a start of Node that does nothing: the median of nine. */
function cpuMsOfNode(): number {
  const script = 'const { user, system } = process.cpuUsage(); console.log((user + system) / 1000)';
  const all = Array.from({ length: 9 }, () => Number(execFileSync(process.execPath, ['-e', script])));
  return all.toSorted((a, b) => a - b)[4] ?? 0;
}

test(`a start takes the CPU time of ${limits.starts} starts of Node, an idle server ${limits.idleMiB} MiB`, {
  skip,
}, async (t) => {
  // The first start of a checkout compiles, and its end keeps what was compiled.
  await using first = await BerthServer.start();
  await first.stop();
  await using server = await BerthServer.start();
  const { pid } = server.ready;
  const used = cpuMs(pid);
  const starts = used / cpuMsOfNode();
  const held = await waitUntil(`a server that holds at most ${limits.idleMiB} MiB`, () => {
    const now = rssMiB(pid);
    return now <= limits.idleMiB && now;
  });
  t.diagnostic(
    `ready after ${Math.round(server.startMs)} ms, ${used} ms of CPU, ${starts.toFixed(1)} starts of Node; ${Math.round(held)} MiB`,
  );
  assert.ok(starts <= limits.starts, `${used} ms of CPU, ${starts.toFixed(1)} starts of Node`);
});
