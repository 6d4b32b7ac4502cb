import { setTimeout as delay } from 'node:timers/promises';
import { isDatabaseAway } from '../../lib/errors.ts';
import type { Logger } from '../../platform/log/logger.ts';

const tryEveryMs = 250;
/** Longer than a lease: behind it whoever comes next does it. */
const giveUpMs = 60_000;

/** Does for a request that was refused what it could not leave in order because the database was away. Never rejects. */
export async function whenDatabaseIsBack(
  log: Logger,
  failed: string,
  work: () => Promise<unknown>,
): Promise<void> {
  for (const endAt = performance.now() + giveUpMs; performance.now() < endAt; ) {
    await delay(tryEveryMs, undefined, { ref: false });
    try {
      await work();
      return;
    } catch (error) {
      if (isDatabaseAway(error)) continue;
      log.warn({ error }, failed);
      return;
    }
  }
}
