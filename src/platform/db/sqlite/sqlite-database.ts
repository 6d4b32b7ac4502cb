import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../clock.ts';
import type { FileOps } from '../../files/file-ops.ts';
import { WorkMeter } from '../../metrics/work-meter.ts';
import type { Threads } from '../../threads/threads.ts';
import type { DatabaseUse, MeasuredDatabase, Queries, TransactionOptions, Tx } from '../database.ts';
import { refuseInside } from '../nested-db-use.ts';
import { Checkpointer } from './checkpointer.ts';
import { connectionPragmas } from './connection-pragmas.ts';
import { dumpSqlite } from './dump-sqlite.ts';
import { GroupCommit } from './group-commit.ts';
import { LogFile } from './log-file.ts';
import { LogFlusher } from './log-flusher.ts';
import { migrateSqlite } from './migrate-sqlite.ts';
import { ReadSnapshot } from './read-snapshot.ts';
import { rewriteLog } from './rewrite-log.ts';
import { SqliteConnection, SqliteQueries, translateSqlite } from './sqlite-connection.ts';

/** Recovery after a crash keeps connections waiting that open meanwhile. */
const openTimeoutMs = 5000;

export interface SqliteDeps {
  readonly files: FileOps;
  readonly threads: Threads;
  readonly clock: Clock;
  /** Ends the process without another answer: nobody knows any more what is on the disk. */
  readonly die: (what: string, cause: unknown) => void;
}

export interface SqlitePaths {
  readonly database: string;
  /** Folder of the copies that are made before a migration. */
  readonly snapshots: string;
}

interface Parts {
  readonly writer: SqliteConnection;
  readonly reader: SqliteConnection;
  readonly snapshot: ReadSnapshot;
  readonly log: LogFile;
  readonly flusher: LogFlusher;
  readonly group: GroupCommit;
  readonly checkpointer: Checkpointer;
  readonly clock: Clock;
  readonly threads: Threads;
  readonly path: string;
}

/** SQLite as exactly one server process uses it: one writer, one reader, a thread for checkpoints. */
export class SqliteDatabase implements MeasuredDatabase {
  readonly dialect = 'sqlite';
  /** It is in this process. */
  readonly awayMs = 0;
  /** Whoever could change the schema would be a second process. */
  readonly problem = undefined;
  readonly reader: Queries;
  readonly #parts: Parts;
  readonly #transactions = new WorkMeter();

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.reader = new SqliteQueries(parts.reader, () => {
      refuseInside();
      parts.snapshot.enter();
    });
  }

  /**
   * The data folder's lock has to be held. The order matters, `docs/design/durability.md` has it line by line: rewrite
   * the log, connections, the log's own descriptor, one sync before the first answer.
   * @throws SchemaTooNew
   */
  static async open(paths: SqlitePaths, deps: SqliteDeps): Promise<SqliteDatabase> {
    try {
      await rewriteLog(deps.files, `${paths.database}-wal`);
      await migrateSqlite(paths, deps);
      return new SqliteDatabase(await openParts(paths.database, deps));
    } catch (error) {
      throw translateSqlite(error);
    }
  }

  transaction<T>(body: (tx: Tx) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    refuseInside();
    return this.#transactions.measure(() => this.#parts.group.run(body, options.durability !== 'relaxed'));
  }

  get changes(): number {
    return this.#parts.group.changes;
  }

  get use(): DatabaseUse {
    const { group, flusher } = this.#parts;
    return { transactions: this.#transactions, log: { commits: group.commits, flushes: flusher.flushes } };
  }

  async *dump(): AsyncGenerator<Uint8Array> {
    const { checkpointer, threads, path, clock } = this.#parts;
    using _passive = await checkpointer.withoutRestarts();
    yield* dumpSqlite(threads, { path, now: clock() });
  }

  now(): Promise<number> {
    return Promise.resolve(this.#parts.clock());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { group, flusher, checkpointer, reader, snapshot, writer, log } = this.#parts;
    await group.idle();
    await flusher.flushed();
    await checkpointer.close();
    snapshot.end();
    reader.raw.close();
    writer.raw.close();
    await log.close();
  }
}

async function openParts(path: string, deps: SqliteDeps): Promise<Parts> {
  const writer = new SqliteConnection(openConnection(path, false));
  const checkpointer = new Checkpointer(path, {
    threads: deps.threads,
    die: deps.die,
    checkLog: () => checkLog(),
  });
  const reader = new SqliteConnection(openConnection(path, true));
  const snapshot = new ReadSnapshot(reader.raw);
  writer.raw.exec('pragma busy_timeout = 0');
  // What a statement may have to undo would else be written to the temporary folder, on the main thread.
  writer.raw.exec('pragma temp_store = memory');
  const log = await LogFile.open(deps.files, `${path}-wal`);
  const checkLog = (): void => {
    try {
      log.assertLive();
    } catch (error) {
      deps.die('the log of the database is not the one that was opened', error);
    }
  };
  const sync = async (): Promise<void> => {
    await log.sync();
    // The thread's message is under way, and ends the process with the cause; until then nobody is told anything.
    if (checkpointer.failed) await new Promise<never>(() => {});
  };
  await sync();
  const flusher = new LogFlusher(sync, deps.die);
  const group = new GroupCommit({
    writer,
    flusher,
    die: deps.die,
    afterGroup: () => {
      snapshot.end();
      checkpointer.afterGroup();
    },
  });
  const { clock, threads } = deps;
  return { writer, reader, snapshot, log, flusher, group, checkpointer, clock, threads, path };
}

function openConnection(path: string, readOnly: boolean): DatabaseSync {
  const db = new DatabaseSync(path, { readOnly, timeout: openTimeoutMs });
  const mode = db.prepare('pragma journal_mode = wal').get() as { journal_mode?: unknown } | undefined;
  if (mode?.journal_mode !== 'wal')
    throw new Error(`${path}: SQLite refused its write-ahead log (${String(mode?.journal_mode)})`);
  for (const pragma of connectionPragmas) db.exec(pragma);
  // The first read recovers the log after a crash and creates its files.
  db.prepare('select count(*) from schema_migration').get();
  return db;
}
