import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { RunningDigest } from '../../crypto/running-digest.ts';
import {
  DamagedDump,
  type DumpEnd,
  type DumpedTable,
  type DumpHeader,
  dumpFormat,
  dumpVersion,
  type TableEnd,
} from './dump-format.ts';

/** What a dump holds, in its order. Row lines are decoded by `decodeRow`. */
export type DumpPart =
  | { readonly kind: 'header'; readonly header: DumpHeader }
  | { readonly kind: 'table'; readonly table: DumpedTable }
  | { readonly kind: 'rows'; readonly table: DumpedTable; readonly lines: readonly Uint8Array[] }
  | { readonly kind: 'table end'; readonly table: DumpedTable; readonly end: TableEnd }
  | { readonly kind: 'end'; readonly end: DumpEnd };

const newline = 0x0a;
/** `[`: every other line is an object. */
const rowStart = 0x5b;
const chunkSize = 256 * 1024;
/** A manifest has up to 4 MiB. */
const maxLineBytes = 64 * 1024 * 1024;
/** Epoch milliseconds: `Date` ends there. */
const latestTime = 8_640_000_000_000_000;

/**
 * The parts of a dump, checked as they come: whoever has seen the part `end` has seen all of it, as it was written.
 * @throws DamagedDump
 */
export async function* readDump(source: AsyncIterable<Uint8Array>): AsyncGenerator<DumpPart> {
  const check = new DumpCheck();
  for await (const lines of linesOf(source)) {
    let rows: Uint8Array[] = [];
    for (const line of lines) {
      if (line[0] === rowStart) {
        check.row(line);
        rows.push(line);
        continue;
      }
      if (rows.length > 0) yield { kind: 'rows', table: check.table(), lines: rows };
      rows = [];
      yield check.control(line);
    }
    if (rows.length > 0) yield { kind: 'rows', table: check.table(), lines: rows };
  }
  check.close();
}

export interface DumpSummary {
  readonly header: DumpHeader;
  readonly rows: number;
  /** Number of rows by table. */
  readonly tables: Readonly<Record<string, number>>;
}

/**
 * Reads all of it and keeps nothing.
 * @throws DamagedDump
 */
export async function checkDump(source: AsyncIterable<Uint8Array>): Promise<DumpSummary> {
  const tables: Record<string, number> = {};
  let header: DumpHeader | undefined;
  let rows = 0;
  for await (const part of readDump(source)) {
    if (part.kind === 'header') header = part.header;
    if (part.kind === 'table end') tables[part.end.end] = part.end.rows;
    if (part.kind === 'end') rows = part.end.rows;
  }
  if (header === undefined) throw new DamagedDump('it is empty');
  return { header, rows, tables };
}

/**
 * Only its first line; the rest is not read.
 * @throws DamagedDump
 */
export async function readDumpHeader(source: AsyncIterable<Uint8Array>): Promise<DumpHeader> {
  for await (const part of readDump(source)) {
    if (part.kind === 'header') return part.header;
  }
  throw new DamagedDump('it is empty');
}

/** Counts and compares what the lines say of each other. */
class DumpCheck {
  #header: DumpHeader | undefined;
  #table: DumpedTable | undefined;
  #digest = new RunningDigest();
  #rows = 0;
  #allRows = 0;
  #tables = 0;
  #ended = false;

