import { dirname } from 'node:path';
import { descriptorTarget, pathArg, type SystemCall } from './strace-log.ts';

/** What one finished call did below the folder that is watched. */
export type Effect =
  | { readonly kind: 'write' | 'sync'; readonly path: string }
  | { readonly kind: 'create' | 'make-folder' | 'remove'; readonly path: string }
  | { readonly kind: 'rename' | 'link'; readonly from: string; readonly path: string };

/** Calls that change or sync something, with what they do. `strace` has to be told to show them all. */
const effects: Readonly<Record<string, (call: SystemCall) => readonly Effect[]>> = {
  open: ({ args }) => opened(args[0], undefined, args[1]),
  openat: ({ args }) => opened(args[1], args[0], args[2]),
  creat: ({ args }) => opened(args[0], undefined, 'O_CREAT|O_TRUNC'),
  truncate: ({ args }) => [{ kind: 'write', path: pathArg(args[0]) }],
  mkdir: ({ args }) => [{ kind: 'make-folder', path: pathArg(args[0]) }],
  mkdirat: ({ args }) => [{ kind: 'make-folder', path: pathArg(args[1], args[0]) }],
  rmdir: ({ args }) => [{ kind: 'remove', path: pathArg(args[0]) }],
  unlink: ({ args }) => [{ kind: 'remove', path: pathArg(args[0]) }],
  unlinkat: ({ args }) => [{ kind: 'remove', path: pathArg(args[1], args[0]) }],
  rename: ({ args }) => [{ kind: 'rename', from: pathArg(args[0]), path: pathArg(args[1]) }],
  renameat: ({ args }) => [between('rename', args)],
  renameat2: ({ args }) => [between('rename', args)],
  link: ({ args }) => [{ kind: 'link', from: pathArg(args[0]), path: pathArg(args[1]) }],
  linkat: ({ args }) => [between('link', args)],
  symlink: ({ args }) => [{ kind: 'create', path: pathArg(args[1]) }],
  symlinkat: ({ args }) => [{ kind: 'create', path: pathArg(args[2], args[1]) }],
  mmap: ({ args }) => (isSharedMap(args) ? onDescriptor('write', args[4]) : []),
  sendfile: ({ args }) => onDescriptor('write', args[0]),
  copy_file_range: ({ args }) => onDescriptor('write', args[2]),
  splice: ({ args }) => onDescriptor('write', args[2]),
  ioctl: ({ args }) => (args[1]?.includes('CLONE') === true ? onDescriptor('write', args[0]) : []),
  ...onFirst('write', ['write', 'pwrite64', 'writev', 'pwritev', 'pwritev2', 'ftruncate', 'fallocate']),
  ...onFirst('sync', ['fsync', 'fdatasync']),
};

export const followedCalls: readonly string[] = Object.keys(effects);

export function effectsOf(call: SystemCall): readonly Effect[] {
  return effects[call.name]?.(call) ?? [];
}

function onFirst(kind: 'write' | 'sync', names: readonly string[]) {
  return Object.fromEntries(
    names.map((name) => [name, ({ args }: SystemCall) => onDescriptor(kind, args[0])]),
  );
}

function onDescriptor(kind: 'write' | 'sync', arg: string | undefined): readonly Effect[] {
  const path = descriptorTarget(arg);
  return path?.startsWith('/') === true ? [{ kind, path }] : [];
}

function opened(path: string | undefined, folder: string | undefined, flags = ''): readonly Effect[] {
  const made = flags.includes('O_CREAT');
  const emptied = flags.includes('O_TRUNC');
  if (!made && !emptied) return [];
  const at = pathArg(path, folder);
  return [
    ...(made ? [{ kind: 'create', path: at } as const] : []),
    ...(emptied ? [{ kind: 'write', path: at } as const] : []),
  ];
}

function between(kind: 'rename' | 'link', args: readonly string[]): Effect {
  return { kind, from: pathArg(args[1], args[0]), path: pathArg(args[3], args[2]) };
}

