import { Durations, type Sample } from './durations.ts';

export type RunEnd = 'success' | 'fail' | 'stop';

/** Runs of jobs that have ended in this process, by kind and how. */
export class JobMeter {
  readonly #runs = new Map<string, Map<RunEnd, Durations>>();

  ended(kind: string, end: RunEnd, seconds: number): void {
    const byEnd = this.#runs.get(kind) ?? new Map<RunEnd, Durations>();
    this.#runs.set(kind, byEnd);
    const durations = byEnd.get(end) ?? new Durations();
    byEnd.set(end, durations);
    durations.observe(seconds);
  }

  counts(): Sample[] {
    return this.#all((labels, durations) => [{ labels, value: durations.count }]);
  }

  durations(): Sample[] {
    return this.#all((labels, durations) => durations.summary(labels));
  }

  #all(samples: (labels: Sample['labels'], durations: Durations) => Sample[]): Sample[] {
    return Array.from(this.#runs, ([type, byEnd]) =>
      Array.from(byEnd, ([status, durations]) => samples({ type, status }, durations)),
    ).flat(2);
  }
}
