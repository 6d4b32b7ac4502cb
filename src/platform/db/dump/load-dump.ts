import type { Value } from '../prepare.ts';
import {
  DamagedDump,
  type DumpedTable,
  type DumpHeader,
  decodeRow,
  notDumped,
  type TableEnd,
} from './dump-format.ts';
import { type DumpPart, readDump } from './read-dump.ts';

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
  let failure: { readonly error: unknown } | undefined;
  for await (const part of readDump(source)) {
    // Rows are told from damaged ones only by what comes behind them: the rest says why it failed.
    if (failure !== undefined) continue;
    try {
      rows += await take(target, part, { header, leaveOut });
    } catch (error) {
      failure = { error };
    }
  }
  if (failure !== undefined) throw failure.error;
  return rows;
}

/** Returns how many rows were kept. */
async function take(
  target: DumpTarget,
  part: DumpPart,
  { header, leaveOut }: Pick<LoadInput, 'header' | 'leaveOut'>,
): Promise<number> {
  switch (part.kind) {
    case 'header':
      if (part.header.schema !== header.schema) throw new DamagedDump('it was replaced while it was read');
      return 0;
    case 'table':
      requireNames(part.table);
      return 0;
    case 'rows':
      if (leaveOut.has(part.table.table)) return 0;
      await target.insert(part.table, part.lines.map(decodeRow));
      return part.lines.length;
    case 'table end':
      await target.endTable(part.table, part.end);
      return 0;
    case 'end':
      return 0;
  }
}

/** They become part of statements, and no table of the engine is filled, nor one that tells whose the database is. */
function requireNames({ table, columns }: DumpedTable): void {
  const plain = /^(?!pg_|sqlite_)[a-z][a-z0-9_]*$/;
  if (notDumped.has(table) || ![table, ...columns].every((name) => plain.test(name)))
    throw new DamagedDump('a table or column of it has an impossible name');
}
