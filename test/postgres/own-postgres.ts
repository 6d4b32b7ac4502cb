import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { spawnProgram } from '../harness/run-program.ts';
import { removeFolder, temporaryFolder } from '../harness/temporary-folder.ts';
import { waitUntil } from '../harness/wait-until.ts';

/** A PostgreSQL of its own, for tests that stop, freeze and restart it. Nothing in it survives a power cut. */
export class OwnPostgres implements AsyncDisposable {
  readonly port: number;
  readonly #folder: string;
  #server: ChildProcess | undefined;

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.port = port;
  }

  static async start(): Promise<OwnPostgres> {
    const folder = temporaryFolder();
    const own = new OwnPostgres(folder, await freePort());
    mkdirSync(own.#data);
    const [program, ...as] = asPostgres(folder, own.#data);
    const args = ['--pgdata', own.#data, '--username', 'postgres', '--auth', 'trust', '--encoding', 'UTF8'];
    const all = [...as, binary('initdb'), ...args, '--locale', 'C.UTF-8', '--no-sync'];
    execFileSync(program, all, { cwd: folder, stdio: 'pipe' });
    await own.start();
    return own;
  }

  get url(): string {
    return this.urlBy(this.port);
  }

  urlBy(port: number): string {
    return `postgres://postgres@127.0.0.1:${port}/postgres`;
  }

  get #data(): string {
    return join(this.#folder, 'data');
  }

  async start(): Promise<void> {
    const [program, ...as] = asPostgres(this.#folder, this.#data);
    const settings = ['listen_addresses=127.0.0.1', 'fsync=off', 'max_connections=60', 'shared_buffers=32MB'];
    const args = ['-D', this.#data, '-p', String(this.port), '-k', this.#folder];
    this.#server = spawnProgram(
      program,
      [...as, binary('postgres'), ...args, ...settings.flatMap((setting) => ['-c', setting])],
      { cwd: this.#folder },
    );
    await waitUntil('PostgreSQL answers', () => this.#answers(), 60_000);
  }

  /** As its service manager does: connections are ended, what was not committed is rolled back. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const ended = once(server, 'close');
    server.kill('SIGINT');
    await ended;
  }

  /** Everything stands still: connections stay, and nobody answers. */
  freeze(): void {
    this.#signal('SIGSTOP');
  }

  thaw(): void {
    this.#signal('SIGCONT');
  }

  async query(text: string): Promise<void> {
    const client = new pg.Client({ connectionString: this.url });
    await client.connect();
    try {
      await client.query(text);
    } finally {
      await client.end();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server !== undefined) this.thaw();
    await this.stop();
    removeFolder(this.#folder);
  }

  /** The server first: it must not see what happens to its children. */
  #signal(signal: NodeJS.Signals): void {
    const pid = this.#server?.pid ?? 0;
    const all = [pid, ...childrenOf(pid)];
    for (const each of signal === 'SIGSTOP' ? all : all.toReversed()) process.kill(each, signal);
  }

  async #answers(): Promise<boolean> {
    try {
      await this.query('select 1');
      return true;
    } catch (error) {
      if (this.#server?.exitCode === null) return false;
      throw error;
    }
  }
}

/** PostgreSQL refuses to run as root. */
function asPostgres(...folders: readonly string[]): [string, ...string[]] {
  if (process.getuid?.() !== 0) return ['env'];
  const [, uid, gid] = /^postgres:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8')) ?? [];
  if (uid === undefined || gid === undefined) throw new Error('there is no user postgres');
  for (const folder of folders) chownSync(folder, Number(uid), Number(gid));
  return ['setpriv', '--reuid', uid, '--regid', gid, '--clear-groups', '--'];
}

function binary(name: string): string {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root) : [];
  const folders = [
    process.env['BERTH_POSTGRES_BIN'] ?? '',
    ...versions.map((each) => join(root, each, 'bin')),
  ];
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`${name} of PostgreSQL is not installed`);
  return found;
}

function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => parentOf(name) === pid)
    .map(Number);
}

/** Undefined for a process that has ended meanwhile. */
function parentOf(pid: string): number | undefined {
  try {
    const [, parent] = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(parent);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no port is free');
  return address.port;
}
