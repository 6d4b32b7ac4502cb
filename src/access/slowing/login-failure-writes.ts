import { sql } from 'kysely';
import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import type { Attempt } from './login-failure-reads.ts';

/** Milliseconds behind the fifth failure and those after it. */
const pauses = [1000, 2000, 4000, 8000, 16_000, 30_000] as const;
const free = 4;
const longest = pauses[pauses.length - 1] ?? 0;

const ended = sql<boolean>`login_failure.expires_at <= excluded.free_at`;
const oneMore = sql<number>`case when ${ended} then 1 else login_failure.failures + 1 end`;
const pauseBehind = sql.join(
  pauses.map((ms, index) => sql`when login_failure.failures = ${sql.lit(free + index)} then ${sql.lit(ms)}`),
  sql` `,
);
const pause = sql<number>`case when ${ended} or login_failure.failures < ${sql.lit(free)} then 0
  ${pauseBehind} else ${sql.lit(longest)} end`;

/** `free_at` of the new row is now. */
const count = prepare((db, values: { account: string; address: string; now: number; expiresAt: number }) =>
  db
    .insertInto('login_failure')
    .values({
      account: values.account,
      address: values.address,
      failures: 1,
      free_at: values.now,
      expires_at: values.expiresAt,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['account', 'address'])
        .doUpdateSet({
          failures: oneMore,
          free_at: sql<number>`excluded.free_at + ${pause}`,
          expires_at: values.expiresAt,
        })
        // Of attempts at once the later one may have looked at the clock first: behind the free ones nobody waits.
        .where(
          sql<boolean>`(login_failure.failures <= ${sql.lit(free)} or login_failure.free_at <= excluded.free_at)`,
        ),
    ),
);

/** Counts an attempt as failed before it is made, so that many at once are counted too. False: it has to wait. */
export async function countAttempt(
  tx: Tx,
  input: Attempt & { readonly now: number; readonly expiresAt: number },
): Promise<boolean> {
  return (await tx.run(count, { ...input })) > 0;
}

const remove = prepare((db, values: { account: string; address: string }) =>
  db.deleteFrom('login_failure').where('account', '=', values.account).where('address', '=', values.address),
);

export async function forgetAttempts(tx: Tx, { account, address }: Attempt): Promise<void> {
  await tx.run(remove, { account, address });
}

const lower = prepare((db, values: { account: string; address: string }) =>
  db
    .updateTable('login_failure')
    .set((set) => ({ failures: set('failures', '-', 1), free_at: 0 }))
    .where('account', '=', values.account)
    .where('address', '=', values.address)
    .where('failures', '>', 0),
);

/** For an attempt that was counted and not made. */
export async function takeAttemptBack(tx: Tx, { account, address }: Attempt): Promise<void> {
  await tx.run(lower, { account, address });
}

const removeEnded = prepare((db, values: { now: number; count: number }) =>
  db
    .deleteFrom('login_failure')
    .where(
      sql<boolean>`(account, address) in ${db
        .selectFrom('login_failure')
        .select(['account', 'address'])
        .where('expires_at', '<=', values.now)
        .limit(values.count)}`,
    ),
);

/** Returns how many there were. */
export function deleteEndedAttempts(tx: Tx, input: { now: number; count: number }): Promise<number> {
  return tx.run(removeEnded, input);
}

const removeLeast = prepare((db, values: { count: number }) =>
  db
    .deleteFrom('login_failure')
    .where(
      sql<boolean>`(account, address) in ${db
        .selectFrom('login_failure')
        .select(['account', 'address'])
        .orderBy('failures')
        .orderBy('expires_at')
        .limit(values.count)}`,
    ),
);

/** Those with the fewest failures go first: what is slowed stays slowed. */
export function deleteLeastAttempts(tx: Tx, input: { count: number }): Promise<number> {
  return tx.run(removeLeast, input);
}
