import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { AppError } from '../../lib/errors.ts';
import { type Bcrypt, isBcryptHash } from './bcrypt.ts';

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
    const tag = await this.#run(password, salt, { ...parameters, tagLength });
    const { memory, passes, parallelism } = parameters;
    return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`;
  }

  /**
   * @param phc what `hash` returned, or bcrypt's form, or undefined for an account without a password: that takes as long and fails
   * @throws AppError TOO_MANY_REQUESTS when too many wait already
   */
  async verify(password: string, phc: string | undefined): Promise<boolean> {
    const stored = phc ?? this.#absent;
    if (isBcryptHash(stored)) return (await this.#compare(password, stored)) && phc !== undefined;
    const parsed = parsePhc(stored);
    const tag = await this.#run(password, parsed.salt, { ...parsed, tagLength: parsed.tag.length });
    return timingSafeEqual(tag, parsed.tag) && phc !== undefined;
  }

  async #compare(password: string, hash: string): Promise<boolean> {
    if (this.#bcrypt === undefined) throw new Error('there is no thread for bcrypt');
    await this.#enter();
    try {
      return await this.#bcrypt.matches(password, hash);
    } finally {
      this.#leave();
    }
  }

  async #run(
    password: string,
    nonce: Buffer,
    cost: { memory: number; passes: number; parallelism: number; tagLength: number },
  ): Promise<Buffer> {
    await this.#enter();
    try {
      const { memory, passes, parallelism, tagLength } = cost;
      return await argon2Async('argon2id', {
        message: password,
        nonce,
        parallelism,
        tagLength,
        memory,
        passes,
      });
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
