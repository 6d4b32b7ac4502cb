import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseStrace } from './strace-log.ts';
import { type CheckedAnswer, checkTrace, type Rules, type Violation } from './sync-checker.ts';

const rules: Rules = {
  folder: '/t',
  data: '/t/data',
  storage: '/t/data/storage',
  database: 'sqlite',
  promises: ({ status }) => status === 201,
};
const staged = '/t/data/storage/berth/staging/u.0';
const blob = '/t/data/storage/blobs/x/data';
const log = '/t/data/berth.db-wal';

const request = 'read(9<socket:[1]>, "PUT /v2/a HTTP/1.1\\r\\n"..., 65536) = 300';
const answer = 'write(9<socket:[1]>, "HTTP/1.1 201 Created\\r\\n"..., 100) = 100';
const logWrite = `pwrite64(5<${log}>, "", 4096, 0) = 4096`;
const logSync = `fdatasync(6<${log}>) = 0`;
const stage = [
  `openat(AT_FDCWD</>, "${staged}", O_WRONLY|O_CREAT|O_TRUNC, 0644) = 7<${staged}>`,
  `pwrite64(7<${staged}>, "x", 1, 0) = 1`,
];
const stagedSync = `fdatasync(7<${staged}>) = 0`;
const publish = ['mkdir("/t/data/storage/blobs/x", 0755) = 0', `rename("${staged}", "${blob}") = 0`];
const innerSync = 'fsync(8</t/data/storage/blobs/x>) = 0';
const outerSync = 'fsync(8</t/data/storage/blobs>) = 0';

/** Lines of thread 1, unless they name another. */
function check(...lines: readonly string[]): readonly CheckedAnswer[] {
  return checkBy(rules, lines);
}

function checkBy(by: Rules, lines: readonly string[]): readonly CheckedAnswer[] {
  const text = lines.map((line) => (/^\d+ /.test(line) ? line : `1 ${line}`)).join('\n');
  return checkTrace(parseStrace(text), by).answers;
}

function violations(...lines: readonly string[]): readonly Violation[] {
  const answers = check(request, ...lines, answer);
  assert.equal(answers.length, 1);
  return answers[0]?.violations ?? [];
}

const ordered = [...stage, stagedSync, ...publish, innerSync, outerSync, logWrite, logSync];

/** The steps without some of them. */
function without(...left: readonly string[]): readonly string[] {
  return ordered.filter((line) => !left.includes(line));
}

test('a blob that is synced, named, its folders and the log synced is answered rightly', () => {
  const [checked] = check(request, ...ordered, answer);
  assert.deepEqual(checked?.violations, []);
  assert.deepEqual([checked?.method, checked?.target, checked?.status], ['PUT', '/v2/a', 201]);
  assert.deepEqual(checked?.work, {
    logWrites: 1,
    logSyncs: 1,
    contentWrites: 2,
    contentSyncs: 1,
    renames: 1,
    folderSyncs: 2,
  });
});

test('each sync that is left out is noticed by its own kind', () => {
  assert.deepEqual(violations(...without(stagedSync)), [
    { kind: 'order', path: blob },
    { kind: 'early', path: blob },
    { kind: 'content', path: blob },
  ]);
  assert.deepEqual(violations(...without(innerSync)), [
    { kind: 'early', path: blob },
    { kind: 'name', path: blob },
  ]);
  assert.deepEqual(violations(...without(outerSync)), [
    { kind: 'early', path: '/t/data/storage/blobs/x' },
    { kind: 'name', path: '/t/data/storage/blobs/x' },
  ]);
  assert.deepEqual(violations(...without(logSync)), [{ kind: 'log', path: log }]);
  assert.deepEqual(violations(...without(logWrite, logSync)), [{ kind: 'unwritten', path: log }]);
});

test('a name that comes before the sync of its content is noticed although all is synced in the end', () => {
  const late = `fdatasync(7<${blob}>) = 0`;
  assert.deepEqual(violations(...stage, ...publish, late, innerSync, outerSync, logWrite, logSync), [
    { kind: 'order', path: blob },
  ]);
});

test('rows that are written before what they speak of is in place are noticed although all is synced in the end', () => {
  const published = [...publish, innerSync, outerSync];
  assert.deepEqual(violations(...stage, stagedSync, ...publish, logWrite, innerSync, outerSync, logSync), [
    { kind: 'early', path: '/t/data/storage/blobs/x' },
    { kind: 'early', path: blob },
  ]);
  assert.deepEqual(violations(...stage, stagedSync, logWrite, ...published, logSync), [
    { kind: 'unwritten', path: log },
  ]);
});

