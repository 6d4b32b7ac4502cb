import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededChance } from '../chance.testing.ts';
import { type ByteRange, parseContentRange, parseRanges } from './byte-range.ts';

/** Where at most one range is asked for. */
function singleRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined {
  const asked = parseRanges(header, size);
  if (asked.kind === 'one') return asked.range;
  return asked.kind === 'unsatisfiable' ? 'unsatisfiable' : undefined;
}

test('several ranges keep their order and are not joined', () => {
  const ranges = [
    { start: 6, end: 8 },
    { start: 0, end: 2 },
    { start: 2, end: 3 },
    { start: 9, end: 10 },
  ];
  assert.deepEqual(parseRanges('bytes=6-7, 0-1 ,2-2,-1', 10), { kind: 'several', ranges });
});

test('of several ranges those that can be satisfied are given, also when it is one', () => {
  assert.deepEqual(parseRanges('bytes=20-30,1-2,10-', 10), {
    kind: 'several',
    ranges: [{ start: 1, end: 3 }],
  });
  assert.deepEqual(parseRanges('bytes=20-30,10-', 10), { kind: 'unsatisfiable' });
});

test('ranges that together are larger than the object get all of it, too many get nothing', () => {
  assert.deepEqual(parseRanges('bytes=0-,0-', 10), { kind: 'whole' });
  assert.deepEqual(parseRanges('bytes=0-5,4-8', 10), { kind: 'whole' });
  const many = (count: number) => `bytes=${Array.from({ length: count }, (_, at) => `${at}-${at}`).join()}`;
  assert.equal(parseRanges(many(1024), 5000).kind, 'several');
  assert.equal(parseRanges(many(1025), 5000).kind, 'too many');
});

test('a first and a last byte, both of them included, are a range', () => {
  assert.deepEqual(singleRange('bytes=0-0', 10), { start: 0, end: 1 });
  assert.deepEqual(singleRange('bytes=2-5', 10), { start: 2, end: 6 });
});

test('a last byte behind the end means the end', () => {
  assert.deepEqual(singleRange('bytes=2-9', 10), { start: 2, end: 10 });
  assert.deepEqual(singleRange('bytes=2-10', 10), { start: 2, end: 10 });
  assert.deepEqual(singleRange(`bytes=2-${2n ** 64n}`, 10), { start: 2, end: 10 });
});

test('without a last byte a range goes to the end', () => {
  assert.deepEqual(singleRange('bytes=0-', 10), { start: 0, end: 10 });
  assert.deepEqual(singleRange('bytes=9-', 10), { start: 9, end: 10 });
});

test('without a first byte a range is the end of that length, at most all of it', () => {
  assert.deepEqual(singleRange('bytes=-1', 10), { start: 9, end: 10 });
  assert.deepEqual(singleRange('bytes=-10', 10), { start: 0, end: 10 });
  assert.deepEqual(singleRange('bytes=-11', 10), { start: 0, end: 10 });
  assert.deepEqual(singleRange(`bytes=-${2n ** 64n}`, 10), { start: 0, end: 10 });
});

test('a range behind the end, of no length, or turned round cannot be satisfied', () => {
  for (const range of [
    '10-',
    '10-20',
    '11-11',
    '-0',
    '5-3',
    '1-0',
    `${2n ** 64n}-`,
    `${2n ** 64n}-${2n ** 65n}`,
  ])
    assert.equal(singleRange(`bytes=${range}`, 10), 'unsatisfiable', range);
});

test('nothing of an empty object can be asked for', () => {
  for (const range of ['0-0', '0-', '-1', '-0', '1-'])
    assert.equal(singleRange(`bytes=${range}`, 0), 'unsatisfiable', range);
});

test('without a header all is sent', () => {
  assert.equal(singleRange(undefined, 10), undefined);
});

