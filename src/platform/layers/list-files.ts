import { joined } from './entry-path.ts';
import type { Change, FileKind, ImageTree, Node } from './image-tree.ts';

export interface ListOf {
  /** From 0; undefined: what the whole image shows. */
  readonly layer: number | undefined;
  /** Files that no longer show, instead. */
  readonly wasted: boolean;
  readonly folder: string;
  /** Everything below the folder, not only what is directly in it. */
  readonly deep: boolean;
  /** Of the path below the folder, in whatever case; empty: any. */
  readonly part: string;
  readonly sort: 'name' | 'size';
  readonly descending: boolean;
  readonly offset: number;
  readonly limit: number;
}

export interface ListedFile {
  readonly path: string;
  readonly kind: FileKind;
  readonly size: number;
  readonly mode: number | undefined;
  readonly target: string;
  /** Which layer it is from. */
  readonly layer: number;
  /** Of a folder: how much is in it that is none; of a layer: how much that changed. */
  readonly files: number;
  readonly change: Change['change'] | undefined;
  /** Of what no longer shows: the layer that took it away. */
  readonly goneIn: number | undefined;
}

export type FoundFile = Pick<Change, 'kind' | 'size' | 'target' | 'source'>;

/** What is listed, whatever part of it. */
export type ListedBy = Omit<ListOf, 'offset' | 'limit'>;

/** All of it, in order. Undefined: there is no such folder. */
export function listFiles(tree: ImageTree, of: ListedBy): readonly ListedFile[] | undefined {
  const all = rowsOf(tree, of);
  if (all === undefined) return undefined;
  const part = of.part.toLowerCase();
  const below = of.folder === '' ? 0 : of.folder.length + 1;
  const rows = part === '' ? all : all.filter(({ path }) => path.toLowerCase().includes(part, below));
  rows.sort(of.sort === 'size' ? bySize : of.deep || of.wasted ? byPath : byKindAndPath);
  if (of.descending) rows.reverse();
  return rows;
}

/** What the image shows at a path, or what a layer brought there, whatever became of it. */
export function findFile(tree: ImageTree, path: string, layer: number | undefined): FoundFile | undefined {
  if (layer === undefined) return tree.find(path);
  const change = tree.changes[layer]?.get(path);
  return change?.change === 'removed' ? undefined : change;
}

function rowsOf(tree: ImageTree, of: ListedBy): ListedFile[] | undefined {
  const { folder, layer } = of;
  if (of.wasted) return wastedRows(tree, of);
  if (layer !== undefined) {
    const changes = tree.changes[layer];
    return changes === undefined ? undefined : changeRows([...changes.values()], of, layer);
  }
  const node = tree.find(folder);
  if (node?.children === undefined) return undefined;
  const rows: ListedFile[] = [];
  const collect = ({ children }: Node): void => {
    for (const child of children?.values() ?? []) {
      if (!of.deep || child.children === undefined) rows.push(rowOf(child));
      if (of.deep) collect(child);
    }
  };
  collect(node);
  return rows;
}

function rowOf({ path, kind, size, mode, target, layer, files }: Node): ListedFile {
  return { path, kind, size, mode, target, layer, files, change: undefined, goneIn: undefined };
}

function wastedRows(tree: ImageTree, { layer, folder }: ListedBy): ListedFile[] {
  return tree.wasted
    .filter((each) => (layer === undefined || each.layer === layer) && isBelow(each.path, folder))
    .map(({ path, size, layer: from, goneIn, how }) => ({
      path,
      kind: 'file',
      size,
      mode: undefined,
      target: '',
      layer: from,
      files: 1,
      change: how,
      goneIn,
    }));
}

function isBelow(path: string, folder: string): boolean {
  return folder === '' || (path.startsWith(folder) && path[folder.length] === '/');
}

/** Undefined: nothing was changed there. */
function changeRows(
  changes: readonly Change[],
  { folder, deep }: ListedBy,
  layer: number,
): ListedFile[] | undefined {
  const below = changes.filter(({ path }) => isBelow(path, folder));
  if (below.length === 0 && folder !== '') return undefined;
  if (deep) return below.filter(isNoNewFolder).map((each) => changeRow(each, layer));
  const rows = new Map<string, ListedFile>();
  for (const each of below) {
    const rest = folder === '' ? each.path : each.path.slice(folder.length + 1);
    const slash = rest.indexOf('/');
    if (slash < 0) rows.set(rest, withInside(changeRow(each, layer), rows.get(rest)));
    else {
      const name = rest.slice(0, slash);
      const path = joined(folder, name);
      const before = rows.get(name) ?? insideRow(path, layer);
      const size = each.change === 'removed' ? 0 : each.size;
      rows.set(name, {
        ...before,
        size: before.size + size,
        files: before.files + (isNoNewFolder(each) ? 1 : 0),
      });
    }
  }
  return [...rows.values()];
}

/** A folder that was added is told by what is in it. */
function isNoNewFolder({ kind, change }: Change): boolean {
  return kind !== 'folder' || change === 'removed';
}

function changeRow({ path, kind, change, size, target, files }: Change, layer: number): ListedFile {
  return {
    path,
    kind,
    size: kind === 'folder' && change !== 'removed' ? 0 : size,
    mode: undefined,
    target,
    layer,
    files: kind === 'folder' ? files : 1,
    change,
    goneIn: undefined,
  };
}

function insideRow(path: string, layer: number): ListedFile {
  const nothing = { size: 0, mode: undefined, target: '', files: 0, change: undefined, goneIn: undefined };
  return { path, kind: 'folder', layer, ...nothing };
}

function withInside(row: ListedFile, inside: ListedFile | undefined): ListedFile {
  if (inside === undefined || row.kind !== 'folder') return row;
  return { ...row, size: row.size + inside.size, files: row.files + inside.files };
}

function byPath(a: ListedFile, b: ListedFile): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

function byKindAndPath(a: ListedFile, b: ListedFile): number {
  return Number(b.kind === 'folder') - Number(a.kind === 'folder') || byPath(a, b);
}

function bySize(a: ListedFile, b: ListedFile): number {
  return a.size - b.size || byPath(a, b);
}