  table(): DumpedTable {
    if (this.#table === undefined || this.#ended) throw new DamagedDump('a row stands outside of a table');
    return this.#table;
  }

  row(line: Uint8Array): void {
    this.table();
    this.#digest.update(line);
    this.#digest.update('\n');
    this.#rows += 1;
  }

  control(line: Uint8Array): DumpPart {
    const value = parse(line);
    if (this.#ended) throw new DamagedDump('something follows its end');
    if (this.#header === undefined) return { kind: 'header', header: this.#begin(value) };
    if (typeof value['table'] === 'string') return { kind: 'table', table: this.#open(value) };
    if (value['end'] === dumpFormat) return { kind: 'end', end: this.#finish(value) };
    const table = this.table();
    return { kind: 'table end', table, end: this.#endTable(table, value) };
  }

  close(): void {
    if (!this.#ended) throw new DamagedDump('its end is missing');
  }

  #begin(value: Readonly<Record<string, unknown>>): DumpHeader {
    if (value['format'] !== dumpFormat) throw new DamagedDump('it is something else');
    if (value['version'] !== dumpVersion)
      throw new DamagedDump(
        `its format has version ${String(value['version'])}, this program knows ${dumpVersion}`,
      );
    const { schema, epoch, created, storeId } = value;
    const counted = isCount(schema) && isCount(epoch) && isCount(created) && created <= latestTime;
    if (!counted || epoch === Number.MAX_SAFE_INTEGER || typeof storeId !== 'string')
      throw new DamagedDump('its first line is not one that was written');
    this.#header = value as unknown as DumpHeader;
    return this.#header;
  }

  #open(value: Readonly<Record<string, unknown>>): DumpedTable {
    if (this.#table !== undefined) throw new DamagedDump(`the end of ${this.#table.table} is missing`);
    const { columns } = value;
    if (!Array.isArray(columns) || columns.length === 0)
      throw new DamagedDump(`the columns of ${String(value['table'])} are missing`);
    this.#table = value as unknown as DumpedTable;
    this.#digest = new RunningDigest();
    this.#rows = 0;
    return this.#table;
  }

  #endTable(table: DumpedTable, value: Readonly<Record<string, unknown>>): TableEnd {
    const end = value as unknown as TableEnd;
    if (end.end !== table.table || end.rows !== this.#rows || end.sha256 !== this.#digest.hex())
      throw new DamagedDump(`the rows of ${table.table} are not those that were written`);
    if (end.sequence !== undefined && !isCount(end.sequence))
      throw new DamagedDump(`the highest id of ${table.table} is not a number`);
    this.#table = undefined;
    this.#allRows += this.#rows;
    this.#tables += 1;
    return end;
  }

  #finish(value: Readonly<Record<string, unknown>>): DumpEnd {
    const end = value as unknown as DumpEnd;
    if (this.#table !== undefined || end.tables !== this.#tables || end.rows !== this.#allRows)
      throw new DamagedDump('it has another number of tables or rows than were written');
    this.#ended = true;
    return end;
  }
}

function parse(line: Uint8Array): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(line).toString());
  } catch (cause) {
    throw new DamagedDump('a line of it is not JSON', { cause });
  }
  if (typeof value !== 'object' || value === null) throw new DamagedDump('a line of it is not an object');
  return value as Record<string, unknown>;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Whole lines without their newlines, as many at a time as are at hand. */
async function* linesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array[]> {
  let open: Uint8Array[] = [];
  let openBytes = 0;
  for await (const chunk of unzipped(source)) {
    const lines: Uint8Array[] = [];
    let from = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      open.push(chunk.subarray(from, at));
      lines.push(open.length === 1 ? (open[0] as Uint8Array) : Buffer.concat(open));
      open = [];
      openBytes = 0;
      from = at + 1;
    }
    if (from < chunk.length) open.push(chunk.subarray(from));
    openBytes += chunk.length - from;
    if (openBytes > maxLineBytes) throw new DamagedDump('a line of it is longer than any that was written');
    if (lines.length > 0) yield lines;
  }
  if (open.length > 0) throw new DamagedDump('its last line is cut');
}

/** An error of the source stays itself; one of the compression means that the dump is damaged. */
async function* unzipped(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const pieces = Readable.from(source, { objectMode: false });
  const gunzip = createGunzip({ chunkSize });
  // Its outcome is seen by whoever reads the end of it.
  pipeline(pieces, gunzip, () => {});
  try {
    for await (const chunk of gunzip) yield chunk as Buffer;
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (!code.startsWith('Z_')) throw cause;
    throw new DamagedDump('it is not what was written, or not all of it', { cause });
  }
}
