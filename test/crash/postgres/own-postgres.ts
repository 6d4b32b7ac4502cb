import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { runProgram } from '../../harness/run-program.ts';
import { removeFolder, temporaryFolder } from '../../harness/temporary-folder.ts';
import { waitUntil } from '../../harness/wait-until.ts';
import { whenTheTestEnds } from '../../harness/when-the-test-ends.ts';
import { lowPort } from './low-port.ts';

const started = new Set<ChildProcess>();
whenTheTestEnds(() => {
  for (const child of started) killAll(child.pid);
});

/**
 * A PostgreSQL of the test's own, to be killed and started again. What it has written survives a kill whether it was
 * synced or not, so it syncs nothing; what it has only in its memory does not.
 */
export class OwnPostgres implements AsyncDisposable {
  readonly url: string;
  readonly #folder: string;
  readonly #command: readonly string[];
  #child: ChildProcess | undefined;

  private constructor(folder: string, port: number, command: readonly string[]) {
    this.#folder = folder;
    this.#command = command;
    this.url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  }

  /** @param settings `name=value`, beside those that make it quick */
  static async start(settings: readonly string[] = []): Promise<OwnPostgres> {
    const folder = temporaryFolder();
    const binaries = binariesOf();
    const asPostgres = await otherThanRoot(folder);
    const data = join(folder, 'data');
    const [program, ...args] = [
      ...asPostgres,
      join(binaries, 'initdb'),
      '--pgdata',
      data,
      '--username=postgres',
      '--auth=trust',
      '--encoding=UTF8',
      '--locale=C.UTF-8',
      '--no-sync',
    ];
    const made = await runProgram(program, args, { cwd: folder });
    assert.equal(made.code, 0, made.text);
    const port = await lowPort();
    const own = [
      'listen_addresses=127.0.0.1',
      'fsync=off',
      'max_connections=200',
      'log_min_messages=warning',
    ];
    const server = [...asPostgres, join(binaries, 'postgres'), '-D', data, '-p', `${port}`, '-k', folder];
    const command = [...server, ...[...own, ...settings].flatMap((setting) => ['-c', setting])];
    const postgres = new OwnPostgres(folder, port, command);
    await postgres.restart();
    return postgres;
  }

  /** Until it is killed its log stays in its memory, unless a COMMIT waits for it. */
  holdLog(): void {
    for (const pid of childrenOf(this.#child?.pid)) {
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('walwriter')) process.kill(pid, 'SIGSTOP');
    }
  }

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  /** `kill -9` of all its processes: nothing that is only in their memory is left. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const ended = once(child, 'exit');
    killAll(child.pid);
    await ended;
    started.delete(child);
    this.#child = undefined;
  }

  /** Resolves when it takes connections: recovery is over. */
  async restart(): Promise<void> {
    const [program = '', ...args] = this.#command;
    const child = spawn(program, args, { cwd: this.#folder, stdio: 'ignore' });
    started.add(child);
    this.#child = child;
    await waitUntil('PostgreSQL takes connections', () => this.#answers(child), 60_000);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    removeFolder(this.#folder);
  }

  async #answers(child: ChildProcess): Promise<boolean> {
    assert.equal(child.exitCode, null, 'PostgreSQL has ended');
    const client = new pg.Client({ connectionString: this.url });
    client.on('error', () => {
      // The query says it, too.
    });
    try {
      await client.connect();
      await client.query('select 1');
      return true;
    } catch (error) {
      // Not listening yet, or still recovering.
      assert.ok(error instanceof Error && 'code' in error, String(error));
      return false;
    } finally {
      await client.end();
    }
  }
}

function binariesOf(): string {
  const found = readdirSync('/usr/lib/postgresql')
    .map((version) => `/usr/lib/postgresql/${version}/bin`)
    .find((folder) => existsSync(join(folder, 'initdb')));
  assert.ok(found !== undefined, 'PostgreSQL is not installed (Debian: apt-get install postgresql-15)');
  return found;
}

/** PostgreSQL refuses to run as root. */
async function otherThanRoot(folder: string): Promise<readonly string[]> {
  if (process.getuid?.() !== 0) return [];
  const { stdout } = await runProgram('id', ['-u', 'postgres'], { cwd: folder });
  const id = Number(stdout);
  chownSync(folder, id, id);
  return ['setpriv', `--reuid=${id}`, `--regid=${id}`, '--clear-groups', '--'];
}

/** The first one is made to stand still, so that it starts no more while the others are looked for. */
function killAll(pid: number | undefined): void {
  if (pid === undefined || !existsSync(`/proc/${pid}`)) return;
  process.kill(pid, 'SIGSTOP');
  for (const each of [pid, ...childrenOf(pid)]) {
    if (existsSync(`/proc/${each}`)) process.kill(each, 'SIGKILL');
  }
}

function childrenOf(pid: number | undefined): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}
