import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

export interface Attempt {
  /** A name of what was given as user name. */
  readonly account: string;
  readonly address: string;
}

const freeAt = prepare((db, values: { account: string; address: string }) =>
  db
    .selectFrom('login_failure')
    .select('free_at as freeAt')
    .where('account', '=', values.account)
    .where('address', '=', values.address),
);

/** When the next attempt may be made. */
export async function attemptFreeAt(db: Queries, { account, address }: Attempt): Promise<number | undefined> {
  return (await db.first(freeAt, { account, address }))?.freeAt;
}

const count = prepare((db) => db.selectFrom('login_failure').select((all) => all.fn.countAll().as('rows')));

export async function countLoginFailures(db: Queries): Promise<number> {
  return Number((await db.first(count, {}))?.rows ?? 0);
}
