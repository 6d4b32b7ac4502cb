import type { MovePosition } from '../../platform/db/move/move-mark.ts';
import { keyOf } from '../../platform/db/move/moved-table.ts';
import type { MoveTarget } from '../../platform/db/postgres/move-target.ts';
import type { MoveSource } from '../../platform/db/sqlite/move-source.ts';
import type { MoveProgress } from './move-report.ts';

export interface RowDeps {
  readonly source: MoveSource;
  readonly target: MoveTarget;
  /** What the target is called. */
  readonly to: string;
  readonly totalRows: number;
  readonly onProgress: (progress: MoveProgress) => void;
  /** Asked between two pages; throws to end it there. */
  readonly requireGoingOn: () => void;
}

/** Copies what is behind a position, a page and the position behind it at a time. Returns how many rows. */
export async function copyRows(deps: RowDeps, from: MovePosition): Promise<number> {
  const { source, target, totalRows, onProgress } = deps;
  const { tables } = source;
  const first = tables.findIndex(({ table }) => table === from.table);
  let { rows } = from;
  const tell = (): void => onProgress({ phase: 'copy', rows, totalRows, firstRows: from.rows });
  tell();
  for (const [index, table] of (first < 0 ? [] : tables.slice(first)).entries()) {
    const after = index === 0 ? from.after : null;
    for await (const page of source.pages(table, after)) {
      deps.requireGoingOn();
      rows += page.length;
      const last = page.at(-1) ?? [];
      await target.put(table, page, { table: table.table, after: keyOf(table, last), rows });
      tell();
    }
    await target.advance({ table: tables[first + index + 1]?.table ?? null, after: null, rows });
  }
  return rows - from.rows;
}
