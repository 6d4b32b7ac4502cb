import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { RunningDigest } from '../../crypto/running-digest.ts';
import {
  type DumpEnd,
  type DumpedTable,
  type DumpHeader,
  dumpFormat,
  encodeRow,
  type TableEnd,
} from './dump-format.ts';

/** A database that stands still while it is read. */
export interface DumpSource {
  readonly header: DumpHeader;
  /** In an order in which every row finds what it refers to. */
  readonly tables: readonly DumpedTable[];
  /** Rows in pages of bounded size. */
  rows(table: DumpedTable): AsyncIterable<readonly (readonly unknown[])[]>;
  /** Highest id that was ever given; undefined for a table without such ids, or without any yet. */
  sequence(table: DumpedTable): Promise<number | undefined>;
}

/** Characters of a gzip member, before compression. */
const memberLength = 1024 * 1024;
/** The log of SQLite grows for as long as a dump is read: fast before small. */
const compression = { level: 3 } as const;
const compress = promisify(gzip) as (text: string, options: typeof compression) => Promise<Buffer>;

/** The dump, piece by piece. */
export async function* encodeDump(source: DumpSource): AsyncGenerator<Uint8Array> {
  let text = line(source.header);
  let all = 0;
  for (const table of source.tables) {
    text += line(table);
    const digest = new RunningDigest();
    let rows = 0;
    for await (const page of source.rows(table)) {
      const lines = page.map(encodeRow).join('');
      digest.update(lines);
      rows += page.length;
      text += lines;
      if (text.length < memberLength) continue;
      yield await compress(text, compression);
      text = '';
    }
    const sequence = await source.sequence(table);
    const more = sequence === undefined ? {} : { sequence };
    text += line({ end: table.table, rows, sha256: digest.hex(), ...more } satisfies TableEnd);
    all += rows;
  }
  text += line({ end: dumpFormat, tables: source.tables.length, rows: all } satisfies DumpEnd);
  yield await compress(text, compression);
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
