import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { CompiledQuery, Kysely } from 'kysely';
import { AppError } from '../../../lib/errors.ts';
import { builderOver } from '../builder-over.ts';
import type { Connection, Queries } from '../database.ts';
import { bind, type Prepared, type Row, type Statement, type Value, type Values } from '../prepare.ts';
import type { Schema } from '../schema.ts';

/** SQLite's primary result codes that we tell apart. */
const resultCodes = { busy: 5, ioError: 10, full: 13 } as const;

const maxAdHocStatements = 200;

/** One connection of `node:sqlite` with its prepared statements. Every call is done before it returns. */
export class SqliteConnection implements Connection {
  readonly dialect = 'sqlite';
  readonly raw: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();
  readonly #adHoc = new Map<string, StatementSync>();

  constructor(raw: DatabaseSync) {
    this.raw = raw;
  }

  first(statement: Statement, values: Values): Row | undefined {
    return this.#guarded(() => this.#of(statement).get(...bind(statement, values)));
  }

  all(statement: Statement, values: Values): Row[] {
    return this.#guarded(() => this.#of(statement).all(...bind(statement, values)));
  }

  run(statement: Statement, values: Values): number {
    return this.#guarded(() => Number(this.#of(statement).run(...bind(statement, values)).changes));
  }

  execute(query: CompiledQuery): Promise<{ rows: Row[]; changes: number }> {
    return new Promise((resolve) => {
      resolve(this.#guarded(() => this.#executeNow(query)));
    });
  }

  #executeNow(query: CompiledQuery): { rows: Row[]; changes: number } {
    const statement = this.#adHocStatement(query.sql);
    const values = query.parameters as Value[];
    const names = statement.columns().map(({ name }) => name);
    if (names.length > 0) return { rows: rowsOf(names, statement.all(...values)), changes: 0 };
    return { rows: [], changes: Number(statement.run(...values).changes) };
  }

  #of(statement: Statement): StatementSync {
    const known = this.#prepared.get(statement.name);
    if (known !== undefined) return known;
    const made = this.raw.prepare(statement.sql);
    this.#prepared.set(statement.name, made);
    return made;
  }

  #adHocStatement(sql: string): StatementSync {
    const known = this.#adHoc.get(sql);
    if (known !== undefined) return known;
    if (this.#adHoc.size >= maxAdHocStatements) this.#adHoc.clear();
    const made = this.raw.prepare(sql);
    made.setReturnArrays(true);
    this.#adHoc.set(sql, made);
    return made;
  }

  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw translateSqlite(error);
    }
  }
}

/** Objects of one shape, which are made and read in half the time of the driver's. */
function rowsOf(names: readonly string[], all: readonly unknown[]): Row[] {
  return (all as readonly (readonly unknown[])[]).map((values) => {
    const row: Row = {};
    for (let index = 0; index < names.length; index += 1) row[names[index] ?? ''] = values[index];
    return row;
  });
}

/** Queries over a connection, each refused when `guard` throws. */
export class SqliteQueries implements Queries {
  readonly dialect = 'sqlite';
  readonly #connection: SqliteConnection;
  readonly #guard: (sql: string) => void;
  #builder: Kysely<Schema> | undefined;

  constructor(connection: SqliteConnection, guard: (sql: string) => void) {
    this.#connection = connection;
    this.#guard = guard;
  }

  get builder(): Kysely<Schema> {
    this.#builder ??= builderOver({
      dialect: 'sqlite',
      execute: (query) => {
        this.#guard(query.sql);
        return this.#connection.execute(query);
      },
    });
    return this.#builder;
  }

  async first<V extends Values, R extends Row>(query: Prepared<V, R>, values: V): Promise<R | undefined> {
    const statement = query.statement('sqlite');
    this.#guard(statement.sql);
    return this.#connection.first(statement, values) as R | undefined;
  }

  async all<V extends Values, R extends Row>(query: Prepared<V, R>, values: V): Promise<R[]> {
    const statement = query.statement('sqlite');
    this.#guard(statement.sql);
    return this.#connection.all(statement, values) as R[];
  }

  async run<V extends Values>(query: Prepared<V, Row>, values: V): Promise<number> {
    const statement = query.statement('sqlite');
    this.#guard(statement.sql);
    return this.#connection.run(statement, values);
  }
}

export function sqliteCode(error: unknown): number | undefined {
  const code = error instanceof Error ? (error as Error & { errcode?: unknown }).errcode : undefined;
  return typeof code === 'number' ? code : undefined;
}

/** 5 busy, 261 recovery, 517 snapshot: all pass by themselves. */
export function isSqliteBusy(error: unknown): boolean {
  return primaryCode(error) === resultCodes.busy;
}

export function isSqliteIoError(error: unknown): boolean {
  return primaryCode(error) === resultCodes.ioError;
}

/** Also of an error that was translated for the client. */
function primaryCode(error: unknown): number | undefined {
  const code = sqliteCode(error instanceof AppError ? error.cause : error);
  return code === undefined ? undefined : code & 0xff;
}

/** What a client can be told of a failure of the database; everything else stays as it is. */
export function translateSqlite(error: unknown): unknown {
  switch (primaryCode(error)) {
    case resultCodes.full:
      return new AppError('STORAGE_FULL', { message: 'the disk of the database is full' }, { cause: error });
    case resultCodes.ioError:
    case resultCodes.busy:
      return new AppError('DATABASE_UNAVAILABLE', {}, { cause: error });
    default:
      return error;
  }
}
