import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TraceRecord } from './trace-reader.ts';

interface FileChange {
  /** Index of its record. */
  readonly at: number;
  readonly bytes: Buffer | undefined;
  /** Of a write; of a truncation the new size. */
  readonly offset: number;
}

/** Entries that change together: a renaming within a folder is one change, between two folders it is two. */
interface NameChange {
  readonly at: number;
  readonly entries: readonly (readonly [name: string, to: Entry | undefined])[];
}

export interface FileState {
  readonly kind: 'file';
  readonly mode: number;
  /** Last path below the root. */
  path: string;
  durable: Buffer;
  durableSize: number;
  pending: FileChange[];
}

export interface FolderState {
  readonly kind: 'folder';
  readonly mode: number;
  path: string;
  /** What the running system sees. */
  readonly now: Map<string, Entry>;
  readonly durable: Map<string, Entry>;
  pending: NameChange[];
}

/** Sockets are left out: nothing but their names outlives a process. */
export type Entry = FileState | FolderState;

/** What is left of what was pending at a cut. */
export interface Survival {
  content(file: FileState): Buffer;
  keepsName(at: number): boolean;
}

/** Syncs of which the replay makes nothing durable: a server that leaves them out. */
export type IgnoredSync = (path: string, sync: TraceRecord) => boolean;

/**
 * What is on the disk while a trace goes by: of each file durable bytes and writes that no sync has covered, of each
 * folder durable names and changes of names likewise. When a sync ends, what had happened before it began is durable.
 */
export class Replay {
  readonly root: FolderState = folder('', 0o755);
  readonly #ignored: IgnoredSync;
  readonly #byInode = new Map<number, Entry>();
  readonly #sockets = new Set<string>();
  readonly #syncs = new Map<number, { readonly entry: Entry; readonly beganAt: number }>();
  readonly #dirty = new Set<Entry>();
  #at = 0;

  constructor(rootInode: number, ignored: IgnoredSync = () => false) {
    this.#byInode.set(rootInode, this.root);
    this.#ignored = ignored;
  }

  /** Records that were applied. */
  get at(): number {
    return this.#at;
  }

  pathOf(inode: number): string {
    return this.#entry(inode).path;
  }

  /** When the changes were made that no sync has covered yet, in order. */
  pending(): number[] {
    const all = new Set([...this.#dirty].flatMap((entry) => entry.pending.map(({ at }) => at)));
    return [...all].toSorted((a, b) => a - b);
  }

  apply(record: TraceRecord): void {
    const { kind, inode, value, name, bytes } = record;
    switch (kind) {
      case 'life':
        this.#syncs.clear();
        break;
      case 'create':
        this.#make(name, inode, {
          kind: 'file',
          mode: value,
          path: name,
          durable: Buffer.alloc(0),
          durableSize: 0,
          pending: [],
        });
        break;
      case 'mkdir':
        this.#make(name, inode, folder(name, value));
        break;
      case 'write':
        this.#change(this.#file(inode), { at: this.#at, bytes, offset: value });
        break;
      case 'truncate':
        this.#change(this.#file(inode), { at: this.#at, bytes: undefined, offset: value });
        break;
      case 'syncBegin':
        this.#syncs.set(value, { entry: this.#entry(inode), beganAt: this.#at });
        break;
      case 'syncEnd':
        this.#synced(record);
        break;
      case 'rename':
        this.#rename(name, bytes.toString());
        break;
      case 'link':
        this.#names(dirname(bytes.toString()), [[lastOf(bytes.toString()), this.#find(name)]]);
        break;
      case 'unlink':
      case 'rmdir':
        if (!this.#sockets.delete(name)) this.#names(dirname(name), [[lastOf(name), undefined]]);
        break;
      case 'socket':
        this.#sockets.add(name);
        break;
      case 'answer':
        break;
      case 'flag':
        throw new Error(`the replay does not know ${name}`);
    }
    this.#at += 1;
  }

  #make(path: string, inode: number, entry: Entry): void {
    this.#byInode.set(inode, entry);
    this.#names(dirname(path), [[lastOf(path), entry]]);
  }

