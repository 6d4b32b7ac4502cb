import assert from 'node:assert/strict';
import { test } from 'node:test';
import { naturalKey } from './natural-key.ts';

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const sorted = (names: readonly string[]): string[] =>
  names.toSorted((a, b) => compare(naturalKey(a), naturalKey(b)));

test('versions are in the order of their numbers, before them their candidates, behind them their variants', () => {
  const wanted = [
    '0.9',
    'v1',
    '1.2.0-alpha',
    '1.2.0-beta.2',
    '1.2.0-beta.11',
    '1.2.0-rc.1',
    'v1.2.0-rc.2',
    '1.2.0',
    '1.2.0-alpine3.9',
    '1.2.0-alpine3.20',
    '1.2.0-slim',
    'v1.9',
    'v1.10',
    'v1.10.1',
    '2.0-rc1',
    '2.0',
    '2.0.0',
    '2024-01-02',
    '2024-01-10',
    '2024-11-01',
    '20240102',
    '20240110',
  ];
  assert.deepEqual(sorted(wanted.toReversed()), wanted);
});

test('plain names come behind versions, in the order of their bytes, numbers in them counted', () => {
  const wanted = [
    '1.0',
    'Main',
    'build-9',
    'build-10',
    'build-10-amd64',
    'latest',
    'main',
    'main-2',
    'vnext',
  ];
  assert.deepEqual(sorted(wanted.toReversed()), wanted);
});

test('a v in front and leading zeros do not count', () => {
  for (const [a, b] of [
    ['v1.2', '1.2'],
    ['V1.02', '1.2'],
    ['build-007', 'build-7'],
  ] as const)
    assert.equal(naturalKey(a), naturalKey(b));
});

/** The same order, said as a comparison: signs one by one, runs of digits as numbers of any length. */
function compareNaturally(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const [x, y] = [left[at], right[at]];
    if (x === undefined || y === undefined) return x === y ? 0 : x === undefined ? -1 : 1;
    const bothNumbers = typeof x === 'bigint' && typeof y === 'bigint';
    const [one, other] = bothNumbers ? [x, y] : [rankOf(x), rankOf(y)];
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
}

type Part = bigint | string;

/** A number stands where its digits stand among the signs. */
function rankOf(part: Part): number {
  return typeof part === 'bigint' ? 0x30 : (part.codePointAt(0) ?? 0);
}

function partsOf(name: string): Part[] {
  const inWords = (text: string): Part[] =>
    (text.match(/\d+|\D/g) ?? []).map((part) => (/\d/.test(part) ? BigInt(part) : part));
  const [, numbers, rest = ''] = /^[vV]?(\d+(?:\.\d+)*)(.*)$/.exec(name) ?? [];
  if (numbers === undefined) return ['~', ...inWords(name)];
  const words = [
    'alpha',
    'beta',
    'canary',
    'dev',
    'm',
    'milestone',
    'nightly',
    'next',
    'pre',
    'preview',
    'rc',
    'snapshot',
  ];
  const word = /^-([a-z]+)/i.exec(rest)?.[1]?.toLowerCase();
  const between = rest === '' ? '#' : word !== undefined && words.includes(word) ? '!' : '$';
  return [...inWords(numbers), between, ...inWords(rest)];
}

test('the bytes of two keys compare as the names do, whatever the names', () => {
  let seed = 7;
  const below = (limit: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * limit);
  };
  const pieces = [
    'v',
    '1',
    '2',
    '0',
    '10',
    '09',
    '.',
    '.',
    '-',
    '_',
    'rc',
    'alpine',
    'a',
    'Z',
    'm',
    'dev',
    '99999999999999999999',
  ];
  const nameOf = (): string =>
    Array.from({ length: 1 + below(7) }, () => pieces[below(pieces.length)]).join('');
  for (let round = 0; round < 20_000; round += 1) {
    const [a, b] = [nameOf(), nameOf()];
    const [left, right] = [naturalKey(a), naturalKey(b)];
    assert.equal(Math.sign(compare(left, right)), compareNaturally(a, b), `${a} ${b}: ${left} ${right}`);
    assert.equal(compare(left, right), Buffer.compare(Buffer.from(left), Buffer.from(right)));
  }
});
