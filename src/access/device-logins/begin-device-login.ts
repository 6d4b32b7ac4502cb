import { addressBlock } from '../../lib/address-block.ts';
import { AppError } from '../../lib/errors.ts';
import { newUserCode, shownUserCode } from '../../platform/crypto/new-user-code.ts';
import { randomToken } from '../../platform/crypto/random-token.ts';
import { type DeviceLoginDeps, deviceCodeHash, userCodeHash } from './device-login-deps.ts';
import { countDeviceLogins } from './device-login-reads.ts';
import { deleteEndedDeviceLogins, insertDeviceLogin } from './device-login-writes.ts';

export const deviceLoginSeconds = 600;
export const pollSeconds = 5;
/** Of one sender at a time, and of all: nobody has signed in, so anybody may ask. */
const maxOfBlock = 20;
const maxOfAll = 10_000;
const maxNameLength = 80;

export interface BegunDeviceLogin {
  /** Known to the device alone. */
  readonly deviceCode: string;
  /** What a person types: `WDJB-MJHT`. */
  readonly userCode: string;
}

/**
 * RFC 8628 §3.2: a program without a password begins to sign in.
 * @throws AppError BAD_REQUEST, TOO_MANY_REQUESTS
 */
export async function beginDeviceLogin(
  deps: DeviceLoginDeps,
  from: { readonly name: string; readonly clientAddress: string; readonly client: string },
): Promise<BegunDeviceLogin> {
  const { db } = deps;
  const name = from.name.trim();
  if (name === '' || name.length > maxNameLength || /[\p{C}]/u.test(name))
    throw new AppError('BAD_REQUEST', {
      message: `what asks needs a name of 1 to ${maxNameLength} characters, without control characters`,
      detail: 'name it after the program and the machine',
    });
  const block = addressBlock(from.clientAddress);
  const [deviceCode, code] = [randomToken(), newUserCode()];
  const now = await db.now();
  await db.transaction(
    async (tx) => {
      await deleteEndedDeviceLogins(tx, now);
      const { all, ofBlock } = await countDeviceLogins(tx, block);
      if (all >= maxOfAll || ofBlock >= maxOfBlock) throw tooMany();
      await insertDeviceLogin(tx, {
        deviceHash: deviceCodeHash(deps, deviceCode),
        userHash: userCodeHash(deps, code),
        name,
        address: from.clientAddress,
        block,
        client: from.client.replace(/\p{C}/gu, ' '),
        intervalMs: pollSeconds * 1000,
        now,
        expiresAt: now + deviceLoginSeconds * 1000,
      });
    },
    { durability: 'relaxed' },
  );
  return { deviceCode, userCode: shownUserCode(code) };
}

function tooMany(): AppError {
  return new AppError('TOO_MANY_REQUESTS', {
    message: 'too many sign-ins of devices wait for a person',
    detail: 'answer those that wait, or try again in some minutes',
    headers: { 'Retry-After': '60' },
  });
}
