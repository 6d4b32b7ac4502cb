import { type ResourceLimits, Worker } from 'node:worker_threads';

/** What a thread is for; `main.ts` maps each to its module. */
export type ThreadRole = 'bcrypt' | 'checkpoint' | 'dump' | 'files' | 'hash' | 'layer' | 'removal';

export interface ThreadData {
  readonly role: ThreadRole;
  readonly input: unknown;
}

/** Starts threads from the one entry file, which is found under the same name in a checkout and in a bundle. */
export class Threads {
  readonly #entry: URL;

  constructor(entry: URL) {
    this.#entry = entry;
  }

  /** @param resourceLimits for a thread that makes much garbage: less memory between two collections */
  start(role: ThreadRole, input: unknown, resourceLimits: ResourceLimits = {}): Worker {
    const workerData: ThreadData = { role, input };
    // File descriptors belong to the process: threads are lent them and close none.
    return new Worker(this.#entry, {
      workerData,
      trackUnmanagedFds: false,
      name: `berth-${role}`,
      resourceLimits,
    });
  }
}
