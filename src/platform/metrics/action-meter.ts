import type { Sample } from './durations.ts';
import { WorkMeter } from './work-meter.ts';

/** Counts what is asked of a storage, by the names that Docker's registry has for it, and how long it takes. */
export class ActionMeter {
  readonly #actions = new Map<string, WorkMeter>();

  measure<T>(action: string, work: () => Promise<T>): Promise<T> {
    let meter = this.#actions.get(action);
    if (meter === undefined) {
      meter = new WorkMeter();
      this.#actions.set(action, meter);
    }
    return meter.measure(work);
  }

  samples(labels: Sample['labels']): Sample[] {
    return Array.from(this.#actions, ([action, { durations }]) =>
      durations.samples({ ...labels, action }),
    ).flat();
  }
}