test('a sync counts for what had ended when it began, and when it has succeeded', () => {
  const begun = `2 fdatasync(6<${log}> <unfinished ...>`;
  const ended = '2 <... fdatasync resumed>) = 0';
  assert.deepEqual(violations(logWrite, begun, ended), []);
  assert.deepEqual(violations(begun, logWrite, ended), [{ kind: 'log', path: log }]);
  assert.deepEqual(violations(logWrite, begun), [{ kind: 'log', path: log }]);
  assert.deepEqual(violations(logWrite, `fdatasync(6<${log}>) = -1 EIO (Input/output error)`), [
    { kind: 'log', path: log },
  ]);
});

test('a write that is still under way at the answer is not on stable storage', () => {
  assert.deepEqual(violations(logWrite, logSync, `2 pwrite64(5<${log}>, "", 4096, 0 <unfinished ...>`), [
    { kind: 'log', path: log },
  ]);
});

test('a removed name has to be synced, unless it was never durable', () => {
  const file = '/t/data/secret';
  const made = `openat(AT_FDCWD</>, "${file}", O_WRONLY|O_CREAT, 0644) = 7<${file}>`;
  const gone = `unlink("${file}") = 0`;
  const synced = 'fsync(8</t/data>) = 0';
  assert.deepEqual(violations(made, gone, logWrite, logSync), []);
  assert.deepEqual(violations(made, synced, gone, logWrite, logSync), [{ kind: 'name', path: file }]);
  assert.deepEqual(violations(made, synced, gone, synced, logWrite, logSync), []);
});

test('what an upload has so far, and what SQLite or the next start makes anew, may be unsynced', () => {
  const free = ['berth.db', 'berth.db-shm', 'lock.db'].map(
    (name) => `pwrite64(5</t/data/${name}>, "", 1, 0) = 1`,
  );
  assert.deepEqual(violations(...stage, ...free, logWrite, logSync), []);
});

test('an answer that promises nothing may come before everything, and the next that does finds it', () => {
  const accepted = 'writev(9<socket:[1]>, [{iov_base="HTTP/1.1 202 Accepted\\r\\n"..., iov_len=99}], 1) = 99';
  const answers = check(request, logWrite, accepted, request, answer);
  assert.deepEqual(
    answers.map(({ status, promises, violations: found }) => [
      status,
      promises,
      found.map(({ kind }) => kind),
    ]),
    [
      [202, false, []],
      [201, true, ['unwritten', 'log']],
    ],
  );
});

test('a hundred-something answer is none, and an answer without a request is refused', () => {
  const goOn = 'write(9<socket:[1]>, "HTTP/1.1 100 Continue\\r\\n\\r\\n", 25) = 25';
  assert.deepEqual(violations(goOn, logWrite, logSync), []);
  assert.throws(() => check(answer), /without a request/);
});

test('on PostgreSQL a COMMIT has to be sent behind what it speaks of, and answered before the answer', () => {
  const sent = 'write(7<socket:[7]>, "Q\\0\\0\\0\\vcommit\\0", 12) = 12';
  const done = 'read(7<socket:[7]>, "C\\0\\0\\0\\vCOMMIT\\0Z\\0\\0\\0\\5I", 65536) = 18';
  const other = done.replaceAll('7', '8');
  const files = [...stage, stagedSync, ...publish, innerSync, outerSync];
  const of = (...lines: readonly string[]): readonly Violation[] | undefined =>
    checkBy({ ...rules, database: 'postgres' }, [request, ...lines, answer])[0]?.violations;
  assert.deepEqual(of(...files, sent, done), []);
  const connection = '/postgres/socket:[7]';
  assert.deepEqual(of(...files, sent), [{ kind: 'log', path: connection }]);
  assert.deepEqual(of(...files, sent, other), [{ kind: 'log', path: connection }]);
  assert.deepEqual(of(sent, done, ...files), [{ kind: 'unwritten', path: '/postgres/' }]);
  assert.deepEqual(of(...stage, stagedSync, ...publish, sent, done, innerSync, outerSync), [
    { kind: 'early', path: '/t/data/storage/blobs/x' },
    { kind: 'early', path: blob },
  ]);
});
