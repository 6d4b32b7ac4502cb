import assert from 'node:assert/strict';
import { type ChildProcess, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { runProgram, spawnProgram } from '../harness/run-program.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { isRoot } from '../harness/unprivileged.ts';
import { waitUntil } from '../harness/wait-until.ts';

/** Everything may take long on a machine with other work. */
const limitMs = 120_000;

function binaries(): string {
  const named = process.env['BERTH_POSTGRES_BIN'];
  const found = [named ?? '', ...globSync('/usr/lib/postgresql/*/bin')].find((folder) =>
    existsSync(join(folder, 'initdb')),
  );
  assert.ok(found !== undefined, 'PostgreSQL is not installed (Debian: apt-get install postgresql-15)');
  return found;
}

/** PostgreSQL refuses to run as root. */
function asPostgres(program: string, args: readonly string[]): [string, string[]] {
  const path = join(binaries(), program);
  if (!isRoot) return [path, [...args]];
  return ['setpriv', ['--reuid', 'postgres', '--regid', 'postgres', '--clear-groups', '--', path, ...args]];
}

async function run(program: string, args: readonly string[], cwd: string): Promise<void> {
  const { code, text } = await runProgram(...asPostgres(program, args), { cwd, limitMs });
  assert.equal(code, 0, `${program}: ${text}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address === 'string' || address === null) throw new Error('no port');
  return address.port;
}

/** A PostgreSQL of the test's own, which can be killed, copied and promoted. It survives kills, not power cuts. */
export class PostgresServer implements AsyncDisposable {
  readonly port: number;
  /** Also where its socket is. */
  readonly folder = temporaryFolder();
  readonly #settings: readonly string[];
  #child: ChildProcess | undefined;
  #log = '';

  private constructor(port: number, settings: readonly string[]) {
    this.port = port;
    this.#settings = settings;
    this.#giveAway(this.folder);
  }

  /** @param settings as after `-c` */
  static async begin(settings: readonly string[] = []): Promise<PostgresServer> {
    const server = new PostgresServer(await freePort(), settings);
    const how = [
      '--username',
      'postgres',
      '--auth',
      'trust',
      '--encoding',
      'UTF8',
      '--locale',
      'C.UTF-8',
      '--no-sync',
    ];
    await run('initdb', ['--pgdata', server.data, ...how], server.folder);
    await server.start();
    return server;
  }

  /** A server that follows another one. */
  static async follow(primary: PostgresServer, settings: readonly string[] = []): Promise<PostgresServer> {
    const server = new PostgresServer(await freePort(), settings);
    await server.copy(primary);
    return server;
  }

  get data(): string {
    return join(this.folder, 'data');
  }

  url(database = 'postgres', user = 'postgres'): string {
    return `postgres://${user}@127.0.0.1:${this.port}/${database}`;
  }

  async start(): Promise<void> {
    const settings = ['fsync=off', 'listen_addresses=127.0.0.1', 'max_connections=200', ...this.#settings];
    const args = [
      '-D',
      this.data,
      '-p',
      `${this.port}`,
      '-k',
      this.folder,
      ...settings.flatMap((each) => ['-c', each]),
    ];
    const child = spawnProgram(...asPostgres('postgres', args), { cwd: this.folder });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#log += text;
      });
    }
    await waitUntil(
      'PostgreSQL answers',
      () => {
        assert.ok(this.#child !== undefined && child.exitCode === null, `PostgreSQL has ended: ${this.#log}`);
        return this.query('select 1').then(
          () => true,
          () => false,
        );
      },
      limitMs,
    );
  }

  /** Becomes a standby of another server; what it had before is gone. */
  async copy(primary: PostgresServer): Promise<void> {
    assert.equal(this.#child, undefined, 'it runs');
    rmSync(this.data, { recursive: true, force: true });
    const from = ['--host', '127.0.0.1', '--port', `${primary.port}`, '--username', 'postgres'];
    const how = ['--write-recovery-conf', '--wal-method', 'stream', '--checkpoint', 'fast', '--no-sync'];
    await run('pg_basebackup', ['--pgdata', this.data, ...from, ...how], this.folder);
    await this.start();
  }

  promote(): Promise<void> {
    return run('pg_ctl', ['promote', '--pgdata', this.data, '--wait', '--timeout', '120'], this.folder);
  }

  /** "Immediate": nothing is written any more, as if it had crashed. */
  stop(): Promise<void> {
    return this.#end('SIGQUIT');
  }

  async query<R extends pg.QueryResultRow>(sql: string, database = 'postgres'): Promise<R[]> {
    const client = new pg.Client({ connectionString: this.url(database), connectionTimeoutMillis: 10_000 });
    // The query that fails says it.
    client.on('error', () => {});
    await client.connect();
    try {
      return (await client.query<R>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  /** From now on each commit waits for a standby, and all that was committed before is there. */
  async requireStandby(): Promise<void> {
    await this.query(`alter system set synchronous_standby_names = '*'`);
    await this.query('select pg_reload_conf()');
    await waitUntil(
      'the standby is a synchronous one',
      async () => (await this.query(`select from pg_stat_replication where sync_state = 'sync'`)).length > 0,
      limitMs,
    );
    // It is the checkpointer that tells all others of the new setting.
    for (const _ of [1, 2]) await this.query('checkpoint');
    const [row] = await this.query<{ at: string }>('select pg_current_wal_lsn()::text as at');
    await waitUntil(
      'the standby has everything',
      async () =>
        (await this.query(`select from pg_stat_replication where flush_lsn >= '${row?.at}'`)).length > 0,
      limitMs,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  #giveAway(path: string): void {
    mkdirSync(path, { recursive: true });
    if (isRoot) assert.equal(spawnSync('chown', ['postgres', path]).status, 0);
  }
}
