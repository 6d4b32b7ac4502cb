import type { Database } from '../../platform/db/database.ts';
import { append, systemActor } from '../../platform/events/append.ts';
import type { PeriodicJob } from '../../platform/jobs/periodic-jobs.ts';
import type { Logger } from '../../platform/log/logger.ts';
import { deleteEndedDeviceLogins } from '../device-logins/device-login-writes.ts';
import { deleteTokenRow, tokensEndedBefore } from '../personal-tokens/token-writes.ts';
import { deleteEndedSessions } from '../sessions/session-writes.ts';

const everyMs = 60 * 60 * 1000;
/** So long its owner sees in the list that a token has ended. */
const tokenShownMs = 30 * 24 * 60 * 60 * 1000;
const pageSize = 100;

interface SweepDeps {
  readonly db: Database;
  readonly log: Pick<Logger, 'info'>;
}

/** Removes what signs nobody in any more: sessions and device logins at once, tokens a month after their end. */
export function createSignInSweep(deps: SweepDeps): PeriodicJob {
  return { name: 'sign-in-sweep', everyMs, run: (signal) => sweepSignIns(deps, signal) };
}

export async function sweepSignIns({ db, log }: SweepDeps, signal: AbortSignal): Promise<void> {
  const now = await db.now();
  await db.transaction(async (tx) => {
    await deleteEndedSessions(tx, now);
    await deleteEndedDeviceLogins(tx, now);
  });
  let count = 0;
  for (let page = pageSize; page === pageSize && !signal.aborted; ) {
    page = await db.transaction(async (tx) => {
      const ended = await tokensEndedBefore(tx, { before: now - tokenShownMs, count: pageSize });
      for (const { id, userId, username } of ended) {
        const name = await deleteTokenRow(tx, { id, userId });
        // Its owner was quicker.
        if (name === undefined) continue;
        await append(tx, {
          type: 'token.revoked',
          at: now,
          actor: systemActor,
          projectId: null,
          object: `user:${userId}`,
          data: { username, token: id, name },
        });
      }
      return ended.length;
    });
    count += page;
  }
  if (count > 0) log.info({ count }, 'personal tokens that ended a month ago were removed');
}
