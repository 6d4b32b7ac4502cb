import type { ContentHex, HashJob } from '../threads/hash-pool.ts';
import type { StagedPart, StagedPlace, StagedWriter } from './blob-store.ts';
import type { ObjectApi } from './object-api.ts';
import { partBytes } from './part-bytes.ts';

/**
 * Parts of one multipart upload, numbered from 0. What is left below the store's minimum part is kept as an object
 * of its own, the tail, which the next writer begins with.
 */
export class ObjectStagedWriter implements StagedWriter {
  readonly #api: ObjectApi;
  readonly #minimum: number;
  readonly #key: string;
  readonly #hash: HashJob;
  readonly #generation: number;
  #parts: StagedPart[];
  #multipart: string | undefined;
  #tail: Uint8Array[] = [];
  #tailLength = 0;
  #work: Promise<void> = Promise.resolve();
  #offset: number;
  #sealed = false;
  /** The store answers only for what it has. */
  readonly broken = false;
  initial: readonly StagedPart[];
  /** Tail objects that were read or made here. */
  readonly #tails: string[] = [];

  constructor(api: ObjectApi, minimumPartBytes: number, key: string, place: StagedPlace, hash: HashJob) {
    this.#api = api;
    this.#minimum = Math.max(1, minimumPartBytes);
    this.#key = key;
    this.#hash = hash;
    this.#generation = place.generation;
    this.#parts = [...place.parts];
    this.#offset = place.offset;
    this.#multipart = multipartOf(place.parts[0]);
    this.initial = place.parts;
  }

  get offset(): number {
    return this.#offset;
  }

  /** Begins with the tail of the last writer; its object stays until a later part holds its bytes. */
  async reclaimTail(): Promise<void> {
    const last = this.#parts.at(-1);
    if (last === undefined || multipartOf(last) !== undefined) return;
    for await (const piece of this.#api.get(last.key, 0, last.size)) this.#keep(piece);
    this.#tails.push(last.key);
    this.#parts.pop();
  }

  write(chunk: Uint8Array): Promise<void> {
    this.#offset += chunk.length;
    const done = this.#work.then(async () => {
      for (const piece of await this.#hash.update([chunk])) this.#keep(piece);
      await this.#uploadFullParts();
    });
    this.#work = done;
    return done;
  }

  /** Bytes that an earlier holder hashed, or that will be read again at the end. */
  async writeUnhashed(piece: Uint8Array): Promise<void> {
    this.#offset += piece.length;
    this.#keep(piece);
    await this.#uploadFullParts();
  }

  async digest(): Promise<ContentHex> {
    await this.#work;
    return this.#hash.hex();
  }

  async settle(): Promise<readonly StagedPart[]> {
    await this.#work;
    if (this.#tailLength === 0) return this.#parts;
    const bytes = Buffer.concat(this.#tail);
    const no = this.#parts.length;
    const key = `${this.#key}.tail-${this.#offset}`;
    await this.#api.put(key, bytes);
    this.#tails.push(key);
    const tail = {
      no,
      offset: this.#offset - bytes.length,
      size: bytes.length,
      key,
      generation: this.#generation,
    };
    return [...this.#parts, tail];
  }

  async seal(): Promise<readonly StagedPart[]> {
    await this.#work;
    const tail = Buffer.concat(this.#tail);
    if (this.#multipart === undefined) await this.#api.put(this.#key, tail);
    else {
      if (tail.length > 0) await this.#uploadPart(tail);
      const numbers = this.#parts.map((part) => part.no);
      await this.#api.completeMultipart(this.#key, this.#multipart, numbers);
    }
    this.#sealed = true;
    await this.#deleteTails();
    return [{ no: 0, offset: 0, size: this.#offset, key: this.#key, generation: this.#generation }];
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#work]);
  }

  async abandon(mayBePublished: boolean): Promise<void> {
    await this.close();
    if (this.#sealed && !mayBePublished) await this.#api.delete(this.#key);
    if (!this.#sealed && this.#multipart !== undefined)
      await this.#api.abortMultipart(this.#key, this.#multipart);
    await this.#deleteTails();
  }

  async #deleteTails(): Promise<void> {
    for (const tail of this.#tails) await this.#api.delete(tail);
  }

  #keep(piece: Uint8Array): void {
    this.#tail.push(new Uint8Array(piece));
    this.#tailLength += piece.length;
  }

  async #uploadFullParts(): Promise<void> {
    if (this.#tailLength < partBytes(this.#parts.length, this.#minimum)) return;
    const bytes = Buffer.concat(this.#tail);
    this.#tail = [];
    this.#tailLength = 0;
    await this.#uploadPart(bytes);
  }

  async #uploadPart(bytes: Uint8Array): Promise<void> {
    this.#multipart ??= await this.#api.createMultipart(this.#key);
    const last = this.#parts.at(-1);
    const no = this.#parts.length;
    await this.#api.uploadPart(this.#key, this.#multipart, no, bytes);
    const offset = last === undefined ? 0 : last.offset + last.size;
    const key = multipartKey(this.#key, this.#multipart);
    this.#parts.push({ no, offset, size: bytes.length, key, generation: this.#generation });
  }
}

const separator = '?multipart=';

function multipartKey(key: string, multipart: string): string {
  return `${key}${separator}${multipart}`;
}

function multipartOf(part: StagedPart | undefined): string | undefined {
  return part === undefined ? undefined : parsePartKey(part.key).multipart;
}

/** A part's key names the object it belongs to, and the multipart upload while that is not complete. */
export function parsePartKey(key: string): { key: string; multipart: string | undefined } {
  const at = key.indexOf(separator);
  return at < 0
    ? { key, multipart: undefined }
    : { key: key.slice(0, at), multipart: key.slice(at + separator.length) };
}
