import { setTimeout as delay } from 'node:timers/promises';
import type { MasterKey } from '../../platform/crypto/master-key.ts';
import { SigningKey } from '../../platform/crypto/signing-key.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { oneAtATime } from '../../platform/db/one-at-a-time.ts';
import { append, systemActor } from '../../platform/events/append.ts';
import { keysInUse, type WrappedKey } from './key-reads.ts';
import { insertKey, retireKey } from './key-writes.ts';

export const tokenKeyPurpose = 'token';

const maxAgeMs = 90 * 24 * 60 * 60 * 1000;
/** How old what an instance knows may be; another one may have made a new key. */
const freshMs = 60_000;
/** Names of keys that nobody knows can be sent by anybody. */
const reloadEveryMs = 1000;
/** Beyond the life of the last token: the leeway of its reader, and what instances do not know yet. */
const graceMs = 3 * 60_000;

export interface TokenKeysDeps {
  readonly db: Database;
  readonly masterKey: MasterKey;
  /** Of a token that is made now. */
  readonly lifeSeconds: () => number;
}

interface Known {
  readonly id: number;
  readonly createdAt: number;
  readonly key: SigningKey;
}

/** The keys that sign tokens, shared by all instances: the newest signs, those before it verify until their last token has ended. */
export class TokenKeys {
  readonly #deps: TokenKeysDeps;
  #known: readonly Known[] = [];
  /** By the monotonic clock. */
  #loadedAt = Number.NEGATIVE_INFINITY;
  #loading: Promise<void> | undefined;

  private constructor(deps: TokenKeysDeps) {
    this.#deps = deps;
  }

  /**
   * Makes the first key if there is none.
   * @throws WrongMasterKey
   */
  static async open(deps: TokenKeysDeps): Promise<TokenKeys> {
    const keys = new TokenKeys(deps);
    await keys.#load();
    return keys;
  }

  /** The one to sign with. */
  async current(): Promise<SigningKey> {
    if (performance.now() - this.#loadedAt > freshMs) await this.#reload();
    const newest = this.#known.at(-1);
    if (newest === undefined) throw new Error('there is no key to sign tokens with');
    return newest.key;
  }

  /** Asks the database, at most once a second, for a name that is not known: another instance may have made it. */
  async find(kid: string): Promise<SigningKey | undefined> {
    const found = this.#find(kid);
    if (found !== undefined) return found;
    await this.#reload();
    return this.#find(kid);
  }

  /** Makes a new key now, whatever the age of the last one. Returns its name. */
  async rotate(): Promise<string> {
    await this.#update(() => true);
    const key = await this.current();
    return key.kid;
  }

  #find(kid: string): SigningKey | undefined {
    return this.#known.find(({ key }) => key.kid === kid)?.key;
  }

  /** Whoever asks meanwhile waits for the same answer. */
  async #reload(): Promise<void> {
    this.#loading ??= this.#loadInTurn().finally(() => {
      this.#loading = undefined;
    });
    await this.#loading;
  }

  async #loadInTurn(): Promise<void> {
    const waitMs = this.#loadedAt + reloadEveryMs - performance.now();
    if (waitMs > 0) await delay(waitMs);
    await this.#load();
  }

  async #load(): Promise<void> {
    const { db } = this.#deps;
    const rows = await keysInUse(db.reader, tokenKeyPurpose);
    const now = await db.now();
    if (isOld(rows, now) || this.#ended(rows, now).length > 0)
      await this.#update((found) => isOld(found, now));
    else this.#learn(rows);
  }

  async #update(wantsNew: (rows: readonly WrappedKey[]) => boolean): Promise<void> {
    const { db } = this.#deps;
    const now = await db.now();
    const rows = await db.transaction(async (tx) => {
      await oneAtATime(tx, 'token-keys');
      const before = await keysInUse(tx, tokenKeyPurpose);
      if (wantsNew(before)) await this.#make(tx, now, before.length > 0);
      for (const { id } of this.#ended(before, now)) await retireKey(tx, { id, now });
      return keysInUse(tx, tokenKeyPurpose);
    });
    this.#learn(rows);
  }

  async #make(tx: Tx, now: number, again: boolean): Promise<void> {
    const { masterKey } = this.#deps;
    const wrapped = masterKey.wrap(SigningKey.generate(), tokenKeyPurpose);
    await insertKey(tx, { purpose: tokenKeyPurpose, wrapped, wrappedBy: masterKey.fingerprint, now });
    if (!again) return;
    await append(tx, {
      type: 'key.rotated',
      at: now,
      actor: systemActor,
      projectId: null,
      object: `key:${tokenKeyPurpose}`,
    });
  }

  /** A key signs no more from the moment the next one is made; its last token lives on for a while. */
  #ended(rows: readonly WrappedKey[], now: number): readonly WrappedKey[] {
    const livesMs = this.#deps.lifeSeconds() * 1000 + graceMs;
    return rows.filter((_row, index) => {
      const next = rows[index + 1];
      return next !== undefined && next.createdAt + livesMs < now;
    });
  }

  #learn(rows: readonly WrappedKey[]): void {
    const before = new Map(this.#known.map((known) => [known.id, known]));
    this.#known = rows.map((row) => before.get(row.id) ?? this.#unwrap(row));
    this.#loadedAt = performance.now();
  }

  #unwrap({ id, createdAt, wrapped }: WrappedKey): Known {
    return {
      id,
      createdAt,
      key: SigningKey.read(this.#deps.masterKey.unwrap(wrapped, tokenKeyPurpose)),
    };
  }
}

function isOld(rows: readonly WrappedKey[], now: number): boolean {
  const newest = rows.at(-1);
  return newest === undefined || newest.createdAt + maxAgeMs < now;
}