  #rename(from: string, to: string): void {
    const entry = this.#find(from);
    entry.path = to;
    const gone = [lastOf(from), undefined] as const;
    const there = [lastOf(to), entry] as const;
    if (dirname(from) === dirname(to)) this.#names(dirname(to), [gone, there]);
    else {
      this.#names(dirname(to), [there]);
      this.#names(dirname(from), [gone]);
    }
  }

  #names(path: string, entries: NameChange['entries']): void {
    const target = this.#find(path);
    if (target.kind !== 'folder') throw new Error(`${path} is no folder`);
    target.pending.push({ at: this.#at, entries });
    this.#dirty.add(target);
    set(target.now, entries);
  }

  #change(file: FileState, change: FileChange): void {
    file.pending.push(change);
    this.#dirty.add(file);
  }

  #synced(record: TraceRecord): void {
    const sync = this.#syncs.get(record.value);
    if (sync === undefined) throw new Error(`sync ${record.value} ends without a beginning`);
    this.#syncs.delete(record.value);
    const { entry, beganAt } = sync;
    if (this.#ignored(entry.path, record)) return;
    const isOver = ({ at }: { readonly at: number }): boolean => at < beganAt;
    if (entry.kind === 'file') {
      const over = entry.pending.filter(isOver);
      const size = sizeAfter(entry.durableSize, over);
      entry.durable = grown(entry.durable, sizeOnTheWay(entry.durableSize, over));
      for (const change of over) applyChange(entry.durable, change);
      entry.durableSize = size;
      entry.pending = entry.pending.filter((change) => !isOver(change));
    } else {
      for (const { entries } of entry.pending.filter(isOver)) set(entry.durable, entries);
      entry.pending = entry.pending.filter((change) => !isOver(change));
    }
    if (entry.pending.length === 0) this.#dirty.delete(entry);
  }

  #entry(inode: number): Entry {
    const entry = this.#byInode.get(inode);
    if (entry === undefined) throw new Error(`record ${this.#at}: nothing was made with inode ${inode}`);
    return entry;
  }

  #file(inode: number): FileState {
    const entry = this.#entry(inode);
    if (entry.kind !== 'file') throw new Error(`record ${this.#at}: inode ${inode} is no file`);
    return entry;
  }

  #find(path: string): Entry {
    let at: Entry = this.root;
    for (const part of path === '.' || path === '' ? [] : path.split('/')) {
      const next: Entry | undefined = at.kind === 'folder' ? at.now.get(part) : undefined;
      if (next === undefined) throw new Error(`record ${this.#at}: there is no ${path}`);
      at = next;
    }
    return at;
  }
}

/** Writes what a cut leaves into an empty folder. */
export function materialise(replay: Replay, survival: Survival, target: string): void {
  const contents = new Map<FileState, Buffer>();
  const write = (from: FolderState, path: string): void => {
    const names = new Map(from.durable);
    for (const { at, entries } of from.pending) if (survival.keepsName(at)) set(names, entries);
    for (const [name, entry] of names) {
      const there = join(path, name);
      if (entry.kind === 'folder') {
        mkdirSync(there, { mode: entry.mode });
        write(entry, there);
      } else {
        let content = contents.get(entry);
        if (content === undefined) {
          content = survival.content(entry);
          contents.set(entry, content);
        }
        writeFileSync(there, content, { mode: entry.mode });
      }
    }
  };
  write(replay.root, target);
}

/** The durable bytes with some changes on top. */
export function contentWith(file: FileState, changes: readonly FileChange[]): Buffer {
  const content = Buffer.alloc(sizeOnTheWay(file.durableSize, changes));
  file.durable.copy(content, 0, 0, file.durableSize);
  for (const change of changes) applyChange(content, change);
  return content.subarray(0, sizeAfter(file.durableSize, changes));
}

export type { FileChange };

function applyChange(content: Buffer, { bytes, offset }: FileChange): void {
  if (bytes === undefined) content.fill(0, offset);
  else bytes.copy(content, offset);
}

function sizeAfter(size: number, changes: readonly FileChange[]): number {
  return changes.reduce(
    (sum, { bytes, offset }) => (bytes === undefined ? offset : Math.max(sum, offset + bytes.length)),
    size,
  );
}

function sizeOnTheWay(size: number, changes: readonly FileChange[]): number {
  return changes.reduce((most, { bytes, offset }) => Math.max(most, offset + (bytes?.length ?? 0)), size);
}

/** By doubling: a log of megabytes is not copied for each page. */
function grown(buffer: Buffer, size: number): Buffer {
  if (size <= buffer.length) return buffer;
  const larger = Buffer.alloc(Math.max(size, buffer.length * 2));
  buffer.copy(larger);
  return larger;
}

function folder(path: string, mode: number): FolderState {
  return { kind: 'folder', mode, path, now: new Map(), durable: new Map(), pending: [] };
}

function set(names: Map<string, Entry>, entries: NameChange['entries']): void {
  for (const [name, entry] of entries) {
    if (entry === undefined) names.delete(name);
    else names.set(name, entry);
  }
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
