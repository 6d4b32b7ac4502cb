import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../../../lib/errors.ts';
import type { Tx } from '../database.ts';
import { runInside } from '../nested-db-use.ts';
import { changesMore } from './changes-more.ts';
import type { LogFlusher } from './log-flusher.ts';
import {
  isSqliteBusy,
  isSqliteIoError,
  type SqliteConnection,
  SqliteQueries,
  translateSqlite,
} from './sqlite-connection.ts';

/** A group takes no more members after this long, so that one turn of the event loop stays short. */
const groupBudgetMs = 4;
const beginRetryMs = 2;
const beginTimeoutMs = 10_000;

const escaped = Symbol('escaped');

interface Member {
  readonly body: (tx: Tx) => Promise<unknown>;
  readonly durable: boolean;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A member that ran, and what it is told once the group is committed. */
interface Done {
  readonly member: Member;
  readonly settle: () => void;
  /** Told of the commit, before it is on stable storage. */
  readonly told: readonly (() => void)[];
}

/**
 * Runs waiting transactions in one `begin immediate … commit`, each in its own savepoint. Bodies await nothing but
 * their own queries, and those are done before they return, so a group stays in one turn of the event loop and
 * bodies never interleave on the one writer connection.
 */
export class GroupCommit {
  readonly #writer: SqliteConnection;
  readonly #flusher: LogFlusher;
  readonly #die: (what: string, cause: unknown) => void;
  readonly #afterGroup: () => void;
  readonly #budgetMs: number;
  #queue: Member[] = [];
  #commits = 0;
  #changes = 0;
  /** Whether a member has changed more than content, since it was counted. */
  #changesMore = false;
  /** The process is ending: nobody is answered any more. */
  #dead = false;
  #draining: Promise<void> | undefined;

  /**
   * @param afterGroup told after each commit; the checkpointer counts them
   * @param budgetMs longer in tests, whose machine may be busy
   */
  constructor(deps: {
    writer: SqliteConnection;
    flusher: LogFlusher;
    die: (what: string, cause: unknown) => void;
    afterGroup: () => void;
    budgetMs?: number;
  }) {
    this.#writer = deps.writer;
    this.#flusher = deps.flusher;
    this.#die = deps.die;
    this.#afterGroup = deps.afterGroup;
    this.#budgetMs = deps.budgetMs ?? groupBudgetMs;
  }

  get commits(): number {
    return this.#commits;
  }

  /** Of the commits those that changed more than content. */
  get changes(): number {
    return this.#changes;
  }

