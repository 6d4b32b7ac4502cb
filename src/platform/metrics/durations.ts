/** One line of the exposition: its name is that of its metric and the suffix. */
export interface Sample {
  readonly suffix?: '_bucket' | '_sum' | '_count';
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** From what is answered from memory up to the push of a large layer. */
const boundsSeconds = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
] as const;

/** How often something took how long. */
export class Durations {
  /** By the smallest bound that it did not exceed; the last: longer than all of them. */
  readonly #counts = new Float64Array(boundsSeconds.length + 1);
  #sumSeconds = 0;

  observe(seconds: number): void {
    let at = 0;
    while (at < boundsSeconds.length && seconds > (boundsSeconds[at] ?? 0)) at += 1;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#sumSeconds += seconds;
  }

  /** As a histogram: each bucket counts what is in the smaller ones, too. */
  samples(labels: Sample['labels'] = {}): Sample[] {
    let upTo = 0;
    const buckets = Array.from(this.#counts, (count, at): Sample => {
      upTo += count;
      return { suffix: '_bucket', labels: { ...labels, le: boundsSeconds[at] ?? '+Inf' }, value: upTo };
    });
    return [
      ...buckets,
      { suffix: '_sum', labels, value: this.#sumSeconds },
      { suffix: '_count', labels, value: upTo },
    ];
  }
}
