import { monitorEventLoopDelay } from 'node:perf_hooks';

const windowMs = 10_000;
/** The timer that measures is itself so far apart, which is not lag. */
const resolutionMs = 20;

/** How busy the process was in the last ten seconds. */
export class RecentLoad implements Disposable {
  readonly #requests: () => number;
  readonly #delay = monitorEventLoopDelay({ resolution: resolutionMs });
  readonly #timer: NodeJS.Timeout;
  #beganAt = performance.now();
  #before: number;
  #requestsPerSecond = 0;
  #lagP99Seconds = 0;

  /** @param requests how many there were so far */
  constructor(requests: () => number) {
    this.#requests = requests;
    this.#before = requests();
    this.#delay.enable();
    this.#timer = setInterval(() => this.roll(), windowMs).unref();
  }

  get requestsPerSecond(): number {
    return this.#requestsPerSecond;
  }

  /** One in a hundred turns of the event loop came later than this. */
  get lagP99Seconds(): number {
    return this.#lagP99Seconds;
  }

  /** Ends the window: what is told from now on is about it. */
  roll(): void {
    const now = performance.now();
    const requests = this.#requests();
    this.#requestsPerSecond = ((requests - this.#before) * 1000) / Math.max(1, now - this.#beganAt);
    this.#before = requests;
    this.#beganAt = now;
    this.#lagP99Seconds =
      this.#delay.count === 0 ? 0 : Math.max(0, this.#delay.percentile(99) / 1e9 - resolutionMs / 1000);
    this.#delay.reset();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#delay.disable();
  }
}
