import type { PoolClient } from 'pg';
import { AppError } from '../../../lib/errors.ts';
import type { Secret } from '../../../lib/secret.ts';
import { StartProblem } from '../../../lib/start-problem.ts';
import { madeAnew } from '../dump/dump-format.ts';
import type { MoveMark, MovePosition } from '../move/move-mark.ts';
import type { MovedColumn, MovedRow, MovedTable } from '../move/moved-table.ts';
import type { FoundTarget } from '../move/plan-move.ts';
import { migratePostgres } from './migrate-postgres.ts';
import { PrimaryPool } from './primary-pool.ts';
import { postgresCode, translatePostgres } from './translate-postgres.ts';

const pageRows = 2000;
/** Manifests have up to 4 MiB. */
const pageRowsWithBytes = 50;
const uniqueViolation = '23505';
const foreignKeyViolation = '23503';
const arrayTypes: Readonly<Record<MovedColumn['type'], string>> = {
  integer: 'bigint[]',
  text: 'text[]',
  blob: 'bytea[]',
};

export interface NewIdentity {
  readonly storeId: string;
  readonly epoch: number;
  readonly nonce: string;
}

/** A PostgreSQL database that is filled by a move. What it knows of the move changes with the rows, in one transaction. */
export class MoveTarget implements AsyncDisposable {
  readonly #pool: PrimaryPool;
  readonly #client: PoolClient;
  readonly #name: string;
  #position = '';

  private constructor(pool: PrimaryPool, client: PoolClient, name: string) {
    this.#pool = pool;
    this.#client = client;
    this.#name = name;
    // A connection that breaks between two queries tells nobody else, and an error that nobody hears ends the process;
    // the next query fails.
    client.on('error', () => {});
  }

  /**
   * @param name what it is called, without a password
   * @throws StartProblem moveTargetUnreachable
   */
  static async open(url: Secret, name: string): Promise<MoveTarget> {
    const pool = await PrimaryPool.open(url, 1);
    try {
      return new MoveTarget(pool, await pool.connect(), name);
    } catch (error) {
      await pool.end();
      throw targetProblem(error, name);
    }
  }

