import { AppError, isLogged } from '../../lib/errors.ts';
import { parseDigest } from '../../lib/oci/digest.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Extracted } from '../../platform/layers/extract-file.ts';
import { ImageFiles } from '../../platform/layers/image-files.ts';
import type { ImageAnswers, ImageKey, ImageQuestion } from '../../platform/layers/image-question.ts';
import type { Source } from '../../platform/layers/image-tree.ts';
import { indexFormat } from '../../platform/layers/layer-index.ts';
import { maxImageIndexBytes } from '../../platform/layers/layer-limits.ts';
import { LayerReader, type SendLayer } from '../../platform/layers/layer-reader.ts';
import type { Logger } from '../../platform/log/logger.ts';
import type { Threads } from '../../platform/threads/threads.ts';
import { findLinkedBlob, type LinkedBlob } from '../blobs/blob-reads.ts';
import { type OpenBlobDeps, openBlob } from '../blobs/open-blob.ts';
import { findLayerContent, findLayerFiles, sumLayerContents } from './layer-files-reads.ts';
import { saveLayerFiles } from './layer-files-writes.ts';
import type { ImageLayer } from './read-image.ts';
import { type UnreadLayer, unreadLayer } from './unread-reason.ts';

/** A machine that was too slow may be faster by then. */
const slowAgainMs = 60 * 60 * 1000;

export interface LayerLibraryDeps extends OpenBlobDeps {
  readonly db: Database;
  readonly threads: Threads;
  readonly log: Logger;
}

/** Layers of an image, and for whom they are read. */
export interface LayersOf {
  readonly repository: string;
  readonly layers: readonly ImageLayer[];
  /** The account, or where the request comes from. */
  readonly caller: string;
}

/** A layer that was read, or cannot be. */
export type KnownLayer =
  | { readonly kind: 'read'; readonly blobId: number }
  | { readonly kind: 'unread'; readonly problem: UnreadLayer };

export type LayerState =
  | KnownLayer
  | { readonly kind: 'reading' }
  /** By no fault of its own: it is read anew when it is asked for the next time. */
  | { readonly kind: 'failed'; readonly message: string };

type Looked = KnownLayer | { readonly kind: 'new'; readonly blob: LinkedBlob };

/** The layers of images as lists of files, each read when it is asked for the first time, and kept. */
export class LayerLibrary implements AsyncDisposable {
  readonly #deps: LayerLibraryDeps;
  readonly #reader: LayerReader;
  readonly #files: ImageFiles;
  readonly #reading = new Map<number, Promise<KnownLayer>>();
  readonly #failed = new Map<number, string>();

  constructor(deps: LayerLibraryDeps) {
    this.#deps = deps;
    this.#reader = new LayerReader(deps.threads);
    this.#files = new ImageFiles(deps.threads);
  }

