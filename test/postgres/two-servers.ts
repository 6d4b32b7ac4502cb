import assert from 'node:assert/strict';
import { join } from 'node:path';
import pg from 'pg';
import { BerthServer, type ServerOptions } from '../harness/start-server.ts';
import { removeFolder, temporaryFolder } from '../harness/temporary-folder.ts';

const server = process.env['BERTH_TEST_POSTGRES'];
/** The same for all instances of a database. */
export const secretKey = '5a'.repeat(32);
let count = 0;

async function on(url: string | undefined, statements: readonly string[]): Promise<void> {
  await ask(url, statements);
}

/** Returns the rows of the last statement. */
async function ask(url: string | undefined, statements: readonly string[]): Promise<readonly object[]> {
  let rows: readonly object[] = [];
  assert.ok(
    url !== undefined,
    'BERTH_TEST_POSTGRES is not set: run tools/postgres/with-postgres.sh npm run …',
  );
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) ({ rows } = await client.query<object>(statement));
  } finally {
    await client.end();
  }
  return rows;
}

/** A database of its own and a storage for as many servers as a test wants. */
export class SharedDatabase implements AsyncDisposable {
  readonly name: string;
  readonly folder = temporaryFolder();
  readonly storage = join(this.folder, 'storage');
  readonly #postgres: string | undefined;
  readonly #servers: BerthServer[] = [];

  private constructor(name: string, postgres: string | undefined) {
    this.name = name;
    this.#postgres = postgres;
  }

  /** @param postgres the URL of another PostgreSQL than the suite's */
  static async create(postgres = server): Promise<SharedDatabase> {
    count += 1;
    const database = new SharedDatabase(`black_box_${process.pid}_${count}`, postgres);
    await on(postgres, [`create database ${database.name}`]);
    return database;
  }

  get url(): string {
    const url = new URL(this.#postgres ?? '');
    url.pathname = `/${this.name}`;
    return url.href;
  }

  /** Statements on the database itself. */
  run(...statements: readonly string[]): Promise<void> {
    return on(this.url, statements);
  }

  /** The rows of one statement. */
  async query<R extends object>(text: string, values: readonly unknown[] = []): Promise<R[]> {
    const client = new pg.Client({ connectionString: this.url });
    await client.connect();
    try {
      return (await client.query<R>(text, [...values])).rows;
    } finally {
      await client.end();
    }
  }

  /** The same database by another way. */
  urlBy(port: number): string {
    const url = new URL(this.url);
    url.hostname = '127.0.0.1';
    url.port = String(port);
    return url.href;
  }

  async start(name: string, options: ServerOptions = {}): Promise<BerthServer> {
    const env = { BERTH_DATABASE_URL: this.url, BERTH_SECRET_KEY: secretKey, ...options.env };
    const started = await BerthServer.start({
      ...options,
      folder: this.folder,
      data: join(this.folder, name),
      storage: this.storage,
      env,
    });
    this.#servers.push(started);
    return started;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const each of this.#servers) await each[Symbol.asyncDispose]();
    await on(this.#postgres, [`drop database ${this.name} with (force)`]);
    removeFolder(this.folder);
  }
}
