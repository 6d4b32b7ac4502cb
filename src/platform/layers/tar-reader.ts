import { ArchiveProblem } from '../../lib/archive-problem.ts';
import { paxNumber, paxRecords } from '../../lib/tar/pax-records.ts';
import {
  blockBytes,
  paddingOf,
  readTarHeader,
  type TarHeader,
  tarNumber,
  tarText,
} from '../../lib/tar/tar-header.ts';
import { ByteBlocks } from './byte-blocks.ts';
import { UnreadableLayer } from './layer-problem.ts';

/** Of a header that describes the entry behind it; Go's reader takes no larger one either. */
const maxDescriptionBytes = 1024 * 1024;

export type TarKind = 'file' | 'folder' | 'symlink' | 'hardlink' | 'device';

export interface TarEntry {
  /** As it is written. */
  readonly name: string;
  readonly kind: TarKind;
  /** Of a file as it is unpacked. */
  readonly size: number;
  readonly mode: number;
  /** What a link names; otherwise empty. */
  readonly target: string;
  /** It has holes, which the archive leaves out: what it holds is not what the file holds. */
  readonly sparse: boolean;
}

const kinds: Readonly<Record<string, TarKind>> = {
  '0': 'file',
  '7': 'file',
  S: 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'device',
  '4': 'device',
  '5': 'folder',
  '6': 'device',
};

/** What headers before an entry say of it. */
interface Said {
  readonly name?: string;
  readonly target?: string;
  readonly sizeBytes?: number;
  /** Of a file with holes, which the archive leaves out: its size with them. */
  readonly sparseBytes?: number;
}

/** Entries of a tar archive (POSIX.1-2024 pax, and GNU's long names and sparse files), one after the other. */
export class TarReader {
  readonly #blocks: ByteBlocks;
  #contentBytes = 0;
  #paddingBytes = 0;
  #first = true;

  constructor(archive: AsyncIterable<Uint8Array>) {
    this.#blocks = new ByteBlocks(archive);
  }

  /**
   * Undefined: the archive ends.
   * @throws UnreadableLayer
   */
  async next(): Promise<TarEntry | undefined> {
    await this.#finish();
    try {
      return await this.#next();
    } catch (error) {
      if (error instanceof ArchiveProblem) throw new UnreadableLayer('damaged', { cause: error });
      throw error;
    }
  }

  /**
   * The bytes of the entry that was read last.
   * @throws UnreadableLayer when there are fewer
   */
  async content(to: (part: Uint8Array) => unknown): Promise<void> {
    const wanted = this.#contentBytes;
    this.#contentBytes = 0;
    if ((await this.#blocks.pass(wanted, to)) < wanted) throw new UnreadableLayer('cut-off');
  }

  async end(): Promise<void> {
    await this.#blocks.end();
  }

  async #finish(): Promise<void> {
    const left = this.#contentBytes + this.#paddingBytes;
    if ((await this.#blocks.pass(left, ignore)) < left) throw new UnreadableLayer('cut-off');
    this.#contentBytes = 0;
    this.#paddingBytes = 0;
  }

  async #next(): Promise<TarEntry | undefined> {
    let said: Said = {};
    for (;;) {
      const found = await this.#header();
      if (found === undefined) return undefined;
      const { header, block } = found;
      if (!'LKxg'.includes(header.type)) return this.#entry(header, block, said);
      const text = await this.#description(header);
      // What is said of all entries behind it changes neither names nor sizes in any archive that is a layer.
      if (header.type !== 'g') said = { ...said, ...described(header.type, text) };
    }
  }

  /** Archives end with empty blocks, or where the file ends. */
  async #header(): Promise<{ readonly header: TarHeader; readonly block: Uint8Array } | undefined> {
    const block = await this.#blocks.take(blockBytes);
    const first = this.#first;
    this.#first = false;
    if (block.length === 0 && !first) return undefined;
    if (block.length < blockBytes) throw new UnreadableLayer(first ? 'no-archive' : 'cut-off');
    try {
      const header = readTarHeader(block, 0);
      return header === undefined ? undefined : { header, block };
    } catch (error) {
      if (first && error instanceof ArchiveProblem) throw new UnreadableLayer('no-archive', { cause: error });
      throw error;
    }
  }

  async #description({ sizeBytes }: TarHeader): Promise<Uint8Array> {
    if (sizeBytes > maxDescriptionBytes) throw new UnreadableLayer('damaged');
    const padded = sizeBytes + paddingOf(sizeBytes);
    const content = await this.#blocks.take(padded);
    if (content.length < padded) throw new UnreadableLayer('cut-off');
    return content.subarray(0, sizeBytes);
  }

  async #entry(header: TarHeader, block: Uint8Array, said: Said): Promise<TarEntry> {
    const { name, target, sizeBytes: stored, sparseBytes } = { ...header, sparseBytes: undefined, ...said };
    const known = kinds[header.type] ?? 'device';
    const kind = known === 'file' && name.endsWith('/') ? 'folder' : known;
    // Whatever else has a size there brings no content: Go, which most clients unpack with, sees it the same way.
    this.#contentBytes = known === 'file' ? stored : 0;
    this.#paddingBytes = paddingOf(this.#contentBytes);
    const sparse = header.type === 'S' ? await this.#oldSparse(block) : sparseBytes;
    return {
      name,
      kind,
      size: kind === 'file' ? (sparse ?? stored) : 0,
      mode: header.mode,
      target: kind === 'symlink' || kind === 'hardlink' ? target : '',
      sparse: sparse !== undefined,
    };
  }

  /** GNU's old form: blocks that list more pieces stand between the header and the content. */
  async #oldSparse(header: Uint8Array): Promise<number> {
    const bytes = tarNumber(header, 483, 12, 0);
    for (let more = header[482] !== 0; more; ) {
      const block = await this.#blocks.take(blockBytes);
      if (block.length < blockBytes) throw new UnreadableLayer('cut-off');
      more = block[504] !== 0;
    }
    return bytes;
  }
}

function ignore(): void {}

/** @throws ArchiveProblem */
function described(type: string, content: Uint8Array): Said {
  if (type === 'L') return { name: tarText(content, 0, content.length) };
  if (type === 'K') return { target: tarText(content, 0, content.length) };
  const records = new Map<string, string>();
  for (const { key, value } of paxRecords(content, 0)) records.set(key, value.replaceAll('\0', ''));
  const name = records.get('GNU.sparse.name') ?? records.get('path');
  const target = records.get('linkpath');
  const size = records.get('size');
  const sparse = records.get('GNU.sparse.realsize') ?? records.get('GNU.sparse.size');
  return {
    ...(name === undefined ? {} : { name }),
    ...(target === undefined ? {} : { target }),
    ...(size === undefined ? {} : { sizeBytes: paxNumber(size, 0) }),
    ...(sparse === undefined ? {} : { sparseBytes: paxNumber(sparse, 0) }),
  };
}
