import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

export type DeviceLoginState = 'pending' | 'approved' | 'denied';

/** A sign-in that waits for a person. */
export interface DeviceLogin {
  readonly id: number;
  /** What asks, in its own words. */
  readonly name: string;
  readonly address: string;
  readonly client: string;
  readonly state: DeviceLoginState;
  /** Who approved it. */
  readonly userId: number | null;
  readonly intervalMs: number;
  readonly nextPollAt: number;
  readonly createdAt: number;
  readonly expiresAt: number;
}

const columns = [
  'id',
  'name',
  'address',
  'client',
  'state',
  'user_id as userId',
  'interval_ms as intervalMs',
  'next_poll_at as nextPollAt',
  'created_at as createdAt',
  'expires_at as expiresAt',
] as const;

const byDevice = prepare((db, values: { hash: string }) =>
  db.selectFrom('device_login').select(columns).where('device_hash', '=', values.hash),
);

export function findByDeviceCode(db: Queries, hash: string): Promise<DeviceLogin | undefined> {
  return db.first(byDevice, { hash });
}

const byUserCode = prepare((db, values: { hash: string; now: number }) =>
  db
    .selectFrom('device_login')
    .select(columns)
    .where('user_hash', '=', values.hash)
    .where('state', '=', 'pending')
    .where('expires_at', '>', values.now),
);

/** One that nobody has answered yet. */
export function findByUserCode(
  db: Queries,
  of: { readonly hash: string; readonly now: number },
): Promise<DeviceLogin | undefined> {
  return db.first(byUserCode, { ...of });
}

const count = prepare((db, _values: Record<never, never>) =>
  db.selectFrom('device_login').select((each) => each.fn.countAll<number>().as('count')),
);

const countOfBlock = prepare((db, values: { block: string }) =>
  db
    .selectFrom('device_login')
    .select((each) => each.fn.countAll<number>().as('count'))
    .where('address_block', '=', values.block),
);

export async function countDeviceLogins(
  db: Queries,
  block: string,
): Promise<{ readonly all: number; readonly ofBlock: number }> {
  const all = Number((await db.first(count, {}))?.count ?? 0);
  return { all, ofBlock: Number((await db.first(countOfBlock, { block }))?.count ?? 0) };
}
