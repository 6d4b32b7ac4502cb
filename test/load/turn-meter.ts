import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

// Loaded into the server by `--import`: measures what each turn of its event loop costs on its own thread. A timer
// of one millisecond fires once a turn while turns are longer than that, so what the thread has computed between two
// firings is at least one turn; short turns add up to a longer one, which errs on the strict side.

/** What one measurement, from one SIGUSR2 to the next, found. */
export interface TurnFigures {
  readonly turns: number;
  /** CPU of the main thread, milliseconds. */
  readonly cpuP50: number;
  readonly cpuP99: number;
  readonly cpuMax: number;
  /** Wall clock: says how busy the machine was, too. */
  readonly lagP99: number;
  readonly rssMiB: number;
}

const target = process.env['TURN_METER_FILE'];

if (isMainThread && target !== undefined) {
  let turns: number[] = [];
  let last = process.threadCpuUsage();
  const lag = monitorEventLoopDelay({ resolution: 1 });
  lag.enable();
  setInterval(() => {
    const now = process.threadCpuUsage();
    turns.push((now.user + now.system - last.user - last.system) / 1000);
    last = now;
  }, 1).unref();
  process.on('SIGUSR2', () => {
    const sorted = turns.toSorted((a, b) => a - b);
    const at = (share: number): number =>
      sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    const figures: TurnFigures = {
      turns: sorted.length,
      cpuP50: at(0.5),
      cpuP99: at(0.99),
      cpuMax: at(1),
      lagP99: lag.percentile(99) / 1e6,
      rssMiB: process.memoryUsage.rss() / 1024 / 1024,
    };
    writeFileSync(target, JSON.stringify(figures));
    turns = [];
    lag.reset();
    last = process.threadCpuUsage();
    performance.mark('measured');
  });
}
