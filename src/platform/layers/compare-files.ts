import type { FileKind, ImageTree, Node } from './image-tree.ts';

export interface FileDifference {
  readonly path: string;
  readonly change: 'added' | 'changed' | 'removed';
  /** Of what is there now, or was. */
  readonly kind: FileKind;
  readonly sizeBefore: number | undefined;
  readonly size: number | undefined;
  readonly modeBefore: number | undefined;
  readonly mode: number | undefined;
}

/** What two images show differently, by path. Folders are told by what is in them, unless they are empty. */
export function compareFiles(before: ImageTree, after: ImageTree): readonly FileDifference[] {
  const found: FileDifference[] = [];
  compare(before.root, after.root, found);
  return found.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function compare(before: Node, after: Node, found: FileDifference[]): void {
  for (const [name, was] of before.children ?? []) {
    const is = after.children?.get(name);
    if (is === undefined) tell(was, 'removed', found);
    else if (was.children !== undefined && is.children !== undefined) compare(was, is, found);
    else if (was.children !== undefined || is.children !== undefined) {
      tell(was, 'removed', found);
      tell(is, 'added', found);
    } else if (differ(was, is)) found.push(changed(was, is));
  }
  for (const [name, is] of after.children ?? [])
    if (before.children?.has(name) !== true) tell(is, 'added', found);
}

/** A hard link is the file that it names. */
function differ(was: Node, is: Node): boolean {
  if (was.mode !== is.mode || was.size !== is.size) return true;
  if (was.source !== undefined || is.source !== undefined) return was.source?.sum !== is.source?.sum;
  return was.kind !== is.kind || was.target !== is.target;
}

function changed(was: Node, is: Node): FileDifference {
  const { path, kind, size, mode } = is;
  return { path, change: 'changed', kind, sizeBefore: was.size, size, modeBefore: was.mode, mode };
}

function tell(node: Node, change: 'added' | 'removed', found: FileDifference[]): void {
  if (node.children !== undefined && node.children.size > 0) {
    for (const child of node.children.values()) tell(child, change, found);
    return;
  }
  const { path, kind, size, mode } = node;
  const [none, there] = [
    [undefined, undefined],
    [size, mode],
  ] as const;
  const [[sizeBefore, modeBefore], [sizeNow, modeNow]] = change === 'added' ? [none, there] : [there, none];
  found.push({ path, change, kind, sizeBefore, size: sizeNow, modeBefore, mode: modeNow });
}
