import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { DamagedDump, type DumpedTable, dumpFormat, dumpVersion } from './dump-format.ts';
import { type DumpSource, encodeDump } from './encode-dump.ts';
import { type DumpTarget, loadDump } from './load-dump.ts';
import { orderTables } from './order-tables.ts';
import { checkDump, readDumpHeader } from './read-dump.ts';

const header = {
  format: dumpFormat,
  version: dumpVersion,
  schema: 5,
  storeId: 's',
  epoch: 2,
  created: 3,
  engine: 'sqlite',
} as const;

const large = 'x'.repeat(700_000);
const rowsOf: Readonly<Record<string, unknown[][]>> = {
  a: [
    [1, 'text with "quotes", \n a newline and 漢字', null],
    [Number.MAX_SAFE_INTEGER, '', Buffer.from([0, 255, 10])],
  ],
  b: [],
  c: Array.from({ length: 5 }, (_, index) => [index, large, null]),
};

const source: DumpSource = {
  header,
  tables: Object.keys(rowsOf).map((table) => ({ table, columns: ['id', 'words', 'bytes'] })),
  async *rows({ table }) {
    for (const row of rowsOf[table] ?? []) yield await Promise.resolve([row]);
  },
  sequence: ({ table }) => Promise.resolve(table === 'a' ? 9 : undefined),
};

async function piecesOf(dump: AsyncIterable<Uint8Array>): Promise<Buffer[]> {
  const all: Buffer[] = [];
  for await (const piece of dump) all.push(Buffer.from(piece));
  return all;
}

async function* from(...pieces: Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield await Promise.resolve(piece);
}

const whole = await piecesOf(encodeDump(source));
const bytes = Buffer.concat(whole);
const text = gunzipSync(bytes).toString();

/** What a file holds whose text was changed. */
const changed = (change: (text: string) => string) => from(gzipSync(change(text)));

test('every value comes back as it was, in the order of the tables, with the highest ids', async () => {
  const got: Record<string, unknown[][]> = {};
  const sequences: Record<string, number | undefined> = {};
  const target: DumpTarget = {
    insert({ table }: DumpedTable, rows) {
      got[table] = [...(got[table] ?? []), ...rows];
    },
    endTable({ table }, end) {
      got[table] ??= [];
      sequences[table] = end.sequence;
    },
  };
  const rows = await loadDump(target, { header, source: from(...whole), leaveOut: new Set() });
  assert.equal(rows, 7);
  assert.deepEqual(Object.keys(got), ['a', 'b', 'c']);
  assert.deepEqual(got, rowsOf);
  assert.deepEqual(sequences, { a: 9, b: undefined, c: undefined });
});

test('a dump is made and read in pieces, however they are cut', async () => {
  assert.ok(whole.length > 2, `${whole.length} pieces`);
  for (const size of [1000, 65_537]) {
    const cut = Array.from({ length: Math.ceil(bytes.length / size) }, (_, no) =>
      bytes.subarray(no * size, (no + 1) * size),
    );
    const { rows, tables } = await checkDump(from(...cut));
    assert.deepEqual([rows, tables], [7, { a: 2, b: 0, c: 5 }]);
  }
});

test('its first line is known without the rest', async () => {
  assert.deepEqual(await readDumpHeader(from(gzipSync(`${JSON.stringify(header)}\n`))), header);
});

test('a dump that was cut anywhere is refused, also between two pieces', async () => {
  const ends = whole.map((_, count) => Buffer.concat(whole.slice(0, count)).length);
  const cuts = [...ends, 0, 1, 5, bytes.length - 1, bytes.length - 20, Math.floor(bytes.length / 2)];
  for (const cut of cuts)
    await assert.rejects(checkDump(from(bytes.subarray(0, cut))), DamagedDump, `${cut}`);
});

test('a dump with one byte changed is refused, wherever it is', async () => {
  for (let at = 3; at < bytes.length; at += Math.ceil(bytes.length / 25)) {
    const damaged = Buffer.from(bytes);
    damaged[at] = (damaged[at] ?? 0) ^ 0x10;
    // Some bytes of gzip's own header say nothing.
    const found = await checkDump(from(damaged)).catch((error: unknown) => error);
    if (!(found instanceof DamagedDump)) {
      assert.ok(!(found instanceof Error), String(found));
      assert.ok(gunzipSync(damaged).equals(gunzipSync(bytes)), `byte ${at}`);
    }
  }
});

