import type { ListedObject } from './blob-store.ts';
import { deletedAtOnce, type ObjectApi } from './object-api.ts';

interface Multipart {
  readonly key: string;
  readonly parts: Map<number, Uint8Array>;
}

const maxParts = 10_000;
/** Real ones list 1,000 at a time; whoever deletes while listing must not skip any. */
const listedAtOnce = 3;

/** An object store's manners in memory, for tests: what a real one refuses, this one refuses. */
export class MemoryObjects implements ObjectApi {
  readonly #objects = new Map<string, Uint8Array>();
  readonly #multiparts = new Map<string, Multipart>();
  readonly #minimumPartBytes: number;
  #created = 0;
  /** Of all objects. */
  changedAt = 0;

  constructor(minimumPartBytes: number) {
    this.#minimumPartBytes = minimumPartBytes;
  }

  /** Keys of everything that is held, unfinished uploads included. */
  get keys(): string[] {
    return [...this.#objects.keys(), ...[...this.#multiparts.values()].map((each) => `${each.key}?`)];
  }

  head(key: string): Promise<{ readonly sizeBytes: number } | undefined> {
    const bytes = this.#objects.get(key);
    return Promise.resolve(bytes === undefined ? undefined : { sizeBytes: bytes.length });
  }

  async *get(key: string, start: number, end: number): AsyncIterable<Uint8Array> {
    const bytes = this.#objects.get(key);
    if (bytes === undefined) throw new Error(`no object ${key}`);
    const step = 64 * 1024;
    for (let at = start; at < end; at += step)
      yield await Promise.resolve(bytes.slice(at, Math.min(at + step, end)));
  }

  put(key: string, bytes: Uint8Array): Promise<void> {
    this.#objects.set(key, new Uint8Array(bytes));
    return Promise.resolve();
  }

  putNew(key: string, bytes: Uint8Array): Promise<boolean> {
    if (this.#objects.has(key)) return Promise.resolve(false);
    this.#objects.set(key, new Uint8Array(bytes));
    return Promise.resolve(true);
  }

  delete(key: string): Promise<void> {
    this.#objects.delete(key);
    return Promise.resolve();
  }

  async deleteMany(
    keys: readonly string[],
  ): Promise<readonly { readonly key: string; readonly reason: string }[]> {
    await Promise.resolve();
    if (keys.length > deletedAtOnce) fail(`more than ${deletedAtOnce} keys`);
    for (const key of keys) this.#objects.delete(key);
    return [];
  }

  async *list(prefix: string, after = ''): AsyncIterable<ListedObject> {
    for await (const key of inPages(() => [...this.#objects.keys()], after)) {
      if (key.startsWith(prefix))
        yield { key, sizeBytes: this.#objects.get(key)?.length ?? 0, changedAt: this.changedAt };
    }
  }

  createMultipart(key: string): Promise<string> {
    this.#created += 1;
    const id = `m${this.#created}`;
    this.#multiparts.set(id, { key, parts: new Map() });
    return Promise.resolve(id);
  }

  async uploadPart(key: string, multipart: string, no: number, bytes: Uint8Array): Promise<void> {
    await Promise.resolve();
    this.#multipart(key, multipart).parts.set(no, new Uint8Array(bytes));
  }

  async completeMultipart(key: string, multipart: string, parts: readonly number[]): Promise<void> {
    await Promise.resolve();
    const held = this.#multipart(key, multipart);
    if (parts.length > maxParts) fail(`more than ${maxParts} parts`);
    const chosen = parts.map((no) => held.parts.get(no) ?? fail(`part ${no} was not uploaded`));
    for (const part of chosen.slice(0, -1)) {
      if (part.length < this.#minimumPartBytes) fail('a part but the last is below the minimum');
    }
    this.#objects.set(key, Buffer.concat(chosen));
    this.#multiparts.delete(multipart);
  }

  abortMultipart(_key: string, multipart: string): Promise<void> {
    this.#multiparts.delete(multipart);
    return Promise.resolve();
  }

  async *listMultiparts(prefix: string): AsyncIterable<{ readonly key: string; readonly multipart: string }> {
    for await (const multipart of inPages(() => [...this.#multiparts.keys()])) {
      const key = this.#multiparts.get(multipart)?.key;
      if (key?.startsWith(prefix)) yield { key, multipart };
    }
  }

  #multipart(key: string, id: string): Multipart {
    const found = this.#multiparts.get(id);
    return found?.key === key ? found : fail('no such multipart upload');
  }
}

/** Each page begins behind the last name of the one before, whatever has changed meanwhile. */
async function* inPages(names: () => string[], after = ''): AsyncGenerator<string> {
  for (let last = after; ; ) {
    const page = names()
      .filter((name) => name > last)
      .toSorted()
      .slice(0, listedAtOnce);
    const end = page.at(-1);
    if (end === undefined) return;
    for (const name of page) yield await Promise.resolve(name);
    last = end;
  }
}

function fail(why: string): never {
  throw new Error(why);
}