  /** Changes nothing. */
  find(): Promise<FoundTarget> {
    return this.#guarded(async () => {
      const { rows } = await this.#client.query<{ name: string }>(
        `select relname as name from pg_class
         where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p')`,
      );
      const names = new Set(rows.map(({ name }) => name));
      const has = (name: string): boolean => names.has(name);
      return {
        move: has('database_move') ? await this.#mark() : undefined,
        isRegistry: has('store_identity') && (await this.#holds('store_identity')),
        isForeign: names.size > 0 && !(has('schema_version') && has('schema_migration')),
        isServed: has('lease') && (await this.#holds(livingInstances)),
      };
    });
  }

  /** @throws SchemaTooNew; StartProblem moveTargetTaken when its schema is not the source's afterwards */
  migrate(schema: number): Promise<void> {
    return this.#guarded(async () => {
      await migratePostgres(this.#client);
      const { rows } = await this.#client.query<{ version: number }>('select version from schema_version');
      if (rows[0]?.version !== schema) throw new StartProblem('moveTargetTaken', { to: this.#name });
    });
  }

  /** Empties the tables, and writes down whose rows come. */
  begin(
    mark: Pick<MoveMark, 'moveId' | 'storeId' | 'schema' | 'other'>,
    tables: readonly MovedTable[],
  ): Promise<MovePosition> {
    const position: MovePosition = { table: tables[0]?.table ?? null, after: null, rows: 0 };
    return this.#inTransaction(async () => {
      // Taken before it is looked at again: whoever binds the database meanwhile waits, and then finds the move.
      await this.#client.query('lock table store_identity, database_move in share row exclusive mode');
      if (await this.#holds('store_identity')) throw new StartProblem('moveTargetTaken', { to: this.#name });
      const names = [...tables.map(({ table }) => table), ...madeAnew].map((name) => `"${name}"`);
      await this.#client.query(`truncate ${names.join(', ')} restart identity`);
      await this.#client.query('delete from database_move');
      await this.#client.query(
        `insert into database_move (id, move_id, state, store_id, schema, other, position)
         values (1, $1, 'coming', $2, $3, $4, $5)`,
        [mark.moveId, mark.storeId, mark.schema, mark.other, JSON.stringify(position)],
      );
      this.#position = JSON.stringify(position);
      return position;
    });
  }

  /** Goes on behind what an earlier process has copied. */
  resume(position: MovePosition): void {
    this.#position = JSON.stringify(position);
  }

  /** @throws StartProblem moveRowAdded, moveRowMissing when somebody else has changed what is there; moveRowRefused */
  put(table: MovedTable, page: readonly MovedRow[], next: MovePosition): Promise<void> {
    return this.#inTransaction(async () => {
      await this.#insert(table, page);
      await this.#advance(next);
    });
  }

  advance(next: MovePosition): Promise<void> {
    return this.#inTransaction(() => this.#advance(next));
  }

  /**
   * Keeps all others from writing while `compare` reads the rows back, then gives the database its identity: what was
   * compared is what is bound.
   */
  finish(
    tables: readonly MovedTable[],
    identity: NewIdentity,
    compare: (rowsOf: (table: MovedTable) => AsyncIterable<MovedRow[]>) => Promise<void>,
  ): Promise<void> {
    return this.#inTransaction(async () => {
      const names = tables.map(({ table }) => `"${table}"`).join(', ');
      await this.#client.query(
        `lock table ${names}, store_identity, database_move in share row exclusive mode`,
      );
      if (await this.#holds('store_identity')) throw new StartProblem('moveTargetTaken', { to: this.#name });
      for (const table of tables) await this.#setSequence(table);
      // The first requests are not planned as if the tables were empty.
      await this.#client.query(`analyze ${names}`);
      await compare((table) => this.#pages(table));
      await this.#client.query(
        `insert into store_identity (id, store_id, epoch, nonce, next_nonce) values (1, $1, $2, $3, $3)`,
        [identity.storeId, identity.epoch, identity.nonce],
      );
      await this.#advance({ table: null, after: null, rows: 0 });
      await this.#client.query(`update database_move set state = 'arrived'`);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Ends a transaction that was not committed, too. It may be broken already.
    this.#client.release(true);
    await this.#pool.end();
  }

  async #mark(): Promise<MoveMark | undefined> {
    const { rows } = await this.#client.query<MoveMark>(
      `select move_id as "moveId", state, store_id as "storeId", schema, other, position from database_move`,
    );
    return rows[0];
  }

  async #holds(from: string): Promise<boolean> {
    const { rows } = await this.#client.query<{ found: boolean }>(
      `select exists (select 1 from ${from}) as found`,
    );
    return rows[0]?.found === true;
  }

  /** An array for each column: PostgreSQL reads that twice as fast as a list of values. */
  async #insert({ table, columns, key }: MovedTable, page: readonly MovedRow[]): Promise<void> {
    const names = columns.map(({ name }) => `"${name}"`).join(', ');
    const arrays = columns.map(({ type }, index) => `$${index + 1}::${arrayTypes[type]}`).join(', ');
    try {
      await this.#client.query(
        `insert into "${table}" (${names}) select * from unnest(${arrays})`,
        columns.map((_, place) => page.map((row) => row[place])),
      );
    } catch (cause) {
      const code = postgresCode(cause);
      const [first = []] = page;
      const from = `${JSON.stringify(key.map((place) => first[place]))}…`;
      const values = { table, key: from, to: this.#name };
      if (code === uniqueViolation) throw new StartProblem('moveRowAdded', values, { cause });
      if (code === foreignKeyViolation) throw new StartProblem('moveRowMissing', values, { cause });
      // Text with NUL: SQLite keeps it.
      if (code?.startsWith('22') === true && cause instanceof Error)
        throw new StartProblem('moveRowRefused', { ...values, cause: cause.message }, { cause });
      throw cause;
    }
  }

  /** Another process that is at the same move has changed it. */
  async #advance(next: MovePosition): Promise<void> {
    const text = JSON.stringify(next);
    const { rowCount } = await this.#client.query(
      `update database_move set position = $1 where state = 'coming' and position = $2`,
      [text, this.#position],
    );
    if (rowCount !== 1) throw new StartProblem('moveTargetServed', { to: this.#name });
    this.#position = text;
  }

  async *#pages({ table, columns, key }: MovedTable): AsyncGenerator<MovedRow[]> {
    const names = columns.map(({ name }) => `"${name}"`);
    const order = key.map((place) => names[place]).join(', ');
    const size = columns.some(({ type }) => type === 'blob') ? pageRowsWithBytes : pageRows;
    await this.#client.query(
      `declare berth_move no scroll cursor for select ${names.join(', ')} from "${table}" order by ${order}`,
    );
    for (;;) {
      const { rows } = await this.#client.query<unknown[]>({
        text: `fetch ${size} from berth_move`,
        rowMode: 'array',
      });
      if (rows.length > 0) yield rows as MovedRow[];
      if (rows.length < size) break;
    }
    await this.#client.query('close berth_move');
  }

  async #setSequence({ table, columns, sequence }: MovedTable): Promise<void> {
    if (sequence === undefined || !columns.some(({ name }) => name === 'id')) return;
    await this.#client.query(`select setval(pg_get_serial_sequence($1, 'id'), $2)`, [`"${table}"`, sequence]);
  }

  #inTransaction<T>(work: () => Promise<T>): Promise<T> {
    return this.#guarded(async () => {
      await this.#client.query('begin');
      try {
        const value = await work();
        await this.#client.query('commit');
        return value;
      } catch (error) {
        // Where the connection is broken there is nothing to take back.
        await this.#client.query('rollback').catch(() => undefined);
        throw error;
      }
    });
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw targetProblem(error, this.#name);
    }
  }
}

const livingInstances = `lease where name like 'instance/%'
  and until > (extract(epoch from clock_timestamp()) * 1000)::bigint`;

/** A wrong name or password, a missing database, and a missing right are put right by who gave the address. */
const addressCodes = /^(28|3D|42501)/;

function targetProblem(cause: unknown, to: string): unknown {
  const known = translatePostgres(cause);
  if (!(known instanceof AppError) && addressCodes.exec(postgresCode(cause) ?? '') === null) return cause;
  const first = known instanceof AppError && known.cause instanceof Error ? known.cause : known;
  const what = first instanceof Error ? first.message : String(first);
  return new StartProblem('moveTargetUnreachable', { to, cause: what }, { cause });
}