test('a dump whose lines were changed is refused, although it is valid gzip and JSON', async () => {
  const changes: Readonly<Record<string, (text: string) => string>> = {
    'another value': (all) => all.replace('[1,', '[2,'),
    'a row less': (all) => all.replace(/^\[1,.*\n/m, ''),
    'a row twice': (all) => all.replace(/^(\[1,.*\n)/m, '$1$1'),
    'a table less': (all) => all.replace(/^.*"table":"b".*\n.*\n/m, ''),
    'no end of a table': (all) => all.replace(/^.*"end":"b".*\n/m, ''),
    'no end': (all) => all.replace(/^.*"end":"berth-database".*\n/m, ''),
    'something behind the end': (all) => `${all}{}\n`,
    'another format': (all) => all.replace('"berth-database"', '"other"'),
    'a later version': (all) => all.replace('"version":1', '"version":2'),
    'no JSON': (all) => all.replace('{"end":"b"', '{"end":b'),
    'a row outside of a table': (all) => all.replace('\n', '\n[1]\n'),
  };
  for (const [name, change] of Object.entries(changes)) {
    assert.notEqual(change(text), text, name);
    await assert.rejects(checkDump(changed(change)), DamagedDump, name);
  }
});

test('what is no dump at all is refused', async () => {
  for (const other of [
    Buffer.alloc(0),
    Buffer.from('SQLite format 3\0'),
    gzipSync(''),
    gzipSync('[]\n'),
    gzipSync('{}\n'),
  ])
    await assert.rejects(checkDump(from(other)), DamagedDump);
});

test('a name of a table that would change a statement is refused', async () => {
  const target: DumpTarget = { insert() {}, endTable() {} };
  const bad = changed((all) => all.replaceAll('"b"', '"b; drop"'));
  await assert.rejects(loadDump(target, { header, source: bad, leaveOut: new Set() }), DamagedDump);
});

test('a damaged dump is called so, whatever its rows did to those who took them', async () => {
  const target: DumpTarget = {
    insert(_table, rows) {
      if (rows.some((row) => row.length !== 3)) throw new Error('the database refused a row');
    },
    endTable() {},
  };
  const load = (dump: AsyncIterable<Uint8Array>) =>
    loadDump(target, { header, source: dump, leaveOut: new Set() });
  await assert.rejects(load(changed((all) => all.replace('[1,"text', '[1,,"text'))), DamagedDump);
  await assert.rejects(load(changed((all) => all.replace('[1,"text', '[1,1,"text'))), DamagedDump);
});

test('a first line or the end of a table that means nothing is refused', async () => {
  const first = (more: object) => (all: string) =>
    all.replace(/^.*\n/, `${JSON.stringify({ ...header, ...more })}\n`);
  const changes: Readonly<Record<string, (text: string) => string>> = {
    'no object': (all) => all.replace(/^.*\n/, 'null\n'),
    'no schema': first({ schema: undefined }),
    'an epoch that is none': first({ epoch: '9' }),
    'an epoch without a later one': first({ epoch: Number.MAX_SAFE_INTEGER }),
    'no store': first({ storeId: null }),
    'a time that is none': first({ created: 1e16 }),
    'no columns': (all) => all.replace('"columns":["id","words","bytes"]', '"columns":"id"'),
    'a sequence that is no number': (all) => all.replace('"sequence":9', '"sequence":"9"'),
  };
  for (const [name, change] of Object.entries(changes)) {
    assert.notEqual(change(text), text, name);
    await assert.rejects(checkDump(changed(change)), DamagedDump, name);
  }
});

test('a line without an end is refused before it fills the memory', async () => {
  let given = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    const member = gzipSync(Buffer.alloc(16 * 1024 * 1024, 0x20));
    for (; given < 64; given += 1) yield await Promise.resolve(member);
  }
  await assert.rejects(checkDump(endless()), DamagedDump);
  assert.ok(given < 32, `${given * 16} MiB`);
});

test('a dump fills no table of the engine, and none that tells whose the database is', async () => {
  const target: DumpTarget = { insert() {}, endTable() {} };
  for (const table of ['pg_authid', 'sqlite_master', 'store_identity', 'schema_version']) {
    const bad = changed((all) => all.replaceAll('"b"', `"${table}"`));
    const loading = loadDump(target, { header, source: bad, leaveOut: new Set() });
    await assert.rejects(loading, DamagedDump, table);
  }
});

test('a source that fails is not called a damaged dump', async () => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(bytes.subarray(0, 100));
    throw new Error('EIO');
  }
  await assert.rejects(checkDump(failing()), /EIO/);
});

test('a number that would not come back as it is fails the dump', async () => {
  const wrong = { ...source, rows: () => pageOf([2 ** 53, '', null]) };
  await assert.rejects(piecesOf(encodeDump(wrong)), /cannot be kept exactly/);
});

async function* pageOf(...rows: unknown[][]): AsyncGenerator<unknown[][]> {
  yield await Promise.resolve(rows);
}

test('tables come behind those that they refer to', () => {
  const references = [
    { from: 'a', to: 'c' },
    { from: 'c', to: 'b' },
    { from: 'c', to: 'c' },
    { from: 'b', to: 'gone' },
  ];
  assert.deepEqual(orderTables(['a', 'b', 'c', 'd'], references), ['b', 'd', 'c', 'a']);
  assert.throws(() => orderTables(['a', 'c'], [...references, { from: 'c', to: 'a' }]), /circle/);
});
