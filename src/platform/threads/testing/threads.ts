import { HashPool } from '../hash-pool.ts';
import { Threads } from '../threads.ts';

/** Threads as the program starts them, from the checkout's entry. */
export const testThreads = new Threads(new URL('../../../main.ts', import.meta.url));

/** A pool for one test; a thread that ends by itself fails it. */
export function startTestPool(): HashPool {
  return HashPool.start(testThreads, (what, cause) => {
    throw new Error(what, { cause });
  });
}
