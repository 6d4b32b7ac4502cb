/** One line of the exposition: its name is that of its metric and the suffix. */
export interface Sample {
  readonly suffix?: '_bucket' | '_sum' | '_count';
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** From what is answered from memory up to the push of a large layer. */
const boundsSeconds: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
];
/** From a manifest to a large layer. */
export const boundsBytes: readonly number[] = [1024, 16_384, 262_144, 1 << 20, 1 << 24, 1 << 28, 2 ** 32];
/** Harbor's. */
const quantiles = [0.5, 0.9, 0.99] as const;

/** How often something took how long, or was how large. */
export class Durations {
  /** By the smallest bound that it did not exceed; the last: longer than all of them. */
  readonly #counts: Float64Array;
  readonly #bounds: readonly number[];
  #sum = 0;

  constructor(bounds = boundsSeconds) {
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  get count(): number {
    return this.#counts.reduce((sum, each) => sum + each, 0);
  }

  /** With the same bounds. */
  empty(): Durations {
    return new Durations(this.#bounds);
  }

  observe(value: number): void {
    let at = 0;
    while (at < this.#bounds.length && value > (this.#bounds[at] ?? 0)) at += 1;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#sum += value;
  }

  /** What another one with the same bounds has observed counts here, too. */
  add(other: Durations): void {
    for (const [at, count] of other.#counts.entries()) this.#counts[at] = (this.#counts[at] ?? 0) + count;
    this.#sum += other.#sum;
  }

  /** As a histogram: each bucket counts what is in the smaller ones, too. */
  samples(labels: Sample['labels'] = {}): Sample[] {
    let upTo = 0;
    const buckets = Array.from(this.#counts, (count, at): Sample => {
      upTo += count;
      return { suffix: '_bucket', labels: { ...labels, le: this.#bounds[at] ?? '+Inf' }, value: upTo };
    });
    return [...buckets, ...this.#totals(labels)];
  }

  /** As a summary, whose quantiles are estimated between the bounds. */
  summary(labels: Sample['labels'] = {}): Sample[] {
    const each = quantiles.map((quantile) => ({
      labels: { ...labels, quantile },
      value: this.#quantile(quantile),
    }));
    return [...each, ...this.#totals(labels)];
  }

  #totals(labels: Sample['labels']): Sample[] {
    return [
      { suffix: '_sum', labels, value: this.#sum },
      { suffix: '_count', labels, value: this.count },
    ];
  }

  #quantile(part: number): number {
    const wanted = part * this.count;
    let below = 0;
    for (const [at, count] of this.#counts.entries()) {
      const [from, to] = [this.#bounds[at - 1] ?? 0, this.#bounds[at]];
      if (below + count >= wanted && count > 0)
        return to === undefined ? from : from + ((to - from) * (wanted - below)) / count;
      below += count;
    }
    return 0;
  }
}
