import { entryPath, joined, nameOf, opaqueName, parentOf, whiteoutPrefix } from './entry-path.ts';
import type { IndexedEntry, LayerIndex } from './layer-index.ts';
import type { LayerLimits } from './layer-limits.ts';
import { UnreadableLayer } from './layer-problem.ts';
import { sumOf } from './sum-of.ts';
import { type TarEntry, TarReader } from './tar-reader.ts';
import { unpacked } from './unpacked.ts';

/**
 * What a layer brings and takes away. Of names that come twice the last one counts.
 * @throws UnreadableLayer
 */
export async function indexLayer(
  packed: AsyncIterable<Uint8Array>,
  limits: LayerLimits,
): Promise<LayerIndex> {
  const tar = new TarReader(unpacked(packed, limits));
  const collected = new Collected(limits);
  try {
    for (let entry = await tar.next(); entry !== undefined; entry = await tar.next()) {
      const place = collected.place(entry);
      if (place === undefined) continue;
      collected.add(place, entry, entry.kind === 'file' ? await sumOf(tar) : '');
    }
  } finally {
    await tar.end();
  }
  return collected.index();
}

class Collected {
  readonly #limits: LayerLimits;
  readonly #brought = new Map<string, IndexedEntry>();
  readonly #taken = new Map<string, IndexedEntry>();
  #namesBytes = 0;
  #outside = 0;

  constructor(limits: LayerLimits) {
    this.#limits = limits;
  }

  /** Where it is to be put; undefined: nowhere. */
  place({ name, kind, target }: TarEntry): string | undefined {
    this.#countNames(name, target);
    const path = entryPath(name);
    if (path === '') return undefined;
    const leadsOut = path === undefined || (kind === 'hardlink' && !entryPath(target));
    if (leadsOut) this.#outside += 1;
    return leadsOut ? undefined : path;
  }

  add(path: string, entry: TarEntry, sum: string): void {
    const name = nameOf(path);
    if (name === opaqueName) this.#take(parentOf(path), 'emptied');
    else if (name.startsWith(whiteoutPrefix)) this.#whiteout(path, name.slice(whiteoutPrefix.length));
    else {
      this.#imply(path);
      const { kind, size, mode } = entry;
      const target = kind === 'hardlink' ? (entryPath(entry.target) ?? '') : entry.target;
      this.#brought.set(path, { path, kind, size, mode, target, sum });
    }
    this.#countEntries();
  }

  index(): LayerIndex {
    const entries = [...this.#taken.values(), ...this.#brought.values()];
    return { entries: entries.toSorted(byPath), outside: this.#outside };
  }

  /** Other names of AUFS that begin so are of its own, and `.wh.` alone, `.wh..` and the like take nothing away. */
  #whiteout(path: string, hides: string): void {
    if (hides.startsWith(whiteoutPrefix)) return;
    if (hides === '' || hides === '.' || hides === '..') this.#outside += 1;
    else this.#take(joined(parentOf(path), hides), 'hidden');
  }

  #take(path: string, kind: 'hidden' | 'emptied'): void {
    this.#taken.set(`${kind} ${path}`, { path, kind, size: 0, mode: 0, target: '', sum: '' });
  }

  /** The folders above an entry, which archives need not have. */
  #imply(path: string): void {
    for (
      let folder = parentOf(path);
      folder !== '' && !this.#brought.has(folder);
      folder = parentOf(folder)
    ) {
      this.#brought.set(folder, { path: folder, kind: 'implied', size: 0, mode: 0, target: '', sum: '' });
      this.#countNames(folder, '');
    }
  }

  #countNames(name: string, target: string): void {
    const { nameBytes, allNamesBytes, depth } = this.#limits;
    const bytes = [Buffer.byteLength(name), Buffer.byteLength(target)];
    if (bytes.some((count) => count > nameBytes)) throw new UnreadableLayer('name-too-long');
    if (name.split('/').length > depth) throw new UnreadableLayer('name-too-long');
    this.#namesBytes += bytes.reduce((sum, count) => sum + count, 0);
    if (this.#namesBytes > allNamesBytes) throw new UnreadableLayer('too-many-names');
  }

  #countEntries(): void {
    if (this.#brought.size + this.#taken.size > this.#limits.entries)
      throw new UnreadableLayer('too-many-entries');
  }
}

function byPath(a: IndexedEntry, b: IndexedEntry): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}
