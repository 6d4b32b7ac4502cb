import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { type Client, kindOf } from './clients.ts';
import { allOperations, type Operation } from './operations.ts';
import { type Found, layerMiB, type Results, resultsFolder } from './results.ts';

/**
 * The tests of one client that fill a cell of the table in the manual. `clients` says which there are; one that is
 * said there and not tested fails the file, and the other way round.
 */
export class ClientMatrix {
  readonly #client: Client;
  readonly #version: string;
  readonly #found = new Map<Operation, Found>();
  readonly #tested = new Set<Operation>();

  constructor(client: Client, version: string) {
    this.#client = client;
    this.#version = version;
    after(() => {
      const missing = allOperations.filter(
        (operation) => this.#isDeclared(operation) && !this.#tested.has(operation),
      );
      assert.deepEqual(missing, [], `${client}: clients.ts tells of operations that no test does`);
      this.#keep();
    });
  }

  works(operation: Operation, name: string, body: (context: TestContext) => Promise<void>): void {
    this.#register(operation, 'works');
    void test(name, async (context) => {
      this.#found.set(operation, { kind: 'failed' });
      await body(context);
      this.#found.set(operation, { kind: 'works' });
    });
  }

  /** The body returns the client's own words when it cannot do what is asked of it. */
  limit(operation: Operation, name: string, body: (context: TestContext) => Promise<string>): void {
    this.#register(operation, 'limit');
    void test(name, async (context) => {
      this.#found.set(operation, { kind: 'failed' });
      const text = await body(context);
      assert.notEqual(text, '', 'the client said nothing');
      context.diagnostic(text);
      this.#found.set(operation, { kind: 'limit', text: withoutRun(text) });
    });
  }

  #register(operation: Operation, kind: 'works' | 'limit'): void {
    assert.equal(
      kindOf(this.#client, operation),
      kind,
      `${this.#client}, ${operation}: as clients.ts has it`,
    );
    this.#tested.add(operation);
  }

  #isDeclared(operation: Operation): boolean {
    return kindOf(this.#client, operation) !== 'lacks';
  }

  #keep(): void {
    if (resultsFolder === undefined) return;
    const results: Results = {
      client: this.#client,
      version: this.#version,
      layerMiB,
      found: Object.fromEntries(this.#found),
    };
    mkdirSync(resultsFolder, { recursive: true });
    writeFileSync(join(resultsFolder, `${this.#client}.json`), `${JSON.stringify(results, undefined, 2)}\n`);
  }
}

/** The same at every run: without ports, folders and names that only this one had. */
function withoutRun(text: string): string {
  return text
    .replaceAll(/127\.0\.0\.1:\d+/g, 'registry.example.com')
    .replaceAll(/\/tmp\/[\w./-]+/g, '…')
    .replaceAll(/, 'requestId': '[^']*'/g, '')
    .replaceAll(/sha256:[0-9a-f]{64}/g, 'sha256:…');
}
