const blockBytes = 512;
/** A longer name is none that anybody looks for. */
const maxNameBytes = 64 * 1024;
const decoder = new TextDecoder();

/** Collects blocks of a stream whose chunks come in any size. */
class Blocks {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest = new Uint8Array();

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Undefined: the stream ended before. */
  async take(length: number): Promise<Uint8Array | undefined> {
    const parts: Uint8Array[] = [];
    for (let missing = length; missing > 0; ) {
      const part = await this.#next(missing);
      if (part === undefined) return undefined;
      parts.push(part);
      missing -= part.length;
    }
    return Buffer.concat(parts);
  }

  async skip(length: number): Promise<void> {
    for (let missing = length; missing > 0; ) {
      const part = await this.#next(missing);
      if (part === undefined) return;
      missing -= part.length;
    }
  }

  async #next(most: number): Promise<Uint8Array | undefined> {
    while (this.#rest.length === 0) {
      const chunk: IteratorResult<Uint8Array, unknown> = await this.#source.next();
      if (chunk.done === true) return undefined;
      this.#rest = Uint8Array.from(chunk.value);
    }
    const part = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(part.length);
    return part;
  }
}

/**
 * The first file of a tar archive (POSIX.1-2024 pax, and GNU's long names) whose name is wanted, unless it is larger;
 * undefined where there is none, or the archive is broken before it.
 */
export async function findInTar(
  archive: AsyncIterable<Uint8Array>,
  wanted: (name: string) => boolean,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  const blocks = new Blocks(archive);
  let longName: string | undefined;
  for (;;) {
    const header = await blocks.take(blockBytes);
    if (header === undefined || header[0] === 0) return undefined;
    const size = Number.parseInt(textAt(header, 124, 12).trim(), 8);
    if (!Number.isSafeInteger(size) || size < 0) return undefined;
    const type = textAt(header, 156, 1);
    const padded = Math.ceil(size / blockBytes) * blockBytes;
    if (type === 'L' || type === 'x') {
      if (size > maxNameBytes) return undefined;
      const content = await blocks.take(padded);
      if (content === undefined) return undefined;
      const text = decoder.decode(content.subarray(0, size));
      longName = type === 'L' ? text.replaceAll('\0', '') : paxPath(text);
      continue;
    }
    const name = longName ?? nameOf(header);
    longName = undefined;
    const isFile = type === '0' || type === '' || type === '\0';
    if (isFile && wanted(name.replace(/^\.\//, ''))) {
      if (size > maxBytes) return undefined;
      return (await blocks.take(padded))?.subarray(0, size);
    }
    await blocks.skip(padded);
  }
}

function textAt(header: Uint8Array, start: number, length: number): string {
  const field = header.subarray(start, start + length);
  const end = field.indexOf(0);
  return decoder.decode(end < 0 ? field : field.subarray(0, end));
}

function nameOf(header: Uint8Array): string {
  const prefix = textAt(header, 257, 5) === 'ustar' ? textAt(header, 345, 155) : '';
  const name = textAt(header, 0, 100);
  return prefix === '' ? name : `${prefix}/${name}`;
}

function paxPath(records: string): string | undefined {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(records)?.[1];
}
