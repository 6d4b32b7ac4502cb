import pg from 'pg';
import { Secret } from '../../../lib/secret.ts';
import { PostgresDatabase } from '../postgres/postgres-database.ts';

/**
 * Databases of one test process on a PostgreSQL that is there for tests only. One that a test gave back is emptied and
 * used again, which takes a tenth of what making and dropping one takes.
 */
export class PostgresDatabases {
  readonly #url: string;
  #template: Promise<Template> | undefined;
  readonly #free: string[] = [];
  #made = 0;

  constructor(url: string) {
    this.#url = url;
  }

  /** The URL of a database that is as a first start leaves it, and nobody else's. */
  async take(): Promise<string> {
    this.#template ??= makeTemplate(this.#url);
    const { name: template } = await this.#template;
    const free = this.#free.pop();
    if (free !== undefined) return withDatabase(this.#url, free);
    this.#made += 1;
    const name = `berth_${process.pid}_${this.#made}`;
    await administer(this.#url, [
      `drop database if exists ${name}`,
      `create database ${name} template ${template} strategy file_copy`,
    ]);
    return withDatabase(this.#url, name);
  }

  /** Nobody of this process may be connected any more. */
  async giveBack(url: string): Promise<void> {
    const name = new URL(url).pathname.slice(1);
    const template = await this.#template;
    if (template !== undefined && (await isEmptied(url, template))) this.#free.push(name);
    else await administer(this.#url, [`drop database ${name} with (force)`]);
  }
}

/** What a first start leaves. */
interface Template {
  readonly name: string;
  readonly schema: string;
  readonly sizeBytes: number;
  /** By table, as PostgreSQL writes them in JSON. */
  readonly rows: ReadonlyMap<string, string>;
  readonly sequences: ReadonlyMap<string, string | null>;
}

async function makeTemplate(url: string): Promise<Template> {
  const name = `berth_template_${process.pid}`;
  await administer(url, [`drop database if exists ${name}`, `create database ${name}`]);
  const own = withDatabase(url, name);
  const db = await PostgresDatabase.open(new Secret(own));
  await db[Symbol.asyncDispose]();
  return connected(own, async (client) => {
    const rows = new Map<string, string>();
    for (const table of await filledTables(client)) {
      const found = await client.query<{ rows: string }>(`select json_agg(t)::text as rows from ${table} t`);
      rows.set(table, found.rows[0]?.rows ?? '[]');
    }
    return { name, rows, ...(await shapeOf(client)), sequences: await sequencesOf(client) };
  });
}

/** Nothing is done to a database whose schema or statistics a test has changed, or that has grown: false. */
function isEmptied(url: string, template: Template): Promise<boolean> {
  return connected(url, async (client) => {
    await client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    const { schema, sizeBytes } = await shapeOf(client);
    if (schema !== template.schema || sizeBytes > template.sizeBytes + 8 * 1024 * 1024) return false;
    await client.query('begin');
    // No foreign key is looked at, and no trigger.
    await client.query('set local session_replication_role = replica');
    for (const table of await filledTables(client)) await client.query(`delete from ${table}`);
    for (const [table, rows] of template.rows)
      await client.query(
        `insert into ${table} overriding system value select * from json_populate_recordset(null::${table}, $1)`,
        [rows],
      );
    for (const [sequence, value] of await sequencesOf(client)) {
      const first = template.sequences.get(sequence) ?? null;
      if (value !== first)
        await client.query('select setval($1::regclass, $2, $3)', [sequence, first ?? 1, first !== null]);
    }
    await client.query('commit');
    return true;
  });
}

async function filledTables(client: pg.Client): Promise<string[]> {
  const tables = await client.query<{ name: string }>(
    "select quote_ident(tablename) as name from pg_tables where schemaname = 'public'",
  );
  const asked = tables.rows.map(
    ({ name }) => `select '${name}' as name where exists (select 1 from ${name})`,
  );
  const filled = await client.query<{ name: string }>(asked.join(' union all '));
  return filled.rows.map(({ name }) => name);
}

async function sequencesOf(client: pg.Client): Promise<Map<string, string | null>> {
  const found = await client.query<{ name: string; value: string | null }>(
    'select quote_ident(sequencename) as name, last_value::text as value from pg_sequences',
  );
  return new Map(found.rows.map(({ name, value }) => [name, value]));
}

async function shapeOf(client: pg.Client): Promise<{ schema: string; sizeBytes: number }> {
  const found = await client.query<{ schema: string; size: string }>(`
    select pg_database_size(current_database())::text as size, md5(string_agg(line, chr(10) order by line)) as schema
    from (
      select concat_ws(' ', c.relkind, c.relname, c.reltuples, a.attname, a.atttypid, a.attnotnull, a.attisdropped) as line
      from pg_class c join pg_attribute a on a.attrelid = c.oid
      where c.relnamespace = 'public'::regnamespace and a.attnum > 0
      union all select concat_ws(' ', 'trigger', tgrelid, tgname) from pg_trigger where not tgisinternal
      union all select concat_ws(' ', 'constraint', conrelid, conname) from pg_constraint
      union all select concat_ws(' ', 'statistics', starelid, staattnum) from pg_statistic where starelid >= 16384
      union all select concat_ws(' ', 'function', proname) from pg_proc
        where pronamespace = 'public'::regnamespace
      union all select concat_ws(' ', 'setting', setconfig) from pg_db_role_setting s
        join pg_database d on d.oid = s.setdatabase and d.datname = current_database()
    ) as lines`);
  const row = found.rows[0];
  return { schema: row?.schema ?? '', sizeBytes: Number(row?.size) };
}

/** SQLSTATE: somebody is connected still. PostgreSQL waits for 5 s, which a busy machine may need to end a connection. */
const inUse = '55006';

async function administer(url: string, statements: readonly string[], attempts = 6): Promise<void> {
  try {
    await connected(url, async (client) => {
      for (const statement of statements) await client.query(statement);
    });
    return;
  } catch (error) {
    if (attempts === 1 || (error as { code?: string }).code !== inUse) throw error;
  }
  await administer(url, statements, attempts - 1);
}

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function withDatabase(url: string, name: string): string {
  const parsed = new URL(url);
  parsed.pathname = `/${name}`;
  return parsed.href;
}
