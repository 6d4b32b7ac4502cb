import { ArchiveProblem } from '../../../lib/archive-problem.ts';
import { maxManifestBytes } from '../../../lib/oci/manifest.ts';
import type { FileOps } from '../../../platform/files/file-ops.ts';
import { type Archive, piecesOf, type Visit, wholeOf } from './archive.ts';
import { type ByteSource, OpenFile, PlainBytes, readFully, UnzippedBytes } from './byte-source.ts';
import { readTar } from './read-tar.ts';

/** Documents that are kept from the first pass where there is no way back to them. */
const maxKeptBytes = 64 * 1024 * 1024;
const maxLinks = 10;
const beginningBytes = 4;
const openingBrace = 0x7b;
const openingBracket = 0x5b;

interface Place {
  readonly at: number;
  readonly sizeBytes: number;
  readonly beginning: Uint8Array;
  /** Only of small documents in a compressed archive. */
  readonly kept: Uint8Array | undefined;
}

/**
 * A tar archive, plain or compressed by gzip. One pass finds out what is where; of a plain one it reads the heads only.
 * The files are then read where they lie, or, compressed, in a second pass.
 */
export class TarArchive implements Archive {
  readonly #file: OpenFile;
  readonly #zipped: boolean;
  readonly #places = new Map<string, Place>();
  readonly #links = new Map<string, string>();
  #keptBytes = 0;

  private constructor(file: OpenFile, zipped: boolean) {
    this.#file = file;
    this.#zipped = zipped;
  }

  /** @throws ArchiveProblem */
  static async open(files: FileOps, path: string): Promise<TarArchive> {
    await using stack = new AsyncDisposableStack();
    const file = stack.use(await OpenFile.open(files, path));
    const magic = await file.read(0, 2);
    const archive = new TarArchive(file, magic[0] === 0x1f && magic[1] === 0x8b);
    await archive.#index();
    stack.move();
    return archive;
  }

  async #index(): Promise<void> {
    await using source = this.#source();
    try {
      for await (const { name, at, sizeBytes, target } of readTar(source)) {
        // As when it is unpacked: the last of a name stays.
        this.#places.delete(name);
        this.#links.delete(name);
        if (target !== undefined) this.#links.set(name, target);
        else this.#places.set(name, { at, sizeBytes, ...(await this.#look(source, sizeBytes)) });
      }
    } catch (error) {
      const first = error instanceof ArchiveProblem && error.values['at'] === 0;
      if (first) throw new ArchiveProblem('notTar', { path: this.#file.path }, { cause: error });
      throw error;
    }
  }

  async #look(source: ByteSource, sizeBytes: number): Promise<Pick<Place, 'beginning' | 'kept'>> {
    const beginning = await readFully(source, Math.min(beginningBytes, sizeBytes));
    const document = beginning[0] === openingBrace || beginning[0] === openingBracket;
    if (!this.#zipped || !document || sizeBytes > maxManifestBytes) return { beginning, kept: undefined };
    this.#keptBytes += sizeBytes;
    if (this.#keptBytes > maxKeptBytes) return { beginning, kept: undefined };
    const rest = await readFully(source, sizeBytes - beginning.length);
    return { beginning, kept: Buffer.concat([beginning, rest]) };
  }

  sizeOf(name: string): Promise<number | undefined> {
    return Promise.resolve(this.#find(name)?.sizeBytes);
  }

  beginningOf(name: string): Promise<Uint8Array> {
    return Promise.resolve(this.#find(name)?.beginning ?? new Uint8Array());
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    const place = this.#find(name);
    if (place === undefined) return undefined;
    const { at, sizeBytes, kept } = place;
    if (kept !== undefined) return kept;
    if (this.#zipped || sizeBytes > maxManifestBytes)
      throw new ArchiveProblem('documentsTooLarge', { entry: name });
    return wholeOf(this.#file.pieces(at, sizeBytes));
  }

  async visit(names: Iterable<string>, visit: Visit): Promise<void> {
    const wanted = new Map([...names].flatMap((name) => this.#placed(name)));
    if (this.#zipped) {
      await this.#visitInPassing(wanted, visit);
      return;
    }
    for (const [at, { name, sizeBytes }] of [...wanted].toSorted(([a], [b]) => a - b))
      await visit(name, sizeBytes, this.#file.pieces(at, sizeBytes));
  }

  async #visitInPassing(
    wanted: Map<number, { readonly name: string; readonly sizeBytes: number }>,
    visit: Visit,
  ): Promise<void> {
    if (wanted.size === 0) return;
    await using source = this.#source();
    for await (const { at } of readTar(source)) {
      const found = wanted.get(at);
      if (found === undefined) continue;
      await visit(found.name, found.sizeBytes, piecesOf(source, found.sizeBytes));
      wanted.delete(at);
      if (wanted.size === 0) return;
    }
  }

  #placed(name: string): [number, { name: string; sizeBytes: number }][] {
    const place = this.#find(name);
    return place === undefined ? [] : [[place.at, { name, sizeBytes: place.sizeBytes }]];
  }

  #find(name: string): Place | undefined {
    let at = name;
    for (let steps = 0; steps <= maxLinks; steps += 1) {
      const target = this.#links.get(at);
      if (target === undefined) return this.#places.get(at);
      at = target;
    }
    return undefined;
  }

  #source(): ByteSource {
    return this.#zipped ? new UnzippedBytes(this.#file) : new PlainBytes(this.#file);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file[Symbol.asyncDispose]();
  }
}
