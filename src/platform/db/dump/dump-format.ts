import type { DialectName } from '../dialect.ts';
import type { Value } from '../prepare.ts';

/** `docs/design/backup.md` has the format line by line. */
export const dumpFormat = 'berth-database';
export const dumpVersion = 1;

export interface DumpHeader {
  readonly format: typeof dumpFormat;
  readonly version: number;
  /** Number of the database's schema. */
  readonly schema: number;
  readonly storeId: string;
  readonly epoch: number;
  /** Epoch milliseconds by the database's clock. */
  readonly created: number;
  readonly engine: DialectName;
}

export interface DumpedTable {
  readonly table: string;
  readonly columns: readonly string[];
}

export interface TableEnd {
  readonly end: string;
  readonly rows: number;
  /** Of the rows' lines with their newlines. */
  readonly sha256: string;
  /** Highest id that was ever given. */
  readonly sequence?: number;
}

export interface DumpEnd {
  readonly end: typeof dumpFormat;
  readonly tables: number;
  readonly rows: number;
}

/** Made anew when somebody asks for it: emptied with the rows that it was made of. */
export const madeAnew: readonly string[] = ['layer_files'];

/** About running processes or a move, made by the migrations, in the header, or made anew. */
export const notDumped: ReadonlySet<string> = new Set([
  ...madeAnew,
  'database_move',
  'instance',
  'lease',
  'periodic_job',
  'schema_migration',
  'schema_version',
  'store_identity',
]);

/** The file is not a dump, or not the whole of one. */
export class DamagedDump extends Error {
  override readonly name = 'DamagedDump';
}

export function encodeRow(row: readonly unknown[]): string {
  return `${JSON.stringify(row.map(encodeValue))}\n`;
}

function encodeValue(value: unknown): unknown {
  if (value instanceof Uint8Array) {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return { base64: bytes.toString('base64') };
  }
  if (typeof value === 'number' && !Number.isSafeInteger(value))
    throw new Error(`a number of the database cannot be kept exactly: ${value}`);
  return value;
}

export function decodeRow(line: Uint8Array): Value[] {
  const row = JSON.parse(Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString()) as unknown[];
  return row.map(decodeValue);
}

function decodeValue(value: unknown): Value {
  if (typeof value !== 'object' || value === null) return value as Value;
  return Buffer.from((value as { readonly base64: string }).base64, 'base64');
}
