import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

type NewDeviceLogin = {
  readonly deviceHash: string;
  readonly userHash: string;
  readonly name: string;
  readonly address: string;
  readonly block: string;
  readonly client: string;
  readonly intervalMs: number;
  readonly now: number;
  readonly expiresAt: number;
};

const insert = prepare((db, values: NewDeviceLogin) =>
  db.insertInto('device_login').values({
    device_hash: values.deviceHash,
    user_hash: values.userHash,
    name: values.name,
    address: values.address,
    address_block: values.block,
    client: values.client,
    state: 'pending',
    user_id: null,
    interval_ms: values.intervalMs,
    next_poll_at: values.now,
    created_at: values.now,
    expires_at: values.expiresAt,
  }),
);

export async function insertDeviceLogin(tx: Tx, login: NewDeviceLogin): Promise<void> {
  await tx.run(insert, { ...login });
}

const deleteEnded = prepare((db, values: { now: number }) =>
  db.deleteFrom('device_login').where('expires_at', '<=', values.now),
);

export async function deleteEndedDeviceLogins(tx: Tx, now: number): Promise<void> {
  await tx.run(deleteEnded, { now });
}

const answer = prepare(
  (db, values: { hash: string; state: 'approved' | 'denied'; userId: number | null; now: number }) =>
    db
      .updateTable('device_login')
      .set({ state: values.state, user_id: values.userId })
      .where('user_hash', '=', values.hash)
      .where('state', '=', 'pending')
      .where('expires_at', '>', values.now)
      .returning(['name', 'address']),
);

/** Undefined: nothing of that code waits any more. */
export function answerRow(
  tx: Tx,
  of: {
    readonly hash: string;
    readonly state: 'approved' | 'denied';
    readonly userId: number | null;
    readonly now: number;
  },
): Promise<{ name: string; address: string } | undefined> {
  return tx.first(answer, { ...of });
}

const notePoll = prepare((db, values: { id: number; nextPollAt: number; intervalMs: number }) =>
  db
    .updateTable('device_login')
    .set({ next_poll_at: values.nextPollAt, interval_ms: values.intervalMs })
    .where('id', '=', values.id),
);

export async function setNextPoll(
  tx: Tx,
  of: { readonly id: number; readonly nextPollAt: number; readonly intervalMs: number },
): Promise<void> {
  await tx.run(notePoll, { ...of });
}

const remove = prepare((db, values: { id: number; state: 'approved' | 'denied' }) =>
  db.deleteFrom('device_login').where('id', '=', values.id).where('state', '=', values.state),
);

/** True for one caller only, however many ask at once. */
export async function takeRow(
  tx: Tx,
  of: { readonly id: number; readonly state: 'approved' | 'denied' },
): Promise<boolean> {
  return (await tx.run(remove, { ...of })) > 0;
}
