import { once } from 'node:events';
import { DatabaseSync } from 'node:sqlite';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { ThreadData } from '../../threads/threads.ts';
import { type DumpedTable, type DumpHeader, dumpFormat, dumpVersion } from '../dump/dump-format.ts';
import { type DumpSource, encodeDump } from '../dump/encode-dump.ts';
import { connectionPragmas } from './connection-pragmas.ts';
import { rowsOf, sqliteTables } from './sqlite-tables.ts';

export interface DumpInput {
  readonly path: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

export type DumpMessage =
  | { readonly kind: 'chunk'; readonly chunk: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly error: unknown };

export type DumpAnswer = 'more' | 'stop';

const pageRows = 500;
const pageBytes = 1024 * 1024;
const openTimeoutMs = 5000;

/** One read transaction from the first row to the last. */
function sourceOf(db: DatabaseSync, now: number): DumpSource {
  const sequences = rowsOf<{ name: string; seq: number }>(db, 'select name, seq from sqlite_sequence');
  return {
    header: headerOf(db, now),
    tables: sqliteTables(db),
    rows: (table) => pagesOf(db, table),
    sequence: ({ table }) => Promise.resolve(sequences.find(({ name }) => name === table)?.seq),
  };
}

function headerOf(db: DatabaseSync, now: number): DumpHeader {
  const [identity] = rowsOf<{ store_id: string; epoch: number }>(
    db,
    'select store_id, epoch from store_identity',
  );
  const [schema] = rowsOf<{ version: number }>(db, 'select version from schema_version');
  if (identity === undefined || schema === undefined)
    throw new Error('the database belongs to no storage yet');
  return {
    format: dumpFormat,
    version: dumpVersion,
    schema: schema.version,
    storeId: identity.store_id,
    epoch: identity.epoch,
    created: now,
    engine: 'sqlite',
  };
}

async function* pagesOf(db: DatabaseSync, { table, columns }: DumpedTable): AsyncGenerator<unknown[][]> {
  const statement = db.prepare(`select ${columns.map((name) => `"${name}"`).join(', ')} from "${table}"`);
  statement.setReturnArrays(true);
  let page: unknown[][] = [];
  let bytes = 0;
  for (const row of statement.iterate() as Iterable<unknown> as Iterable<unknown[]>) {
    page.push(row);
    for (const value of row)
      if (value instanceof Uint8Array || typeof value === 'string') bytes += value.length;
    if (page.length < pageRows && bytes < pageBytes) continue;
    yield page;
    page = [];
    bytes = 0;
  }
  if (page.length > 0) yield page;
}

/** Each chunk is asked for: whoever writes them sets the pace. False: no more of them are wanted. */
async function send(port: MessagePort, bytes: Uint8Array): Promise<boolean> {
  const chunk = new Uint8Array(bytes);
  const answered = once(port, 'message') as Promise<[DumpAnswer]>;
  port.postMessage({ kind: 'chunk', chunk } satisfies DumpMessage, [chunk.buffer]);
  const [answer] = await answered;
  return answer === 'more';
}

async function dump({ path, now }: DumpInput): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('dump-thread runs in a thread only');
  let outcome: DumpMessage = { kind: 'done' };
  try {
    using db = new DatabaseSync(path, { readOnly: true, timeout: openTimeoutMs });
    for (const pragma of connectionPragmas) db.exec(pragma);
    db.exec('begin');
    for await (const bytes of encodeDump(sourceOf(db, now))) if (!(await send(port, bytes))) break;
  } catch (error) {
    outcome = { kind: 'failed', error };
  }
  port.postMessage(outcome);
  port.close();
}

await dump((workerData as ThreadData).input as DumpInput);
