import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type BerthOptions, type Outcome, spawnBerth } from './berth-command.ts';
import { recordingTurns } from './recorded-turns.ts';
import { RegistryClient } from './registry-client.ts';
import { removeFolder, temporaryFolder } from './temporary-folder.ts';
import { waitUntil } from './wait-until.ts';

/** The administrator's, unless a test lets the server make one. */
export const password = 'Correct-Horse-7';

export interface ServerOptions extends BerthOptions {
  /** Holds the data folder; default: a new one, which goes with the server. */
  readonly folder?: string;
  readonly data?: string;
  readonly storage?: string;
  /** Further arguments of `serve`. */
  readonly args?: readonly string[];
}

/** What `serve` prints on a pipe. */
export interface ReadyLine {
  readonly event: 'ready';
  readonly version: string;
  readonly address: string;
  readonly port: number;
  readonly sign_in: { readonly user: string; readonly password_file: string | null };
  readonly push: readonly string[];
  readonly open_to_network: string;
  readonly data: string;
  readonly storage: string;
  readonly database: string;
  readonly logs: string;
  readonly pid: number;
  /** Of the metrics' own listener. */
  readonly metrics: string | null;
}

export type LogLine = Readonly<Record<string, unknown>>;

/** The program ended instead of getting ready. */
export class NotStarted extends Error {
  override readonly name = 'NotStarted';
  readonly outcome: Outcome;

  constructor(outcome: Outcome) {
    super(
      `the server ended with ${outcome.code ?? outcome.signal ?? ''}: ${outcome.stdout}${outcome.stderr}`,
    );
    this.outcome = outcome;
  }
}

/** A running server on a free port of 127.0.0.1; it can be stopped, killed and started again on the same data. */
export class BerthServer implements AsyncDisposable {
  readonly folder: string;
  readonly data: string;
  readonly #options: ServerOptions;
  readonly #clients: RegistryClient[] = [];
  #run: Run;

  private constructor(options: ServerOptions, folder: string, run: Run) {
    this.#options = options;
    this.folder = folder;
    this.data = dataOf(options, folder);
    this.#run = run;
  }

  /** @throws NotStarted */
  static async start(options: ServerOptions = {}): Promise<BerthServer> {
    const folder = options.folder ?? temporaryFolder();
    try {
      return new BerthServer(options, folder, await Run.start(options, folder));
    } catch (error) {
      if (options.folder === undefined) removeFolder(folder);
      throw error;
    }
  }

  get ready(): ReadyLine {
    return this.#run.ready;
  }

  /** From the program's start to its ready line. */
  get startMs(): number {
    return this.#run.startMs;
  }

  get port(): number {
    return this.ready.port;
  }

  get pid(): number {
    return this.ready.pid;
  }

  get storage(): string {
    return this.ready.storage;
  }

  get log(): readonly LogLine[] {
    return this.#run.log;
  }

  /** Everything on standard error, the log included. */
  get stderr(): string {
    return this.#run.stderr;
  }

  get hasEnded(): boolean {
    return this.#run.child.exitCode !== null || this.#run.child.signalCode !== null;
  }

  /** When the program has ended. */
  get ended(): Promise<Outcome> {
    return this.#run.ended;
  }

  /** A client signed in as the administrator, or as who is given; null: as nobody. */
  client(
    who: { username: string; password: string } | null = { username: 'admin', password },
  ): RegistryClient {
    const client = new RegistryClient(() => ({ host: '127.0.0.1', port: this.port }), who ?? undefined);
    this.#clients.push(client);
    return client;
  }

  logged(matches: (line: LogLine) => boolean): Promise<LogLine> {
    return waitUntil('a line in the log', () => this.log.find(matches));
  }

  /** As when the program that reads the log ends. */
  closeLog(): void {
    this.#run.child.stderr?.destroy();
  }

  signal(signal: NodeJS.Signals): void {
    this.#run.child.kill(signal);
  }

  /** Ends it as a machine's service manager does. */
  async stop(): Promise<Outcome> {
    for (const client of this.#clients) client.closeIdle();
    this.signal('SIGTERM');
    return this.ended;
  }

  async kill(): Promise<Outcome> {
    this.signal('SIGKILL');
    return this.ended;
  }

  /** Starts it again on the same data after it has ended. */
  async restart(): Promise<void> {
    await this.ended;
    for (const client of this.#clients) client.close();
    this.#run = await Run.start(this.#options, this.folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.close();
    await this.kill();
    if (this.#options.folder === undefined) removeFolder(this.folder);
  }
}

function recorded(env: Readonly<Record<string, string | undefined>>): boolean {
  return env['TURN_RECORDER_FOLDER'] !== undefined;
}

function dataOf(options: ServerOptions, folder: string): string {
  return options.data ?? join(folder, 'data');
}

/** One process from its start to its end. */
class Run {
  readonly child: ChildProcess;
  readonly log: LogLine[] = [];
  readonly ended: Promise<Outcome>;
  readonly #startedAt = performance.now();
  stderr = '';
  #stdout = '';
  #ready: ReadyLine | undefined;
  #readyAt = 0;
  readonly #whenReady = Promise.withResolvers<undefined>();

  private constructor(child: ChildProcess) {
    this.child = child;
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
    this.ended = promise;
    child.once('error', reject);
    child.once('close', (code, signal) =>
      resolve({ code, signal, stdout: this.#stdout, stderr: this.stderr }),
    );
    if (child.stdout === null || child.stderr === null) throw new Error('the program has no pipes');
    createInterface({ input: child.stdout }).on('line', (line) => this.#readStdout(line));
    createInterface({ input: child.stderr }).on('line', (line) => this.#readStderr(line));
  }

  static async start(options: ServerOptions, folder: string): Promise<Run> {
    const storage = options.storage === undefined ? [] : ['--storage', options.storage];
    const args = ['--listen', '127.0.0.1:0', '--data', dataOf(options, folder), ...storage];
    const env = {
      BERTH_ADMIN_PASSWORD: password,
      BERTH_DRAIN_DELAY: '0',
      // The default port is one for all servers of the machine.
      BERTH_METRICS_LISTEN: 'off',
      ...options.env,
      ...recordingTurns(process.env['TURN_RECORDER_FOLDER'], options.env?.['NODE_OPTIONS']),
    };
    const run = new Run(spawnBerth(['serve', ...args, ...(options.args ?? [])], { ...options, env }));
    const limitMs = options.limitMs ?? 30_000;
    const timer = setTimeout(() => run.child.kill('SIGKILL'), limitMs);
    const outcome = await Promise.race([run.#whenReady.promise, run.ended]);
    clearTimeout(timer);
    if (outcome !== undefined) throw new NotStarted(outcome);
    if (recorded(env)) run.child.kill('SIGUSR2');
    return run;
  }

  get ready(): ReadyLine {
    if (this.#ready === undefined) throw new Error('the server is not ready');
    return this.#ready;
  }

  get startMs(): number {
    return this.#readyAt - this.#startedAt;
  }

  #readStdout(line: string): void {
    this.#stdout += `${line}\n`;
    if (this.#ready !== undefined) return;
    this.#ready = JSON.parse(line) as ReadyLine;
    this.#readyAt = performance.now();
    this.#whenReady.resolve(undefined);
  }

  #readStderr(line: string): void {
    this.stderr += `${line}\n`;
    if (line.startsWith('{')) this.log.push(JSON.parse(line) as LogLine);
  }
}
