import { joined, nameOf, parentOf } from './entry-path.ts';
import type { IndexedEntry } from './layer-index.ts';
import { UnreadableLayer } from './layer-problem.ts';

export type FileKind = 'file' | 'folder' | 'symlink' | 'hardlink' | 'device';

/** Where the bytes of a file are. */
export interface Source {
  /** From 0, the lowest. */
  readonly layer: number;
  readonly path: string;
  readonly sum: string;
}

export interface Node {
  readonly path: string;
  readonly kind: FileKind;
  /** Of a hard link the size of what it names; of a folder all below it, once the image is whole. */
  size: number;
  readonly mode: number;
  readonly target: string;
  /** Which layer brought it; of a folder the first. */
  readonly layer: number;
  readonly source: Source | undefined;
  /** Of a folder. */
  readonly children: Map<string, Node> | undefined;
  /** Of a folder: everything below it that is none. */
  files: number;
}

/** What a layer did to a path. */
export interface Change {
  readonly path: string;
  readonly kind: FileKind;
  readonly change: 'added' | 'changed' | 'removed';
  /** Behind the change; of what is removed, before it. */
  readonly size: number;
  readonly target: string;
  /** Of a folder that is removed: how much was in it. */
  readonly files: number;
  readonly source: Source | undefined;
}

/** A file that no longer shows: its bytes are pulled all the same. */
export interface Wasted {
  readonly path: string;
  readonly size: number;
  readonly layer: number;
  readonly goneIn: number;
  readonly how: 'changed' | 'removed';
}

export interface LayerCounts {
  files: number;
  bytes: number;
  added: number;
  changed: number;
  removed: number;
  /** Of its bytes what later layers replace or remove. */
  wastedBytes: number;
}

/** Of folders that no archive has an entry of. */
const impliedMode = 0o755;
/** Links in each other that are followed. */
const maxHops = 40;
/** Behind links that lead nowhere; a layer with more was made to cost much. */
const maxMadeFolders = 100_000;
/** Linux knows no longer one. */
const maxPathLength = 4096;
/** Names that are looked up to put every entry where it belongs, far more than a real image takes. */
const maxLookups = 50_000_000;

/** The file system of an image (image-spec, "Applying changesets"), with what each layer did to it. */
export class ImageTree {
  readonly root: Node = folder('', -1, 0);
  readonly wasted: Wasted[] = [];
  readonly changes: Map<string, Change>[] = [];
  readonly counts: LayerCounts[] = [];
  #layer = -1;
  #made = 0;
  #lookups = 0;

  /** @throws UnreadableLayer */
  static of(layers: readonly (readonly IndexedEntry[])[]): ImageTree {
    const tree = new ImageTree();
    for (const entries of layers) tree.#apply(entries);
    sumUp(tree.root);
    return tree;
  }

  find(path: string): Node | undefined {
    return this.#walk(namesIn(path));
  }

