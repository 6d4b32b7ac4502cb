import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Account } from '../../../harness/accounts.ts';
import { clientTool, type ToolModule } from '../../../harness/client-tool.ts';
import { spawnProgram } from '../../../harness/run-program.ts';
import type { BerthServer } from '../../../harness/start-server.ts';
import { waitUntil } from '../../../harness/wait-until.ts';

/** One of Harbor's client libraries, as its driver beside this file calls it. */
export interface Sdk {
  readonly name: string;
  readonly module: ToolModule;
  /** Of an interpreter. */
  readonly script?: string;
  /** A list is fetched to its last page by the links in the answers. */
  readonly followsLinks: boolean;
  /** Of an artifact, those that the library can read. */
  readonly additions: readonly ('build_history' | 'values.yaml' | 'vulnerabilities')[];
  /** Operations that the library does not have. */
  readonly lacks: readonly string[];
  /** Operations whose answers, Harbor's too, do not fit into the library's own type for them. */
  readonly misreads: readonly string[];
}

export type Parameters = Readonly<Record<string, unknown>>;

interface DriverAnswer {
  readonly value?: unknown;
  readonly status?: number;
  readonly message?: string;
}

/** The server refused, and the library told its caller so. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
}

/** Enough for a call on a busy machine. */
const limitMs = 60_000;

/** Calls a library's operations by their operationId, each answer as the library's own models have it. */
export class SdkDriver implements AsyncDisposable {
  readonly sdk: Sdk;
  /** The operations that were answered with a success. */
  readonly driven = new Set<string>();
  calls = 0;
  readonly #child: ChildProcess;
  readonly #answers: string[] = [];
  #errors = '';

  private constructor(sdk: Sdk, child: ChildProcess) {
    this.sdk = sdk;
    this.#child = child;
    assert.ok(child.stdout !== null && child.stderr !== null);
    createInterface({ input: child.stdout }).on('line', (line) => this.#answers.push(line));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors += text;
    });
  }

  /** @param authority file with the certificate that makes the library trust the server, which is asked over HTTPS */
  static async start(
    sdk: Sdk,
    server: BerthServer,
    { username, password }: Account,
    authority?: string,
  ): Promise<SdkDriver> {
    const program = await clientTool(sdk.module);
    const script = sdk.script === undefined ? [] : [join(import.meta.dirname, sdk.script)];
    const url =
      authority === undefined ? `http://127.0.0.1:${server.port}` : `https://localhost:${server.port}`;
    const env = authority === undefined ? {} : { SSL_CERT_FILE: authority };
    const args = [...script, url, username, password];
    return new SdkDriver(sdk, spawnProgram(program, args, { cwd: server.folder, env }));
  }

  /** What the library returns; fails for a refusal, and for an answer that it does not accept. */
  async call<T>(operation: string, parameters: Parameters = {}): Promise<T> {
    const { value, status, message } = await this.#ask(operation, parameters);
    if (message !== undefined) assert.fail(`${this.sdk.name}: ${operation}: ${status ?? ''} ${message}`);
    this.driven.add(operation);
    return value as T;
  }

  /** Fails where nothing is refused, or where it is not the server that refuses. */
  async refused(operation: string, parameters: Parameters = {}): Promise<Refusal> {
    const { value, status, message = '' } = await this.#ask(operation, parameters);
    assert.ok(status !== undefined, `${operation}: ${message} ${JSON.stringify(value)}`);
    return { status, message };
  }

  /** The library's own word for an operation that it has not. */
  async lacking(operation: string): Promise<string> {
    const { message = '', status } = await this.#ask(operation, {});
    assert.equal(status, undefined);
    return message;
  }

  async #ask(operation: string, parameters: Parameters): Promise<DriverAnswer> {
    this.calls++;
    this.#child.stdin?.write(`${JSON.stringify({ operation, with: parameters })}\n`);
    const line = await waitUntil(`${this.sdk.name}: ${operation}`, () => this.#answerOrEnd(), limitMs);
    return JSON.parse(line) as DriverAnswer;
  }

  #answerOrEnd(): string | undefined {
    const line = this.#answers.shift();
    if (line === undefined && this.#child.exitCode !== null) assert.fail(`${this.sdk.name}: ${this.#errors}`);
    return line;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.stdin?.end();
    if (this.#child.exitCode === null) await ended;
  }
}
