import type { Value } from '../prepare.ts';
import { DamagedDump, type DumpedTable, type DumpHeader, decodeRow, type TableEnd } from './dump-format.ts';
import { readDump } from './read-dump.ts';

/** A database that is filled from a dump. */
export interface DumpTarget {
  insert(table: DumpedTable, rows: readonly Value[][]): Promise<void> | void;
  endTable(table: DumpedTable, end: TableEnd): Promise<void> | void;
}

export interface LoadInput {
  /** As it was read before: the target was made for it. */
  readonly header: DumpHeader;
  readonly source: AsyncIterable<Uint8Array>;
  /** Tables whose rows stay behind. */
  readonly leaveOut: ReadonlySet<string>;
}

/**
 * Fills the target. If it fails, nothing of what was filled may be kept. Returns how many rows there are.
 * @throws DamagedDump
 */
export async function loadDump(target: DumpTarget, { header, source, leaveOut }: LoadInput): Promise<number> {
  let rows = 0;
  for await (const part of readDump(source)) {
    if (part.kind === 'header' && part.header.schema !== header.schema)
      throw new DamagedDump('it was replaced while it was read');
    if (part.kind === 'table') requireNames(part.table);
    if (part.kind === 'rows' && !leaveOut.has(part.table.table)) {
      rows += part.lines.length;
      await target.insert(part.table, part.lines.map(decodeRow));
    }
    if (part.kind === 'table end') await target.endTable(part.table, part.end);
  }
  return rows;
}

/** They become part of statements. */
function requireNames({ table, columns }: DumpedTable): void {
  const plain = /^[a-z][a-z0-9_]*$/;
  if (![table, ...columns].every((name) => plain.test(name)))
    throw new DamagedDump('a table or column of it has an impossible name');
}
