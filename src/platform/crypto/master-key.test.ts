import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MasterKey, WrongMasterKey } from './master-key.ts';

function key(text: string): MasterKey {
  const parsed = MasterKey.parse(text);
  assert.ok(parsed !== undefined, text);
  return parsed;
}

const bytes = Buffer.from(Array.from({ length: 32 }, (_, index) => 7 * index + 250));

test('a master key is 32 bytes as hex digits or base64, the same key whichever way it is written', () => {
  const ways = [
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    bytes.toString('base64'),
    bytes.toString('base64url'),
    `${bytes.toString('hex')}\n`,
  ];
  assert.equal(new Set(ways.map((way) => key(way).fingerprint)).size, 1);
  for (const wrong of ['', 'x', bytes.toString('hex').slice(2), `${bytes.toString('hex')}00`, 'g'.repeat(64)])
    assert.equal(MasterKey.parse(wrong), undefined, wrong);
});

test('what was wrapped is unwrapped by the same key for the same purpose, and by nothing else', () => {
  const master = key(MasterKey.generate());
  const plain = Buffer.from('a key of thirty-two bytes, or so');
  const wrapped = master.wrap(plain, 'token');
  assert.deepEqual(master.unwrap(wrapped, 'token'), plain);
  assert.notDeepEqual(master.wrap(plain, 'token'), wrapped, 'the same twice looks different');
  assert.throws(() => master.unwrap(wrapped, 'other'), WrongMasterKey);
  assert.throws(() => key(MasterKey.generate()).unwrap(wrapped, 'token'), WrongMasterKey);
  for (let at = 0; at < wrapped.length; at++) {
    const changed = Uint8Array.from(wrapped);
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.throws(() => master.unwrap(changed, 'token'), WrongMasterKey, `byte ${at}`);
  }
  for (const cut of [0, 5, 12, 27, wrapped.length - 1])
    assert.throws(() => master.unwrap(wrapped.slice(0, cut), 'token'), WrongMasterKey, `cut to ${cut}`);
});

test('names of texts are the same in every process with the key, and tell nothing to who has another', () => {
  const text = MasterKey.generate();
  assert.equal(key(text).nameOf('alice'), key(text).nameOf('alice'));
  assert.notEqual(key(text).nameOf('alice'), key(text).nameOf('bob'));
  assert.notEqual(key(text).nameOf('alice'), key(MasterKey.generate()).nameOf('alice'));
});
