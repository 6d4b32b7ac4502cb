import { AppError } from '../../lib/errors.ts';
import { parseUserCode } from '../../platform/crypto/new-user-code.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import type { UserPrincipal } from '../principal.ts';
import type { LoginSlowing } from '../slowing/login-slowing.ts';
import { keepUser } from '../users/user-writes.ts';
import { type DeviceLoginDeps, userCodeHash } from './device-login-deps.ts';
import { type DeviceLogin, findByUserCode } from './device-login-reads.ts';
import { answerRow } from './device-login-writes.ts';

export interface AnswerDeps extends DeviceLoginDeps {
  readonly attempt: LoginSlowing['attempt'];
}

/**
 * What waits under a code, for a person who is about to answer it. Guessing is slowed for the account that guesses, from
 * wherever: whoever hits another one's code could sign that device in as himself.
 * @throws AppError DENIED, NOT_FOUND, TOO_MANY_REQUESTS
 */
export async function lookAtDeviceLogin(
  deps: AnswerDeps,
  principal: UserPrincipal,
  text: string,
): Promise<DeviceLogin & { readonly hash: string }> {
  refuseTokens(principal);
  const { db } = deps;
  const code = parseUserCode(text);
  // What can be no code is a slip, not a guess.
  if (code === undefined) throw unknownCode();
  const found = await slowed(deps, principal, async () => {
    const hash = userCodeHash(deps, code);
    const login = await findByUserCode(db.reader, { hash, now: await db.now() });
    return login === undefined ? undefined : { ...login, hash };
  });
  if (found === undefined) throw unknownCode();
  return found;
}

/**
 * Lets a device sign in as who approves, or turns it away.
 * @throws AppError DENIED, NOT_FOUND, TOO_MANY_REQUESTS
 */
export async function answerDeviceLogin(
  deps: AnswerDeps,
  input: {
    readonly principal: UserPrincipal;
    readonly code: string;
    readonly approve: boolean;
    readonly actor: Actor;
  },
): Promise<void> {
  const { db } = deps;
  const { principal, approve, actor } = input;
  const { hash } = await lookAtDeviceLogin(deps, principal, input.code);
  const now = await db.now();
  await db.transaction(async (tx) => {
    if ((await keepUser(tx, principal.id)) === undefined) throw unknownCode();
    const state = approve ? 'approved' : 'denied';
    const row = await answerRow(tx, { hash, state, userId: principal.id, now });
    if (row === undefined) throw unknownCode();
    await append(tx, {
      type: approve ? 'device.approved' : 'device.denied',
      at: now,
      actor,
      projectId: null,
      object: `user:${principal.id}`,
      data: { username: principal.username, name: row.name, address: row.address },
    });
  });
}

/** Whoever finds a token must not be able to make another one of it. */
function refuseTokens({ personalToken }: UserPrincipal): void {
  if (personalToken === undefined) return;
  throw new AppError('DENIED', {
    message: 'a device is not let in by a token',
    detail: 'sign in with the password',
  });
}

function unknownCode(): AppError {
  return new AppError('NOT_FOUND', {
    message: 'nothing waits for this code',
    detail: 'compare it with what the device shows; it ends after ten minutes, and with the first answer',
  });
}

async function slowed<T>(
  { attempt }: AnswerDeps,
  { id }: UserPrincipal,
  find: () => Promise<T | undefined>,
): Promise<T | undefined> {
  try {
    return await attempt({ username: `codes of user ${id}`, address: '' }, find);
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'TOO_MANY_REQUESTS')) throw error;
    const seconds = error.headers['Retry-After'] ?? '30';
    throw new AppError(
      'TOO_MANY_REQUESTS',
      { message: `too many wrong codes; try again in ${seconds} s`, headers: error.headers },
      { cause: error },
    );
  }
}
