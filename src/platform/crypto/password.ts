import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { AppError } from '../../lib/errors.ts';
import { type Bcrypt, isBcryptHash } from './bcrypt.ts';
import { isHarborHash, matchesHarborHash, noHarborHash } from './matches-harbor-hash.ts';

/** OWASP's choice for argon2id with 19 MiB. */
const parameters = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const tagLength = 32;
const saltLength = 16;

/** Each run fills a thread of the pool that files and syncs share, so only so many go at once. */
const concurrent = Math.max(1, availableParallelism() - 1);
const maxQueue = 64;

const argon2Async = promisify(argon2);

/** Hashes and verifies passwords, off the main thread, a few at a time. */
export class Passwords {
  readonly #bcrypt: Bcrypt | undefined;
  #absent = placeholder;
  #running = 0;
  readonly #queue: (() => void)[] = [];

  /** @param bcrypt for hashes that came from elsewhere */
  constructor(bcrypt?: Bcrypt) {
    this.#bcrypt = bcrypt;
  }

  /** From now on a missing account costs what one with such a hash does. */
  resemble(hash: string): void {
    this.#absent = hash;
  }

  get load(): { readonly running: number; readonly waiting: number } {
    return { running: this.#running, waiting: this.#queue.length };
  }

  /** A PHC string: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(saltLength);
    const tag = await this.#inTurn(() => run(password, salt, { ...parameters, tagLength }));
    const { memory, passes, parallelism } = parameters;
    return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`;
  }

  /**
   * A hash of Harbor's is cheap, so that a run of argon2id goes with each, and one of its with each of argon2id: what
   * a sign-in takes does not tell what an account has, or whether it is there.
   * @param phc what `hash` returned, or bcrypt's or Harbor's form, or undefined for an account without a password: that takes as long and fails
   * @throws AppError TOO_MANY_REQUESTS when too many wait already
   */
  async verify(password: string, phc: string | undefined): Promise<boolean> {
    const stored = phc ?? this.#absent;
    if (isBcryptHash(stored)) return (await this.#compare(password, stored)) && phc !== undefined;
    const [harbor, own] = isHarborHash(stored) ? [stored, undefined] : [noHarborHash, stored];
    const parsed = parsePhc(own ?? placeholder);
    const [tag, matches] = await this.#inTurn(async () => [
      await run(password, parsed.salt, { ...parsed, tagLength: parsed.tag.length }),
      await matchesHarborHash(password, harbor),
    ]);
    return (own === undefined ? matches : timingSafeEqual(tag, parsed.tag)) && phc !== undefined;
  }

  /** Whether `hash` makes a better one of the same password. */
  isOutdated(phc: string): boolean {
    return isHarborHash(phc);
  }

  async #compare(password: string, hash: string): Promise<boolean> {
    const bcrypt = this.#bcrypt;
    if (bcrypt === undefined) throw new Error('there is no thread for bcrypt');
    return this.#inTurn(() => bcrypt.matches(password, hash));
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    await this.#enter();
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  #enter(): Promise<void> {
    if (this.#running < concurrent) {
      this.#running += 1;
      return Promise.resolve();
    }
    if (this.#queue.length >= maxQueue) {
      const message = 'too many sign-ins at once; try again shortly';
      return Promise.reject(new AppError('TOO_MANY_REQUESTS', { message, headers: { 'Retry-After': '2' } }));
    }
    return new Promise((resolve) => {
      this.#queue.push(resolve);
    });
  }

  #leave(): void {
    const next = this.#queue.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }
}

function run(
  message: string,
  nonce: Buffer,
  cost: { memory: number; passes: number; parallelism: number; tagLength: number },
): Promise<Buffer> {
  const { memory, passes, parallelism, tagLength } = cost;
  return argon2Async('argon2id', { message, nonce, parallelism, tagLength, memory, passes });
}

/** Costs what a real one costs and matches nothing. */
const placeholder = `$argon2id$v=19$m=${parameters.memory},t=${parameters.passes},p=${parameters.parallelism}$${base64(
  Buffer.alloc(saltLength),
)}$${base64(Buffer.alloc(tagLength))}`;

function parsePhc(phc: string): {
  salt: Buffer;
  tag: Buffer;
  memory: number;
  passes: number;
  parallelism: number;
} {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(phc);
  if (match === null) throw new Error('a stored password is not an argon2id PHC string');
  const [, memory, passes, parallelism, salt = '', tag = ''] = match;
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  };
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
