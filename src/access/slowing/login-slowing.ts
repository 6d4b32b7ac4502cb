import { addressBlock } from '../../lib/address-block.ts';
import { AppError, isLogged } from '../../lib/errors.ts';
import type { MasterKey } from '../../platform/crypto/master-key.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Logger } from '../../platform/log/logger.ts';
import { type Attempt, attemptFreeAt, countLoginFailures } from './login-failure-reads.ts';
import {
  countAttempt,
  deleteEndedAttempts,
  deleteLeastAttempts,
  forgetAttempts,
  takeAttemptBack,
} from './login-failure-writes.ts';

const rememberMs = 15 * 60_000;
const sweepEveryMs = 60_000;
const pageSize = 1000;
/** More than an hour of guessing makes; reached only by guessing at names. */
const maxRows = 100_000;

export interface LoginSlowingDeps {
  readonly db: Database;
  readonly masterKey: Pick<MasterKey, 'nameOf'>;
  readonly log: Logger;
  readonly maxRows?: number;
}

/**
 * Makes guessing slow: behind five failures for an account from an address the next attempts wait 1, 2, 4 … 30 s. Other
 * addresses and other accounts do not. Counted in the database, so for all instances together.
 */
export class LoginSlowing implements AsyncDisposable {
  readonly #deps: LoginSlowingDeps;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(deps: LoginSlowingDeps) {
    this.#deps = deps;
    this.#timer = setInterval(() => {
      this.#running = this.#running.then(() => this.#sweepAndReport());
    }, sweepEveryMs).unref();
  }

  /**
   * Runs one verification of a password, which returns undefined when it is wrong.
   * @throws AppError TOO_MANY_REQUESTS without running it
   */
  async attempt<T>(
    from: { readonly username: string; readonly address: string },
    verify: () => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const { db, masterKey } = this.#deps;
    const attempt = { account: masterKey.nameOf(from.username), address: addressBlock(from.address) };
    await this.#count(attempt);
    let verified: T | undefined;
    try {
      verified = await verify();
    } catch (error) {
      await db.transaction((tx) => takeAttemptBack(tx, attempt), { durability: 'relaxed' });
      throw error;
    }
    if (verified !== undefined)
      await db.transaction((tx) => forgetAttempts(tx, attempt), { durability: 'relaxed' });
    return verified;
  }

  /** Forgets what has ended, and keeps the table below its limit. */
  async sweep(): Promise<void> {
    const { db, maxRows: limit = maxRows } = this.#deps;
    for (let gone = pageSize; gone === pageSize && !this.#stopped; ) {
      const now = await db.now();
      gone = await db.transaction((tx) => deleteEndedAttempts(tx, { now, count: pageSize }), {
        durability: 'relaxed',
      });
    }
    let over = (await countLoginFailures(db.reader)) - limit;
    while (over > 0 && !this.#stopped) {
      const count = Math.min(over, pageSize);
      await db.transaction((tx) => deleteLeastAttempts(tx, { count }), { durability: 'relaxed' });
      over -= count;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  async #count(attempt: Attempt): Promise<void> {
    const { db } = this.#deps;
    const now = await db.now();
    const counted = await db.transaction(
      (tx) => countAttempt(tx, { ...attempt, now, expiresAt: now + rememberMs }),
      { durability: 'relaxed' },
    );
    if (counted) return;
    const freeAt = (await attemptFreeAt(db.reader, attempt)) ?? now;
    const seconds = Math.max(1, Math.ceil((freeAt - now) / 1000));
    throw new AppError('TOO_MANY_REQUESTS', {
      message: `too many failed sign-ins of this account from this address; try again in ${seconds} s`,
      headers: { 'Retry-After': String(seconds) },
    });
  }

  async #sweepAndReport(): Promise<void> {
    try {
      await this.sweep();
    } catch (error) {
      if (isLogged(error)) return;
      this.#deps.log.warn({ error }, 'failed sign-ins were not cleaned up; the next round tries again');
    }
  }
}
