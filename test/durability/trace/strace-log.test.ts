import assert from 'node:assert/strict';
import { test } from 'node:test';
import { descriptorTarget, parseStrace, pathArg, splitArgs } from './strace-log.ts';

test('a call on one line begins and ends at once', () => {
  const events = parseStrace('12 fdatasync(3</a/b>) = 0\n');
  const call = { name: 'fdatasync', args: ['3</a/b>'] };
  assert.deepEqual(events, [
    { at: 'begin', thread: '12', call: { ...call, result: undefined } },
    { at: 'end', thread: '12', call: { ...call, result: 0 } },
  ]);
});

test('a call that another thread interrupts begins and ends where its lines stand', () => {
  const events = parseStrace(
    [
      '12 pwrite64(3</a/b>, "x", 1, 0 <unfinished ...>',
      '13 read(4<socket:[9]>,  <unfinished ...>',
      '12 <... pwrite64 resumed>)          = 1',
      '13 <... read resumed>"PUT /v2/, HTTP/1.1\\r\\n"..., 65536) = 300',
    ].join('\n'),
  );
  assert.deepEqual(
    events.map(({ at, thread, call }) => [at, thread, call.name, call.args.length, call.result]),
    [
      ['begin', '12', 'pwrite64', 4, undefined],
      ['begin', '13', 'read', 1, undefined],
      ['end', '12', 'pwrite64', 4, 1],
      ['end', '13', 'read', 3, 300],
    ],
  );
});

test('a failed call has a result below zero, and one that never came back has none', () => {
  const results = parseStrace(
    '12 mkdir("/a", 0755) = -1 EEXIST (File exists)\n12 fsync(3</a> <unfinished ...>\n12 +++ killed by SIGKILL +++\n',
  ).map(({ call }) => call.result);
  assert.deepEqual(results, [undefined, -1, undefined]);
});

test('what strace says of signals and ends is no call', () => {
  const notes = '12 --- SIGTERM {si_signo=SIGTERM, si_code=SI_USER} ---\n12 +++ exited with 0 +++\n';
  assert.deepEqual(parseStrace(notes), []);
});

test('a line that cannot be read, and an end without a beginning, are refused', () => {
  assert.throws(() => parseStrace('12 fsync(3</a>'), /nobody can read/);
  assert.throws(() => parseStrace('12 <... fsync resumed>) = 0'), /did not begin/);
});

test('commas in strings, paths and structures do not part arguments', () => {
  assert.deepEqual(
    splitArgs('3</a,b>, "c, \\", d"..., [{iov_base="e, f", iov_len=4}], A|B, 1<<2, {x=1, y=2}'),
    ['3</a,b>', '"c, \\", d"...', '[{iov_base="e, f", iov_len=4}]', 'A|B', '1<<2', '{x=1, y=2}'],
  );
});

test('a descriptor tells what it is of, unless that has no name any more', () => {
  assert.equal(descriptorTarget('3</a/b>'), '/a/b');
  assert.equal(descriptorTarget('4<socket:[12]>'), 'socket:[12]');
  assert.equal(descriptorTarget('3</a/b>(deleted)'), undefined);
  assert.equal(descriptorTarget('3'), undefined);
});

test('a path is read whole or not at all', () => {
  assert.equal(pathArg('"/a/b"'), '/a/b');
  assert.equal(pathArg('"b"', 'AT_FDCWD</a>'), '/a/b');
  assert.throws(() => pathArg('"/a/b"...'), /not a path/);
  assert.throws(() => pathArg('"b"'), /relative/);
});
