import {
  type CompiledQuery,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { DialectName } from './dialect.ts';
import type { Schema } from './schema.ts';

export type Value = string | number | bigint | Uint8Array | null;
export type Values = Readonly<Record<string, Value>>;
export type Row = Record<string, unknown>;

interface Compilable<R> {
  compile(): CompiledQuery<R>;
}

type Build<V extends Values, R> = (builder: Kysely<Schema>, values: V, dialect: DialectName) => Compilable<R>;

/** A value that will be given at each run. */
class Slot {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

export interface Statement {
  /** Unique in the process; PostgreSQL's name of the prepared statement. */
  readonly name: string;
  readonly sql: string;
  readonly parameters: readonly (Slot | Value)[];
}

/**
 * A query that is built and compiled once for each dialect and then only bound: building it for each request
 * costs more than running it.
 */
export class Prepared<V extends Values, R extends Row> {
  /** Only for the types: which rows it yields. */
  declare readonly row: R;
  readonly #build: Build<V, R>;
  readonly #statements = new Map<DialectName, Statement>();

  constructor(build: Build<V, R>) {
    this.#build = build;
  }

  statement(dialect: DialectName): Statement {
    const known = this.#statements.get(dialect);
    if (known !== undefined) return known;
    const compiled = this.#build(builders[dialect], slots as V, dialect).compile();
    count += 1;
    const made = {
      name: `berth_${count}`,
      sql: compiled.sql,
      parameters: compiled.parameters as (Slot | Value)[],
    };
    this.#statements.set(dialect, made);
    return made;
  }
}

let count = 0;

const slots: unknown = new Proxy({}, { get: (_target, name) => new Slot(String(name)) });

const builders: Readonly<Record<DialectName, Kysely<Schema>>> = {
  sqlite: new Kysely<Schema>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  }),
  postgres: new Kysely<Schema>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  }),
};

/**
 * `values` in the builder stands for what each run gives; its type is the type of the runs' argument:
 * `prepare((db, values: { id: number }) => db.selectFrom('live_tag').selectAll().where('id', '=', values.id))`.
 */
export function prepare<V extends Values, R extends Row>(build: Build<V, R>): Prepared<V, R> {
  return new Prepared(build);
}

/** The values of one run, in the statement's order. */
export function bind(statement: Statement, values: Values): Value[] {
  return statement.parameters.map((parameter) => {
    if (!(parameter instanceof Slot)) return parameter;
    const value = values[parameter.name];
    if (value === undefined)
      throw new Error(`prepared query: no value for "${parameter.name}" in: ${statement.sql}`);
    return value;
  });
}