  /** What is known now; the reading of the others begins, and is not waited for. */
  async states(of: LayersOf): Promise<readonly LayerState[]> {
    const looked = await this.#lookAtAll(of);
    const unread = new Map<number, LinkedBlob>();
    const states = looked.map((each): LayerState => {
      if (each.kind !== 'new') return each;
      const { id } = each.blob;
      const message = this.#failed.get(id);
      this.#failed.delete(id);
      if (message !== undefined) return { kind: 'failed', message };
      unread.set(id, each.blob);
      return { kind: 'reading' };
    });
    // Else who reads them goes on, or they begin when they are asked for again.
    if (![...unread.keys()].some((id) => this.#reading.has(id)))
      void this.#readBehind([...unread.values()], of.caller);
    return states;
  }

  /**
   * All of them, once they were read.
   * @throws AppError TOO_MANY_REQUESTS where the caller has too many others read
   */
  async known(of: LayersOf): Promise<readonly KnownLayer[]> {
    const known: KnownLayer[] = [];
    const read = new Map<number, KnownLayer>();
    for (const each of await this.#lookAtAll(of)) {
      if (each.kind === 'new') {
        const layer = read.get(each.blob.id) ?? (await this.#read(each.blob, of.caller));
        read.set(each.blob.id, layer);
        known.push(layer);
      } else known.push(each);
    }
    return known;
  }

  /** @throws AppError CONTENT_TOO_LARGE where the image has too many files, TOO_MANY_REQUESTS */
  ask<Q extends ImageQuestion>(question: Q): Promise<ImageAnswers[Q['kind']]> {
    return this.#files.ask(question, (image) => this.#load(image));
  }

  /**
   * Of a file that was found.
   * @throws AppError for a layer that cannot be read any more
   */
  async content(
    { repository, caller }: Omit<LayersOf, 'layers'>,
    layer: ImageLayer,
    wanted: Pick<Source, 'path' | 'sum'> & { readonly maxBytes: number },
  ): Promise<Extracted> {
    const digest = parseDigest(layer.digest);
    const blob =
      digest === undefined ? undefined : await findLinkedBlob(this.#deps.db.reader, repository, digest);
    if (blob === undefined) throw unreadLayer(layer.digest, 'not-stored');
    const extracted = await this.#reader.extract(caller, this.#send(blob), wanted);
    if (extracted.kind === 'refused') throw unreadLayer(layer.digest, extracted.problem);
    return extracted;
  }

  /** A manifest may name a layer again and again. */
  async #load(image: ImageKey): Promise<readonly (Uint8Array | undefined)[]> {
    const { reader } = this.#deps.db;
    const blobIds = blobIdsOf(image);
    const indexes = new Map<number | undefined, Uint8Array | undefined>();
    const distinct = [...new Set(blobIds)].filter((blobId) => blobId !== undefined);
    if ((await sumLayerContents(reader, distinct)) > maxImageIndexBytes) {
      throw new AppError('CONTENT_TOO_LARGE', {
        message: 'the image has more names of files than can be shown',
      });
    }
    for (const blobId of distinct) indexes.set(blobId, await findLayerContent(reader, blobId));
    return blobIds.map((blobId) => indexes.get(blobId));
  }

  /** Only through the repository: a manifest may name what is stored for others. */
  async #look(repository: string, { digest, mediaType }: ImageLayer): Promise<Looked> {
    if (mediaType.endsWith('+encrypted')) return { kind: 'unread', problem: 'encrypted' };
    const { db } = this.#deps;
    const parsed = parseDigest(digest);
    const blob = parsed === undefined ? undefined : await findLinkedBlob(db.reader, repository, parsed);
    if (blob === undefined) return { kind: 'unread', problem: 'not-stored' };
    const found = await findLayerFiles(db.reader, blob.id, indexFormat);
    const isOld = found?.problem === 'too-slow' && found.readAt < (await db.now()) - slowAgainMs;
    if (found === undefined || isOld) return { kind: 'new', blob };
    return knownOf(blob.id, found.problem);
  }

  #lookAtAll({ repository, layers }: LayersOf): Promise<readonly Looked[]> {
    return Promise.all(layers.map((layer) => this.#look(repository, layer)));
  }

  /** One after another, so that an image takes one place among those that wait; until there is none. */
  async #readBehind(blobs: readonly LinkedBlob[], caller: string): Promise<void> {
    for (const blob of blobs) {
      try {
        await this.#read(blob, caller);
      } catch (error) {
        if (error instanceof AppError && error.code === 'TOO_MANY_REQUESTS') return;
        this.#noteFailure(blob.id, error);
      }
    }
  }

  #read(blob: LinkedBlob, caller: string): Promise<KnownLayer> {
    const running = this.#reading.get(blob.id);
    if (running !== undefined) return running;
    const reading = this.#readAndSave(blob, caller).finally(() => this.#reading.delete(blob.id));
    this.#reading.set(blob.id, reading);
    return reading;
  }

  async #readAndSave(blob: LinkedBlob, caller: string): Promise<KnownLayer> {
    const { db, log } = this.#deps;
    const read = await this.#reader.index(caller, this.#send(blob));
    const problem = read.kind === 'refused' ? read.problem : null;
    const content = read.kind === 'refused' ? new Uint8Array() : read.index;
    const row = { blobId: blob.id, format: indexFormat, readAt: await db.now(), problem, content };
    await db.transaction((tx) => saveLayerFiles(tx, row), { durability: 'relaxed' });
    log.debug({ digest: blob.digest, problem, bytes: content.length }, 'a layer was read');
    return knownOf(blob.id, problem);
  }

  #send(blob: LinkedBlob): SendLayer {
    return async (sink) => {
      const opened = await openBlob(this.#deps, blob);
      try {
        await opened.send(0, blob.sizeBytes, sink);
      } finally {
        opened.close();
      }
    };
  }

  #noteFailure(blobId: number, error: unknown): void {
    const known = error instanceof AppError;
    this.#failed.set(blobId, known ? error.message : 'the layer could not be read; the log has the cause');
    if (!known || error.row.status >= 500) {
      if (!isLogged(error)) this.#deps.log.warn({ error, blobId }, 'a layer could not be read');
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#files[Symbol.asyncDispose]();
  }
}

/** The same files, whatever image shows them. */
export function imageKey(layers: readonly KnownLayer[]): ImageKey {
  return layers.map((layer) => (layer.kind === 'read' ? layer.blobId : '-')).join(',');
}

function blobIdsOf(key: ImageKey): readonly (number | undefined)[] {
  if (key === '') return [];
  return key.split(',').map((id) => (id === '-' ? undefined : Number(id)));
}

function knownOf(blobId: number, problem: string | null): KnownLayer {
  // It was written by this code: no other format is read.
  return problem === null ? { kind: 'read', blobId } : { kind: 'unread', problem: problem as UnreadLayer };
}