  #walk(names: readonly string[]): Node | undefined {
    let at: Node | undefined = this.root;
    for (const name of names) at = at?.children?.get(name);
    return at;
  }

  /** What a layer takes away, it takes from the layers below: so that comes first. */
  #apply(entries: readonly IndexedEntry[]): void {
    this.#layer += 1;
    this.changes.push(new Map());
    this.counts.push({ files: 0, bytes: 0, added: 0, changed: 0, removed: 0, wastedBytes: 0 });
    for (const { path, kind } of entries) {
      if (kind === 'hidden') this.#hide(path);
      if (kind === 'emptied') this.#empty(path);
    }
    for (const entry of entries) if (isBrought(entry) && entry.kind !== 'hardlink') this.#put(entry);
    // What they name may come behind them.
    for (const entry of entries) if (entry.kind === 'hardlink') this.#put(entry);
    const counts = this.counts[this.#layer];
    if (counts === undefined) return;
    for (const { change } of this.changes[this.#layer]?.values() ?? []) counts[change] += 1;
  }

  #hide(path: string): void {
    const parent = this.#folderAt(parentOf(path), false);
    const node = parent?.children?.get(nameOf(path));
    if (parent !== undefined && node !== undefined) this.#remove(parent, node, 'removed');
  }

  #empty(path: string): void {
    const parent = this.#folderAt(path, false);
    if (parent?.children === undefined) return;
    for (const node of parent.children.values()) this.#remove(parent, node, 'removed');
  }

  #put(entry: IndexedEntry): void {
    const parent = this.#folderAt(parentOf(entry.path), true);
    if (parent?.children === undefined) return;
    const name = nameOf(entry.path);
    const before = parent.children.get(name);
    if (entry.kind === 'implied' && (before?.kind === 'folder' || before?.kind === 'symlink')) return;
    const node = this.#nodeOf(entry, joined(parent.path, name));
    this.#count(entry);
    if (before?.children !== undefined && node.children !== undefined) {
      // The folder itself: what is in it stays.
      parent.children.set(name, { ...node, layer: before.layer, children: before.children });
      if (before.mode !== node.mode) this.#note(node, 'changed');
      return;
    }
    const wasRemoved = this.changes[this.#layer]?.get(node.path)?.change === 'removed';
    if (before !== undefined) this.#remove(parent, before, 'changed');
    parent.children.set(name, node);
    this.#note(node, before !== undefined || wasRemoved ? 'changed' : 'added');
  }

  #nodeOf(entry: IndexedEntry, path: string): Node {
    const { kind, size, mode, target, sum } = entry;
    if (kind === 'implied') return folder(path, this.#layer, impliedMode);
    if (kind === 'folder') return folder(path, this.#layer, mode);
    const named = kind === 'hardlink' ? this.#walk(this.#counted(namesIn(target))) : undefined;
    const own = { layer: this.#layer, path: entry.path, sum };
    return {
      path,
      kind: kind === 'hidden' || kind === 'emptied' ? 'device' : kind,
      size: named?.size ?? size,
      mode,
      target,
      layer: this.#layer,
      source: kind === 'file' ? own : named?.source,
      children: undefined,
      files: 1,
    };
  }

  #count({ kind, size }: IndexedEntry): void {
    const counts = this.counts[this.#layer];
    if (counts === undefined || kind === 'folder' || kind === 'implied') return;
    counts.files += 1;
    counts.bytes += size;
  }

  #note({ path, kind, size, target, source }: Node, change: 'added' | 'changed'): void {
    this.changes[this.#layer]?.set(path, { path, kind, change, size, target, files: 0, source });
  }

  #remove(parent: Node, node: Node, how: 'changed' | 'removed'): void {
    parent.children?.delete(nameOf(node.path));
    const gone = this.#waste(node, how);
    const brought = this.changes[this.#layer]?.has(node.path) === true && node.layer === this.#layer;
    if (brought) return;
    const { path, kind, target } = node;
    const files = kind === 'folder' ? gone.files : 0;
    const removed = {
      path,
      kind,
      change: 'removed',
      size: gone.bytes,
      target,
      files,
      source: undefined,
    } as const;
    this.changes[this.#layer]?.set(path, removed);
  }

  #waste(node: Node, how: 'changed' | 'removed'): { files: number; bytes: number } {
    if (node.children === undefined) {
      if (node.kind === 'file') {
        this.wasted.push({ path: node.path, size: node.size, layer: node.layer, goneIn: this.#layer, how });
        const counts = this.counts[node.layer];
        if (counts !== undefined) counts.wastedBytes += node.size;
      }
      return { files: 1, bytes: node.kind === 'hardlink' ? 0 : node.size };
    }
    const sum = { files: 0, bytes: 0 };
    for (const child of node.children.values()) {
      const gone = this.#waste(child, 'removed');
      sum.files += gone.files;
      sum.bytes += gone.bytes;
    }
    return sum;
  }

  /** Through links to folders, which stay within the image. Undefined: there is none, and none was to be made. */
  #folderAt(path: string, make: boolean): Node | undefined {
    let at = this.root;
    let names = this.#counted(namesIn(path));
    for (let [index, hops] = [0, 0]; index < names.length; ) {
      const name = names[index] ?? '';
      index += 1;
      const next: Node | undefined = at.children?.get(name);
      if (next?.kind === 'symlink' && hops < maxHops) {
        hops += 1;
        const target = this.#counted(next.target.split('/'));
        names = this.#counted([...resolved(at.path, target), ...names.slice(index)]);
        index = 0;
        at = this.root;
        continue;
      }
      if (next?.children === undefined && !make) return undefined;
      at = next?.children === undefined ? this.#makeFolder(at, name, next) : next;
      if (at.path.length > maxPathLength) throw new UnreadableLayer('name-too-long');
    }
    return at;
  }

  /** Links in links may make few entries cost much. */
  #counted(names: readonly string[]): readonly string[] {
    this.#lookups += names.length;
    if (this.#lookups > maxLookups) throw new UnreadableLayer('too-slow');
    return names;
  }

  #makeFolder(parent: Node, name: string, before: Node | undefined): Node {
    this.#made += 1;
    if (this.#made > maxMadeFolders) throw new UnreadableLayer('too-many-entries');
    if (before !== undefined) this.#remove(parent, before, 'changed');
    const made = folder(joined(parent.path, name), this.#layer, impliedMode);
    parent.children?.set(name, made);
    return made;
  }
}

function isBrought({ kind }: IndexedEntry): boolean {
  return kind !== 'hidden' && kind !== 'emptied';
}

function folder(path: string, layer: number, mode: number): Node {
  const children = new Map<string, Node>();
  return { path, kind: 'folder', size: 0, mode, target: '', layer, source: undefined, children, files: 0 };
}

function namesIn(path: string): string[] {
  return path === '' ? [] : path.split('/');
}

/** A link's target as names below the root, which `..` does not leave. */
function resolved(from: string, target: readonly string[]): string[] {
  const parts = target[0] === '' ? [] : namesIn(from);
  for (const part of target) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts;
}

/** Links cost nothing: their bytes are counted where the file is. */
function sumUp(node: Node): void {
  if (node.children === undefined) return;
  let [size, files] = [0, 0];
  for (const child of node.children.values()) {
    sumUp(child);
    size += child.kind === 'hardlink' ? 0 : child.size;
    files += child.files;
  }
  node.size = size;
  node.files = files;
}
