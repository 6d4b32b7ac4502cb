import type { Listing, Row } from '../../../api/call.ts';

export type TreeEntry = Row<'GET /api/berth/v1/projects/{project_name}/repository-tree'>;

export interface TreeRow {
  readonly entry: TreeEntry;
  /** From 1. */
  readonly level: number;
  readonly position: number;
  readonly of: number;
  /** Undefined: nothing is below it. */
  readonly open: boolean | undefined;
  /** Of the folder, behind this row: how many the server did not send. */
  readonly left: number;
  /** The folder it is in; empty: the project. */
  readonly under: string;
}

/** What of a tree can be seen, from above to below. What an open folder holds comes when it is known. */
export function rowsOf(
  folders: ReadonlyMap<string, Listing<TreeEntry>>,
  open: ReadonlySet<string>,
  under = '',
  level = 1,
): readonly TreeRow[] {
  const { rows = [], total = 0 } = folders.get(under) ?? {};
  return rows.flatMap((entry, at): readonly TreeRow[] => {
    const { path = '', repositories = 0 } = entry;
    const isOpen = repositories === 0 ? undefined : open.has(path);
    const last = at === rows.length - 1;
    const row = {
      entry,
      level,
      position: at + 1,
      of: total,
      open: isOpen,
      under,
      left: last ? total - rows.length : 0,
    };
    return [row, ...(isOpen === true ? rowsOf(folders, open, path, level + 1) : [])];
  });
}

/** The folders that have to be asked for: the project, and each open one that can be seen. */
export function foldersOf(open: ReadonlySet<string>): readonly string[] {
  const seen = (path: string): boolean => {
    const slash = path.lastIndexOf('/');
    return slash < 0 || (open.has(path.slice(0, slash)) && seen(path.slice(0, slash)));
  };
  return ['', ...[...open].filter(seen)];
}
