import { Durations } from './durations.ts';

/** Counts pieces of work by how they ended, and how long they took. */
export class WorkMeter {
  readonly durations = new Durations();
  #done = 0;
  #failed = 0;

  get done(): number {
    return this.#done;
  }

  get failed(): number {
    return this.#failed;
  }

  async measure<T>(work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    try {
      const value = await work();
      this.#done += 1;
      return value;
    } catch (error) {
      this.#failed += 1;
      throw error;
    } finally {
      this.durations.observe((performance.now() - startedAt) / 1000);
    }
  }
}
