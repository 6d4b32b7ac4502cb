import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';

// Loaded into a server by `--import`, begun by SIGUSR2 when it is ready: writes down each turn of the event loop that
// computed longer than any before. A timer of one millisecond fires at most once a turn, so what the main thread has
// computed between two firings is at least one whole turn. It is written at once: most servers of tests are killed. Each
// further signal collects garbage, which counts as no turn.

/** One line of the file. */
export interface RecordedTurn {
  readonly pid: number;
  /** As the lines of the server's log have it. */
  readonly time: string;
  /** CPU time of the main thread, its system calls included. */
  readonly cpuMs: number;
  /** Turns until then. */
  readonly turns: number;
}

const folder = process.env['TURN_RECORDER_FOLDER'];

if (isMainThread && folder !== undefined) {
  const file = join(folder, `${process.pid}-${Date.now()}.jsonl`);
  process.once('SIGUSR2', () => {
    let longest = 0;
    let turns = 0;
    let last = process.threadCpuUsage();
    setInterval(() => {
      const now = process.threadCpuUsage();
      const cpuMs = (now.user + now.system - last.user - last.system) / 1000;
      last = now;
      turns += 1;
      if (cpuMs <= longest) return;
      longest = cpuMs;
      const line: RecordedTurn = { pid: process.pid, time: new Date().toISOString(), cpuMs, turns };
      appendFileSync(file, `${JSON.stringify(line)}\n`);
      last = process.threadCpuUsage();
    }, 1).unref();
    process.on('SIGUSR2', () => {
      setFlagsFromString('--expose-gc');
      (runInNewContext('gc') as () => void)();
      last = process.threadCpuUsage();
    });
  });
}
