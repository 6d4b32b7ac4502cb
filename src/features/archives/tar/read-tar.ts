import { ArchiveProblem } from '../../../lib/archive-problem.ts';
import { blockBytes, paddingOf, readTarHeader, type TarHeader } from '../../../lib/tar/tar-header.ts';
import { type ByteSource, readFully } from './byte-source.ts';
import { insideArchive, targetOf } from './inside-archive.ts';
import { parsePax } from './parse-pax.ts';

export interface TarEntry {
  /** Below the archive's root, without `.`, `..` and slashes at its ends. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Of the first byte, in the archive. */
  readonly at: number;
  /** Of links only: the name of another entry. */
  readonly target: string | undefined;
}

/** An image has tens; so many are nobody's images. */
const maxEntries = 200_000;
/** Of names that did not fit into a header, and of what pax says about an entry. */
const maxExtensionBytes = 64 * 1024;

/** What goes before an entry and is about it. */
type Extension = Partial<Pick<TarHeader, 'name' | 'target' | 'sizeBytes'>>;

const text = new TextDecoder();

/**
 * The files and links of an archive, as their heads come. Whoever takes one may read its bytes from the source before
 * asking for the next. A size beyond the archive's end, a way out of the archive, and anything that is neither file,
 * folder nor link is a problem of the whole archive.
 * @throws ArchiveProblem
 */
export async function* readTar(source: ByteSource): AsyncGenerator<TarEntry> {
  let extension: Extension = {};
  for (let count = 0; ; count += 1) {
    if (count > maxEntries) throw new ArchiveProblem('tooManyEntries', { limit: maxEntries });
    const at = source.at;
    const block = await readFully(source, blockBytes);
    // Some programs leave out the zeros at the end.
    if (block.length === 0) return;
    if (block.length < blockBytes) throw new ArchiveProblem('truncated', { entry: `byte ${at}` });
    const header = readTarHeader(block, at);
    if (header === undefined) return;
    if ('xLK'.includes(header.type)) {
      extension = { ...extension, ...(await readExtension(source, header, at)) };
      continue;
    }
    const full = { ...header, ...extension };
    if (header.type !== 'g') extension = {};
    const entry = entryOf(full, source.at);
    if (entry !== undefined) yield entry;
    const sizeBytes = dataBytes(full);
    await passTo(source, at + blockBytes + sizeBytes + paddingOf(sizeBytes), full);
  }
}

/** Undefined for folders, and for what is about no entry of its own. */
function entryOf(header: TarHeader, at: number): TarEntry | undefined {
  const { type, sizeBytes } = header;
  if (type === '5' || type === 'g') return undefined;
  const name = insideArchive(header.name);
  if (name === undefined) throw new ArchiveProblem('entryOutside', { entry: header.name });
  if (type === '0' || type === '7') return { name, sizeBytes, at, target: undefined };
  if (type !== '1' && type !== '2') throw new ArchiveProblem('entryKind', { entry: name, type });
  const target = targetOf(name, header.target, type === '2');
  if (target === undefined)
    throw new ArchiveProblem('entryOutside', { entry: `${header.name} -> ${header.target}` });
  return { name, sizeBytes: 0, at, target };
}

/** Links and folders have no bytes, whatever their head says. */
function dataBytes({ type, sizeBytes }: TarHeader): number {
  return type === '1' || type === '2' || type === '5' ? 0 : sizeBytes;
}

async function readExtension(source: ByteSource, header: TarHeader, at: number): Promise<Extension> {
  const { type, sizeBytes } = header;
  if (sizeBytes > maxExtensionBytes) throw new ArchiveProblem('headerDamaged', { at: at + blockBytes });
  const bytes = await readFully(source, sizeBytes);
  await passTo(source, at + blockBytes + sizeBytes + paddingOf(sizeBytes), header);
  if (type === 'x') return parsePax(bytes, at + blockBytes);
  const [name = ''] = text.decode(bytes).split('\0');
  return type === 'L' ? { name } : { target: name };
}

async function passTo(source: ByteSource, end: number, { name }: TarHeader): Promise<void> {
  const missing = end - source.at;
  if ((await source.skip(missing)) < missing) throw new ArchiveProblem('truncated', { entry: name });
}
