import type { CompiledQuery, Kysely } from 'kysely';
import type { WorkMeter } from '../metrics/work-meter.ts';
import type { DialectName } from './dialect.ts';
import type { Prepared, Row, Values } from './prepare.ts';
import type { Schema } from './schema.ts';

/** What reads and transactions have in common: the same functions of a store run on either. */
export interface Queries {
  readonly dialect: DialectName;
  /** For statements whose shape depends on the request; what is run often is prepared instead. */
  readonly builder: Kysely<Schema>;
  first<V extends Values, R extends Row>(query: Prepared<V, R>, values: V): Promise<R | undefined>;
  all<V extends Values, R extends Row>(query: Prepared<V, R>, values: V): Promise<R[]>;
  /** Returns the number of rows that were changed. */
  run<V extends Values>(query: Prepared<V, Row>, values: V): Promise<number>;
}

/** Exists only inside the body of `transaction`; using it afterwards throws. */
export interface Tx extends Queries {
  readonly isTransaction: true;
  /** Once it has committed; a hint, since a process that dies after its commit tells nobody. */
  onCommit(tell: () => void): void;
}

export interface TransactionOptions {
  /**
   * `relaxed`: resolves at the commit, without waiting for stable storage. Only for what may be lost in a power
   * cut: touches, upload progress, the claim before a publish.
   */
  readonly durability?: 'durable' | 'relaxed';
}

export interface Database extends AsyncDisposable {
  readonly dialect: DialectName;
  /** Reads of their own; each sees what was committed when it started. Refused inside a transaction's body. */
  readonly reader: Queries;
  /**
   * Runs `body` in a transaction and resolves once it, and all it may have read, is on stable storage.
   * The body may await nothing but its own queries, and may run again after a conflict.
   */
  transaction<T>(body: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** Epoch milliseconds by the clock that leases and schedules are compared with. */
  now(): Promise<number>;
}

export interface DumpableDatabase extends Database {
  /**
   * How often anybody has committed a change of more than content: until it changes, each read of the rest yields what it did.
   * Undefined where others commit, too.
   */
  readonly changes: number | undefined;
  /** For how long it has not answered; 0 while it does. */
  readonly awayMs: number;
  /** Undefined, or in one sentence why this code may not use the database any more; then everything else is refused. */
  readonly problem: string | undefined;
  /**
   * All rows as of one instant, in the format of `docs/design/backup.md`, while others go on reading and writing. Read
   * it without pausing for long: until its end the database keeps what changes meanwhile twice.
   */
  dump(): AsyncIterable<Uint8Array>;
}

/** What is told of a database in use. */
export interface DatabaseUse {
  readonly transactions: WorkMeter;
  /** PostgreSQL only. */
  readonly pool?: {
    readonly size: number;
    readonly idle: number;
    readonly waiting: number;
    readonly limit: number;
  };
  /** SQLite only: how often it committed, and brought its log to stable storage. */
  readonly log?: { readonly commits: number; readonly flushes: number };
}

export interface MeasuredDatabase extends DumpableDatabase {
  readonly use: DatabaseUse;
}

/** A connection as the adapters see it: values in, rows out. */
export interface Connection {
  readonly dialect: DialectName;
  execute(query: CompiledQuery): Promise<{ rows: Row[]; changes: number }>;
}
