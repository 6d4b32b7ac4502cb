import { AppError } from '../../lib/errors.ts';
import { createToken } from '../personal-tokens/create-token.ts';
import { listTokens } from '../personal-tokens/token-reads.ts';
import { type DeviceLoginDeps, deviceCodeHash } from './device-login-deps.ts';
import { type DeviceLogin, findByDeviceCode } from './device-login-reads.ts';
import { setNextPoll, takeRow } from './device-login-writes.ts';

/** As for a login with the password: no burden, and what a lost machine leaves behind ends by itself. */
export const deviceTokenMs = 90 * 24 * 60 * 60 * 1000;
/** Clocks and networks are not exact. */
const slackMs = 1000;
const slowerMs = 5000;

/** RFC 8628 §3.5. */
export type DeviceTokenError = 'authorization_pending' | 'slow_down' | 'access_denied' | 'expired_token';

export type TakenDeviceToken =
  | { readonly error: DeviceTokenError }
  | {
      readonly error: undefined;
      readonly token: string;
      readonly name: string;
      readonly expiresAt: number;
    };

/**
 * What a device is told that asks for its token. It is given once: the row goes before the token is made, so that of two
 * who ask at once one is given it.
 * @throws AppError where its owner cannot have another token
 */
export async function takeDeviceToken(
  deps: DeviceLoginDeps,
  from: { readonly deviceCode: string; readonly client: string; readonly requestId: string },
): Promise<TakenDeviceToken> {
  const { db } = deps;
  const login = await findByDeviceCode(db.reader, deviceCodeHash(deps, from.deviceCode));
  const now = await db.now();
  // One that was never there and one that is used up are the same to the device: it begins again.
  if (login === undefined || login.expiresAt <= now) return { error: 'expired_token' };
  const { id, state, userId } = login;
  if (state === 'pending') return { error: await poll(deps, login, now) };
  const taken = await db.transaction((tx) => takeRow(tx, { id, state }));
  if (!taken) return { error: 'expired_token' };
  if (state === 'denied' || userId === null) return { error: 'access_denied' };
  return give(deps, { login, userId, expiresAt: now + deviceTokenMs, ...from });
}

async function poll(
  { db }: DeviceLoginDeps,
  { id, intervalMs, nextPollAt }: DeviceLogin,
  now: number,
): Promise<DeviceTokenError> {
  const early = now < nextPollAt;
  const next = early ? intervalMs + slowerMs : intervalMs;
  await db.transaction((tx) => setNextPoll(tx, { id, nextPollAt: now + next - slackMs, intervalMs: next }), {
    durability: 'relaxed',
  });
  return early ? 'slow_down' : 'authorization_pending';
}

async function give(
  { db }: DeviceLoginDeps,
  of: {
    readonly login: DeviceLogin;
    readonly userId: number;
    readonly expiresAt: number;
    readonly client: string;
    readonly requestId: string;
  },
): Promise<TakenDeviceToken> {
  const { login, userId, expiresAt, client, requestId } = of;
  const taken = new Set((await listTokens(db.reader, userId)).map(({ name }) => name));
  const name = freeName(login.name, taken);
  try {
    const { token } = await createToken(
      { db },
      {
        userId,
        name,
        scopes: undefined,
        expiresAt,
        actor: { principal: `user:${userId}`, address: login.address, client, requestId },
      },
    );
    return { error: undefined, token, name, expiresAt };
  } catch (error) {
    // Its owner was deleted meanwhile.
    if (error instanceof AppError && error.code === 'NOT_FOUND') return { error: 'access_denied' };
    throw error;
  }
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  for (let count = 2, name = wanted; ; count += 1) {
    if (!taken.has(name)) return name;
    name = `${wanted} (${count})`;
  }
}
