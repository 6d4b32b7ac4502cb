import { because } from '../../lib/because.ts';
import { AppError, isLogged } from '../../lib/errors.ts';
import { type MasterKey, WrongMasterKey } from '../crypto/master-key.ts';
import type { Database, Tx } from '../db/database.ts';
import { oneAtATime } from '../db/one-at-a-time.ts';
import { type Actor, append, systemActor } from '../events/append.ts';
import type { Logger } from '../log/logger.ts';
import { checkSetting, isOfType } from './check-setting.ts';
import { type StoredSettings, settingsVersion, storedSettings, versionName } from './setting-reads.ts';
import { putSetting } from './setting-writes.ts';
import { rowOf, type SettingKey, type SettingValue, type SettingValues, settingKeys } from './table.ts';

/** What another instance changed is seen here within a second. */
const lookEveryMs = 500;

export interface SettingsDeps {
  readonly db: Database;
  readonly log: Logger;
  /** Encrypts what is a secret. */
  readonly masterKey: MasterKey;
  /** Instead of the table's, where nothing is stored. */
  readonly defaults?: Partial<SettingValues>;
  /** Whatever is stored; then nothing can be changed. */
  readonly pinned?: SettingChanges;
}

export type SettingChanges = Partial<SettingValues>;

type Require = (tx: Tx, now: number) => Promise<void>;

/**
 * What administrators change while the server runs. Reading is free: each process holds the values, and asks every
 * half a second whether another one has changed them. With SQLite there is no other one.
 */
export class Settings implements AsyncDisposable {
  readonly #deps: SettingsDeps;
  readonly #timer: NodeJS.Timeout | undefined;
  #version = -1;
  #values: SettingValues;
  #looking: Promise<void> | undefined;

  private constructor(deps: SettingsDeps, stored: StoredSettings) {
    this.#deps = deps;
    this.#values = valuesOf(this.#deps, stored, this.#deps.pinned ?? {});
    this.#version = stored.version;
    if (deps.db.dialect === 'postgres')
      this.#timer = setInterval(() => {
        this.#looking ??= this.#look().finally(() => {
          this.#looking = undefined;
        });
      }, lookEveryMs).unref();
  }

  /** @throws AppError DATABASE_UNAVAILABLE */
  static async open(deps: SettingsDeps): Promise<Settings> {
    const { db, pinned } = deps;
    // Statements of SQL read some of them.
    if (pinned !== undefined) await store(deps, pinned, systemActor);
    return new Settings(deps, await storedSettings(db.reader));
  }

  /** Whether the start has fixed them. */
  get pinned(): boolean {
    return this.#deps.pinned !== undefined;
  }

  get<K extends SettingKey>(key: K): SettingValues[K] {
    return this.#values[key];
  }

  /** What counts where nothing is stored. */
  defaultOf(key: SettingKey): SettingValue {
    return this.#deps.defaults?.[key] ?? rowOf(key).fallback;
  }

  /** All of them as they are now. */
  all(): SettingValues {
    return this.#values;
  }

  /**
   * All of the changes or none; what changes nothing leaves no event. They count here once this resolves.
   * @param require refuses, in the transaction, what is about more than the values
   * @throws AppError BAD_REQUEST, DENIED where the start has fixed them
   */
  async change(changes: SettingChanges, actor: Actor, require?: Require): Promise<void> {
    if (this.pinned) {
      throw new AppError('DENIED', {
        message: 'the settings are fixed by the start of the server (config_overwrite_json)',
        because: because('settings pinned', {}),
      });
    }
    await store(this.#deps, changes, actor, require);
    this.#learn(await storedSettings(this.#deps.db.reader));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { db, log } = this.#deps;
    try {
      if ((await settingsVersion(db.reader)) !== this.#version) this.#learn(await storedSettings(db.reader));
    } catch (error) {
      // What was known goes on; that the database is away is told by those who need it.
      if (!isLogged(error)) log.warn({ error }, 'the settings could not be read; those read before go on');
    }
  }

  /** Answers may come in another order than they were asked for. */
  #learn(stored: StoredSettings): void {
    if (stored.version <= this.#version) return;
    this.#values = valuesOf(this.#deps, stored, this.#deps.pinned ?? {});
    this.#version = stored.version;
  }
}

function valuesOf(
  { defaults = {}, masterKey }: SettingsDeps,
  { texts }: StoredSettings,
  pinned: SettingChanges,
): SettingValues {
  const values = settingKeys.map((key): [SettingKey, SettingValue] => {
    const row = rowOf(key);
    const value = pinned[key] ?? plainOf(key, parse(texts.get(key)), masterKey);
    return [key, isOfType(row, value) ? value : (defaults[key] ?? row.fallback)];
  });
  return Object.fromEntries(values) as SettingValues;
}

/** @throws AppError BAD_REQUEST */
async function store(
  deps: SettingsDeps,
  changes: SettingChanges,
  actor: Actor,
  require?: Require,
): Promise<void> {
  const wanted = settingKeys.flatMap((key) => {
    const value = changes[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  for (const [key, value] of wanted) {
    const problem = checkSetting(key, value);
    if (problem !== undefined) throw new AppError('BAD_REQUEST', problem);
  }
  const { db } = deps;
  const now = await db.now();
  await db.transaction(async (tx) => {
    await oneAtATime(tx, 'settings');
    await require?.(tx, now);
    const stored = await storedSettings(tx);
    const before = valuesOf(deps, stored, {});
    const changed = wanted.filter(([key, value]) => before[key] !== value);
    if (changed.length === 0) return;
    for (const [name, value] of changed)
      await putSetting(tx, { name, value: JSON.stringify(keptOf(name, value, deps.masterKey)), now });
    await putSetting(tx, { name: versionName, value: String(stored.version + 1), now });
    await append(tx, {
      type: 'configuration.updated',
      at: now,
      actor,
      projectId: null,
      object: 'configuration',
      data: Object.fromEntries(changed.flatMap(([key, value]) => told(key, before[key], value))),
    });
  });
}

/** Another version may have stored something of another form. */
function parse(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const purpose = 'setting';

function keptOf(key: SettingKey, value: SettingValue, masterKey: MasterKey): SettingValue {
  const row = rowOf(key);
  if (row.type !== 'string' || row.sealed === undefined || value === '') return value;
  return Buffer.from(masterKey.wrap(Buffer.from(String(value)), `${purpose} ${key}`)).toString('base64');
}

/** What was encrypted with another master key is not there: it has to be set again. */
function plainOf(key: SettingKey, value: unknown, masterKey: MasterKey): unknown {
  const row = rowOf(key);
  if (row.type !== 'string' || row.sealed === undefined || typeof value !== 'string' || value === '')
    return value;
  try {
    return masterKey.unwrap(Buffer.from(value, 'base64'), `${purpose} ${key}`).toString();
  } catch (error) {
    if (error instanceof WrongMasterKey) return undefined;
    throw error;
  }
}

/** Whatever is a secret has no face by which it is read. */
function told(key: SettingKey, before: SettingValue, after: SettingValue): [string, string | number][] {
  if (rowOf(key).face === 'w') return [[key, 'changed']];
  return [
    [`${key}Before`, plain(before)],
    [key, plain(after)],
  ];
}

function plain(value: SettingValue): string | number {
  return typeof value === 'boolean' ? Number(value) : value;
}