  run<T>(body: (tx: Tx) => Promise<T>, durable: boolean): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ body, durable, resolve: resolve as (value: unknown) => void, reject });
      this.#draining ??= this.#drain();
    });
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.#draining !== undefined) await this.#draining;
  }

  async #drain(): Promise<void> {
    do {
      await nextTurn();
      if (await this.#begin()) this.#finish(await this.#runMembers());
    } while (this.#queue.length > 0);
    this.#draining = undefined;
  }

  /** False: the lock could not be had in time, and all who waited were told. */
  async #begin(): Promise<boolean> {
    const giveUpAt = performance.now() + beginTimeoutMs;
    for (;;) {
      try {
        this.#writer.raw.exec('begin immediate');
        return true;
      } catch (error) {
        if (!isSqliteBusy(error) || performance.now() > giveUpAt) {
          this.#rejectAll(this.#queue.splice(0), translateSqlite(error));
          return false;
        }
      }
      await delay(beginRetryMs);
    }
  }

  /**
   * Returns the members that ran, or undefined when the whole transaction is gone. One that failed is told with the
   * others: what it says may rest on a commit that is not on stable storage yet.
   */
  async #runMembers(): Promise<Done[] | undefined> {
    const done: Done[] = [];
    const leftTurn = watchTurn();
    const stopAt = performance.now() + this.#budgetMs;
    let member = this.#queue.shift();
    try {
      while (member !== undefined) {
        done.push(await this.#runMember(member, leftTurn.promise));
        member = performance.now() < stopAt && !leftTurn.left() ? this.#queue.shift() : undefined;
      }
      return done;
    } catch (error) {
      // SQLite rolls everything back on some errors; a further savepoint would then commit on its own.
      member?.reject(error);
      this.#rejectAll(
        done.map((each) => each.member),
        wholeGroupFailed(error),
      );
      return undefined;
    } finally {
      leftTurn.stop();
    }
  }

  /** Throws only when the whole transaction is gone. */
  async #runMember(member: Member, leftTurn: Promise<typeof escaped>): Promise<Done> {
    const { raw } = this.#writer;
    raw.exec('savepoint member');
    try {
      const told: (() => void)[] = [];
      const value = await this.#runBody(member, leftTurn, told);
      raw.exec('release member');
      return { member, settle: () => member.resolve(value), told };
    } catch (error) {
      // A page that was spilled into the log may have been written, or synced, in vain.
      if (isSqliteIoError(error)) {
        this.#dead = true;
        this.#die('the database could not write', error);
      }
      if (!raw.isTransaction) throw error;
      raw.exec('rollback to member; release member');
      return { member, settle: () => member.reject(error), told: [] };
    }
  }

  async #runBody(member: Member, leftTurn: Promise<typeof escaped>, told: (() => void)[]): Promise<unknown> {
    let open = true;
    const queries = new SqliteQueries(this.#writer, (sql) => {
      if (!open) throw new Error('this transaction has ended; its tx must not be used any more');
      this.#changesMore ||= changesMore(sql);
    });
    try {
      const value = await Promise.race([runInside(() => member.body(asTx(queries, told))), leftTurn]);
      if (value !== escaped) return value;
      throw new Error('the body of a transaction awaited something that is not a query of its tx');
    } finally {
      open = false;
    }
  }

  #finish(done: Done[] | undefined): void {
    if (this.#dead || done === undefined || !this.#commit(done)) return;
    this.#commits += 1;
    if (this.#changesMore) this.#changes += 1;
    this.#changesMore = false;
    this.#flusher.committed();
    this.#afterGroup();
    for (const { told } of done) for (const tell of told) tell();
    const durable = done.filter((each) => each.member.durable);
    for (const each of done) if (!each.member.durable) each.settle();
    if (durable.length === 0) return;
    void this.#flusher.flushed().then(() => {
      for (const each of durable) each.settle();
    });
  }

  #commit(done: Done[]): boolean {
    try {
      this.#writer.raw.exec('commit');
      return true;
    } catch (error) {
      // A failed write leaves nothing behind; a failed sync leaves nobody knowing what is on the disk.
      if (isSqliteIoError(error)) {
        this.#die('the database could not commit', error);
        return false;
      }
      if (this.#writer.raw.isTransaction) this.#writer.raw.exec('rollback');
      this.#rejectAll(
        done.map((each) => each.member),
        translateSqlite(error),
      );
      return false;
    }
  }

  #rejectAll(members: Member[], error: unknown): void {
    for (const member of members) member.reject(error);
  }
}

function wholeGroupFailed(cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  return new AppError(
    'DATABASE_UNAVAILABLE',
    { message: 'the database gave up a group of changes' },
    { cause },
  );
}

function asTx(queries: SqliteQueries, told: (() => void)[]): Tx {
  return Object.assign(queries, {
    isTransaction: true as const,
    onCommit: (tell: () => void) => void told.push(tell),
  });
}

/** Notices when the event loop went on before the group was done. */
function watchTurn(): { promise: Promise<typeof escaped>; left: () => boolean; stop: () => void } {
  let left = false;
  let immediate: NodeJS.Immediate | undefined;
  const promise = new Promise<typeof escaped>((resolve) => {
    immediate = setImmediate(() => {
      left = true;
      resolve(escaped);
    });
  });
  return { promise, left: () => left, stop: () => clearImmediate(immediate) };
}