test('another unit, or another form is answered with all of it', () => {
  for (const header of [
    '',
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=0-1,',
    'bytes=0-1,x',
    'bytes=0-1,5-3',
    'bytes 0-1',
    'octets=0-1',
    'bytes=a-b',
    'bytes=0x0-0x1',
    'bytes=1e1-',
    'bytes=+0-1',
    'bytes=--1',
    'bytes=0-1-2',
    'bytes=0.0-1',
    'bytes=0-1\n',
    'bytes=１-２',
    'xbytes=0-1',
  ])
    assert.equal(singleRange(header, 10), undefined, JSON.stringify(header));
});

test('the unit may be written in any case, and blanks may follow it', () => {
  assert.deepEqual(singleRange('Bytes=0-1', 10), { start: 0, end: 2 });
  assert.deepEqual(singleRange('bytes= \t0-1', 10), { start: 0, end: 2 });
});

test('a header of the largest size costs no time, whatever it is filled with', () => {
  const started = performance.now();
  for (const filling of [' ', '\t', '9', '-', ' -', '0-1,', '9 '])
    for (const end of ['', 'x', '-', '- x']) {
      const part = filling.repeat(Math.floor(60_000 / filling.length));
      singleRange(`bytes=${part}${end}`, 10);
      singleRange(`bytes=0-${part}${end}`, 10);
      parseContentRange(`${part}${end}`);
      parseContentRange(`0-1/${part}${end}`);
    }
  // Trying every way to share out the blanks took seconds for each of these.
  assert.ok(performance.now() - started < 1000);
});

test('any range gives exactly the bytes that it names', () => {
  const { whole, pick } = seededChance(6);
  for (let round = 0; round < 2000; round += 1) {
    const size = whole(12);
    const [first, last] = [whole(15), whole(15)];
    const [header, isNamed] = pick<[string, (at: number) => boolean]>([
      [`bytes=${first}-${last}`, (at) => at >= first && at <= last],
      [`bytes=${first}-`, (at) => at >= first],
      [`bytes=-${last}`, (at) => at >= size - last],
    ]);
    const named = Array.from({ length: size }, (_, at) => at).filter(isNamed);
    const range = singleRange(header, size);
    assert.ok(range !== undefined, header);
    const given =
      range === 'unsatisfiable'
        ? []
        : Array.from({ length: range.end - range.start }, (_, at) => range.start + at);
    assert.deepEqual(given, named, `${header} of ${size}`);
    assert.equal(range === 'unsatisfiable', named.length === 0, `${header} of ${size}`);
  }
});

test('a chunk says its first and last byte without a unit', () => {
  assert.deepEqual(parseContentRange('0-0'), { start: 0, end: 1 });
  assert.deepEqual(parseContentRange('10-19'), { start: 10, end: 20 });
});

test('a chunk of a client that writes the unit or the length all the same is understood', () => {
  for (const header of ['bytes 10-19', 'bytes=10-19', 'bytes 10-19/*', '10-19/100', '  10-19 '])
    assert.deepEqual(parseContentRange(header), { start: 10, end: 20 }, header);
});

test('a chunk of no form, of no length, or turned round is refused', () => {
  for (const header of [
    '',
    '-',
    '5',
    '5-',
    '-5',
    '5-3',
    '5-4',
    'a-b',
    '0-1,2-3',
    '1.0-2',
    '+1-2',
    '0x0-0x1',
    '*/5',
  ])
    assert.equal(parseContentRange(header), undefined, header);
});

test('the numbers of a chunk are exact or refused', () => {
  assert.deepEqual(parseContentRange('999999999999998-999999999999999'), {
    start: 999_999_999_999_998,
    end: 1_000_000_000_000_000,
  });
  for (const last of [2n ** 53n, 2n ** 63n, 2n ** 64n]) {
    assert.equal(parseContentRange(`0-${last}`), undefined);
    assert.equal(parseContentRange(`${last}-${last}`), undefined);
  }
});

test('any chunk gives back the bytes that it was written for', () => {
  const { whole } = seededChance(7);
  for (let round = 0; round < 500; round += 1) {
    const start = whole(2 ** 31) * whole(2 ** 18);
    const length = 1 + whole(2 ** 31);
    assert.deepEqual(parseContentRange(`${start}-${start + length - 1}`), { start, end: start + length });
  }
});