function isSharedMap(args: readonly string[]): boolean {
  return args[3]?.includes('MAP_SHARED') === true && args[2]?.includes('PROT_WRITE') === true;
}

interface Inode {
  /** Position of the last change in the trace. */
  changed: number;
  /** Where the newest sync began that has succeeded. */
  synced: number;
}

/**
 * What a power cut could take, as far as a trace tells: of each file whether its content, of each folder which names in
 * it have changed since a sync began that has ended. The trace has to begin when the watched folder is empty.
 */
export class SyncModel {
  readonly #inodes = new Map<string, Inode>();
  readonly #folders = new Set<string>();
  /** By folder: path of the name, and the position of its change. */
  readonly #names = new Map<string, Map<string, { at: number; durableBefore: boolean }>>();

  /** Of a call that has succeeded. */
  apply(effect: Effect, span: { readonly begun: number; readonly ended: number }): void {
    const { path } = effect;
    switch (effect.kind) {
      case 'write':
        this.#inode(path).changed = span.ended;
        break;
      case 'sync':
        this.#sync(path, span.begun);
        break;
      case 'create':
        if (this.#inodes.has(path)) break;
        this.#inode(path).changed = span.ended;
        this.#named(path, span.ended);
        break;
      case 'make-folder':
        this.#folders.add(path);
        this.#named(path, span.ended);
        break;
      case 'remove':
        this.#inodes.delete(path);
        this.#folders.delete(path);
        this.#unnamed(path, span.ended);
        break;
      case 'link':
        this.#inodes.set(path, this.#inode(effect.from));
        this.#named(path, span.ended);
        break;
      case 'rename':
        if (this.#folders.has(effect.from)) throw new Error(`a folder was renamed: ${effect.from}`);
        this.#inodes.set(path, this.#inode(effect.from));
        this.#inodes.delete(effect.from);
        this.#unnamed(effect.from, span.ended);
        this.#named(path, span.ended);
        break;
    }
  }

  /** All files and folders that there are now. */
  paths(): string[] {
    return [...this.#inodes.keys(), ...this.#folders].toSorted();
  }

  isFolder(path: string): boolean {
    return !this.#inodes.has(path);
  }

  hasUnsyncedContent(path: string): boolean {
    const inode = this.#inodes.get(path);
    return inode !== undefined && inode.changed > inode.synced;
  }

  unsyncedContents(): string[] {
    return [...this.#inodes.keys()].filter((path) => this.hasUnsyncedContent(path));
  }

  /** Paths whose names were made or removed. */
  unsyncedNames(): string[] {
    return [...this.#names.values()].flatMap((changed) => [...changed.keys()]);
  }

  #inode(path: string): Inode {
    let inode = this.#inodes.get(path);
    if (inode === undefined) {
      inode = { changed: 0, synced: 0 };
      this.#inodes.set(path, inode);
    }
    return inode;
  }

  #sync(path: string, begun: number): void {
    const inode = this.#inodes.get(path);
    if (inode !== undefined) inode.synced = Math.max(inode.synced, begun);
    const changed = this.#names.get(path);
    for (const [name, { at }] of changed ?? []) if (at < begun) changed?.delete(name);
  }

  #named(path: string, at: number): void {
    const names = this.#namesIn(dirname(path));
    names.set(path, { at, durableBefore: names.get(path)?.durableBefore ?? false });
  }

  /** A name that was never durable may come back or not: nobody was told of it. */
  #unnamed(path: string, at: number): void {
    const names = this.#namesIn(dirname(path));
    if (names.get(path)?.durableBefore === false) names.delete(path);
    else names.set(path, { at, durableBefore: true });
  }

  #namesIn(folder: string): Map<string, { at: number; durableBefore: boolean }> {
    let names = this.#names.get(folder);
    if (names === undefined) {
      names = new Map();
      this.#names.set(folder, names);
    }
    return names;
  }
}
