import { AppError } from '../../lib/errors.ts';
import type { HashJob } from '../threads/hash-pool.ts';
import type {
  BlobStore,
  Deletion,
  ListedObject,
  OpenObject,
  StagedPart,
  StagedPlace,
  StagedWriter,
} from './blob-store.ts';
import { stagingRoot } from './layout.ts';
import { deletedAtOnce, type ObjectApi } from './object-api.ts';
import { ObjectStagedWriter, parsePartKey } from './object-staged-writer.ts';

/** Held in memory while an object is moved. */
const copiedAtOnce = 8 * 1024 * 1024;
const mostParts = 10_000;

/** Any object store: no append, no rename, parts of a minimum size. Content stays under the key it was staged at. */
export class ObjectStore implements BlobStore {
  readonly capabilities: { append: false; atomicRename: false; minimumPartBytes: number };
  readonly #api: ObjectApi;

  constructor(api: ObjectApi, minimumPartBytes: number) {
    this.#api = api;
    this.capabilities = { append: false, atomicRename: false, minimumPartBytes };
  }

  stat(key: string): Promise<{ readonly sizeBytes: number } | undefined> {
    return this.#api.head(key);
  }

  async open(key: string): Promise<OpenObject | undefined> {
    const found = await this.#api.head(key);
    if (found === undefined) return undefined;
    return {
      sizeBytes: found.sizeBytes,
      send: async (start, end, sink) => {
        for await (const piece of this.#api.get(key, start, end)) await sink(piece);
      },
      close: () => {},
    };
  }

  openAnew(key: string): Promise<OpenObject | undefined> {
    return this.open(key);
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const found = await this.#api.head(key);
    return found === undefined ? undefined : readAll(this.#api.get(key, 0, found.sizeBytes));
  }

  put(key: string, bytes: Uint8Array): Promise<void> {
    return this.#api.put(key, bytes);
  }

  putNew(key: string, bytes: Uint8Array): Promise<boolean> {
    return this.#api.putNew(key, bytes);
  }

  async makeDurable(key: string): Promise<boolean> {
    return (await this.#api.head(key)) !== undefined;
  }

  delete(key: string): Promise<void> {
    return this.#api.delete(key);
  }

  async deleteMany(keys: readonly string[]): Promise<readonly Deletion[]> {
    const results: Deletion[] = [];
    for (let start = 0; start < keys.length; start += deletedAtOnce)
      results.push(...(await this.#deleteSome(keys.slice(start, start + deletedAtOnce))));
    return results;
  }

  async #deleteSome(keys: readonly string[]): Promise<readonly Deletion[]> {
    try {
      const failed = new Map((await this.#api.deleteMany(keys)).map(({ key, reason }) => [key, reason]));
      return keys.map((key) => {
        const reason = failed.get(key);
        if (reason === undefined) return { kind: 'deleted' };
        return { kind: 'failed', error: new AppError('STORAGE_UNAVAILABLE', { message: reason }) };
      });
    } catch (error) {
      return keys.map(() => ({ kind: 'failed', error }));
    }
  }

  list(prefix: string, after?: string): AsyncIterable<ListedObject> {
    return this.#api.list(`${prefix}/`, after);
  }

  async move(from: string, to: string, signal?: AbortSignal): Promise<boolean> {
    const found = await this.#api.head(from);
    if (found === undefined) return false;
    await this.#copy(from, to, found.sizeBytes, signal);
    await this.#api.delete(from);
    return true;
  }

  async #copy(from: string, to: string, sizeBytes: number, signal: AbortSignal | undefined): Promise<void> {
    const { minimumPartBytes } = this.capabilities;
    const partBytes = Math.max(minimumPartBytes, copiedAtOnce, Math.ceil(sizeBytes / mostParts));
    const piece = (start: number): Promise<Uint8Array> =>
      readAll(this.#api.get(from, start, Math.min(start + partBytes, sizeBytes)));
    if (sizeBytes <= partBytes) {
      await this.#api.put(to, await piece(0));
      return;
    }
    const multipart = await this.#api.createMultipart(to);
    try {
      const numbers: number[] = [];
      for (let start = 0; start < sizeBytes; start += partBytes) {
        signal?.throwIfAborted();
        numbers.push(numbers.length + 1);
        await this.#api.uploadPart(to, multipart, numbers.length, await piece(start));
      }
      await this.#api.completeMultipart(to, multipart, numbers);
    } catch (error) {
      await this.#api.abortMultipart(to, multipart);
      throw error;
    }
  }

  async folders(prefix: string): Promise<readonly string[]> {
    const names = new Set<string>();
    for await (const { key } of this.#api.list(`${prefix}/`)) {
      const [name, ...below] = key.slice(prefix.length + 1).split('/');
      if (name !== undefined && name !== '' && below.length > 0) names.add(name);
    }
    return [...names].toSorted();
  }

  /** Parts were acknowledged by the store, so they are there. */
  stagedBytes(place: StagedPlace): Promise<number> {
    const size = place.parts.reduce((sum, part) => sum + part.size, 0);
    return Promise.resolve(Math.min(place.offset, size));
  }

  async stage(place: StagedPlace, hash: HashJob): Promise<StagedWriter> {
    const writer = new ObjectStagedWriter(
      this.#api,
      this.capabilities.minimumPartBytes,
      stagedKey(place),
      place,
      hash,
    );
    await writer.reclaimTail();
    return writer;
  }

  /**
   * Completing the old multipart upload ends it: a late part of its holder is refused. Its content is then copied
   * into an upload of this generation.
   */
  async takeOver(place: StagedPlace, hash: HashJob): Promise<StagedWriter> {
    const fresh: StagedPlace = { ...place, parts: [], offset: 0 };
    const writer = new ObjectStagedWriter(
      this.#api,
      this.capabilities.minimumPartBytes,
      stagedKey(fresh),
      fresh,
      hash,
    );
    for (const old of await this.#completeOld(place.parts)) {
      for await (const piece of this.#api.get(old.key, 0, old.sizeBytes)) await writer.writeUnhashed(piece);
      await this.#api.delete(old.key);
    }
    writer.initial = await writer.settle();
    return writer;
  }

  publish(sealed: readonly StagedPart[]): Promise<string> {
    const [part] = sealed;
    return part === undefined
      ? Promise.reject(new Error('publish: nothing was sealed'))
      : Promise.resolve(part.key);
  }

  async discard(parts: readonly StagedPart[]): Promise<void> {
    for (const part of parts) {
      const { key, multipart } = parsePartKey(part.key);
      // A complete multipart upload has become the object itself, which is somebody's content.
      if (multipart === undefined) await this.#api.delete(key);
      else await this.#api.abortMultipart(key, multipart);
    }
  }

  async discardUpload(place: StagedPlace): Promise<void> {
    const prefix = `${stagingRoot}/${place.uploadId}.`;
    for await (const { key, multipart } of this.#api.listMultiparts(prefix)) {
      await this.#api.abortMultipart(key, multipart);
    }
    for await (const { key } of this.#api.list(prefix)) await this.#api.delete(key);
  }

  space(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  /** The objects that hold the place's bytes, in order: what the multipart upload becomes, and the tail. */
  async #completeOld(parts: readonly StagedPart[]): Promise<{ key: string; sizeBytes: number }[]> {
    const whole: { key: string; sizeBytes: number }[] = [];
    const [first] = parts;
    const { key, multipart } = parsePartKey(first?.key ?? '');
    const numbered = parts.filter((part) => parsePartKey(part.key).multipart !== undefined);
    if (multipart !== undefined) {
      // Another take-over may have come this far and died.
      if ((await this.#api.head(key)) === undefined) {
        await this.#api.completeMultipart(
          key,
          multipart,
          numbered.map((part) => part.no),
        );
      }
      whole.push({ key, sizeBytes: numbered.reduce((sum, part) => sum + part.size, 0) });
    }
    for (const part of parts)
      if (!numbered.includes(part)) whole.push({ key: part.key, sizeBytes: part.size });
    return whole;
  }
}

function stagedKey(place: StagedPlace): string {
  return `${stagingRoot}/${place.uploadId}.${place.generation}`;
}

async function readAll(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}
