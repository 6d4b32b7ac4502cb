import assert from 'node:assert/strict';
import type { Answer, RegistryClient } from '../../../harness/registry-client.ts';

/** One request, for who compares what two clients asked. */
export interface Asked {
  readonly method: string;
  /** Below `/api/v2.0`, with its query. */
  readonly path: string;
  readonly body: unknown;
}

/** The answer has another status than the provider takes. */
export class Unexpected extends Error {
  override readonly name = 'Unexpected';
  readonly status: number;

  constructor(asked: Asked, answer: Answer, expected: number) {
    super(`${asked.method} ${asked.path}: ${answer.status}, not ${expected}: ${answer.body.toString()}`);
    this.status = answer.status;
  }
}

const base = '/api/v2.0';

/** Sends requests as the provider does: JSON by its type even without a body, one status that counts, no retries. */
export class ProviderClient {
  readonly asked: Asked[] = [];
  readonly #client: RegistryClient;
  readonly #headers: Readonly<Record<string, string>>;

  /** @param headers beside those of every request */
  constructor(client: RegistryClient, headers: Readonly<Record<string, string>> = {}) {
    this.#client = client;
    this.#headers = headers;
  }

  async get<T>(path: string): Promise<T> {
    return JSON.parse((await this.#send('GET', path, undefined, 200)).body.toString()) as T;
  }

  /** Of what is gone: undefined. */
  async find<T>(path: string): Promise<T | undefined> {
    try {
      return await this.get<T>(path);
    } catch (error) {
      if (error instanceof Unexpected && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Returns the id, which is a path: the Location without `/api` and `/v2.0`; and the body. */
  async post(path: string, body: unknown): Promise<{ readonly id: string; readonly body: string }> {
    const answer = await this.#send('POST', path, body, 201);
    const { location } = answer.headers;
    assert.ok(location !== undefined && location.startsWith(`${base}/`), `${path}: ${location} is no path`);
    return { id: location.replace('/api', '').replace('/v2.0', ''), body: answer.body.toString() };
  }

  /** What it makes has a path that is known. */
  async postWithoutLocation(path: string, body: unknown): Promise<void> {
    await this.#send('POST', path, body, 201);
  }

  /** Whether the answer says anything: an empty one stands for nothing. */
  async hasText(path: string): Promise<boolean> {
    return (await this.#send('GET', path, undefined, 200)).body.length > 0;
  }

  async put(path: string, body: unknown): Promise<void> {
    await this.#send('PUT', path, body, 200);
  }

  async patch(path: string, body: unknown): Promise<void> {
    await this.#send('PATCH', path, body, 200);
  }

  async delete(path: string): Promise<void> {
    await this.#send('DELETE', path, undefined, 200);
  }

  /** What is gone already is no failure. */
  async deleteIfThere(path: string): Promise<void> {
    try {
      await this.delete(path);
    } catch (error) {
      if (!(error instanceof Unexpected && error.status === 404)) throw error;
    }
  }

  /** All of a list that is read page by page until one is empty. */
  async pages<T>(path: string): Promise<T[]> {
    const all: T[] = [];
    for (let page = 1; ; page += 1) {
      const items = await this.get<T[]>(path.replace('{page}', `${page}`));
      if (items.length === 0) return all;
      all.push(...items);
    }
  }

  async #send(method: string, path: string, body: unknown, expected: number): Promise<Answer> {
    const asked = { method, path, body };
    this.asked.push(asked);
    const answer = await this.#client.call(method, `${base}${path}`, {
      headers: { 'Content-Type': 'application/json', ...this.#headers },
      ...(body === undefined ? {} : { body: `${JSON.stringify(body)}\n` }),
    });
    if (answer.status !== expected) throw new Unexpected(asked, answer, expected);
    return answer;
  }
}

/** As the provider's language writes a structure: nothing for what is empty, 0 or false. */
export function withoutEmpty(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const empty: readonly unknown[] = [undefined, null, '', 0, false];
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !empty.includes(value)));
}
