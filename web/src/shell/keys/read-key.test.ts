import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type KeyState, type PressedKey, readKey } from './read-key.ts';

const plain = {
  keyCode: 0,
  isComposing: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
};
const ready: KeyState = { begun: false, typing: false, single: true };
const press = (key: string, more: Partial<PressedKey> = {}, state: Partial<KeyState> = {}) =>
  readKey({ ...plain, key, ...more }, { ...ready, ...state })?.kind;

test('single keys do what the list says, and others nothing', () => {
  assert.deepEqual(
    ['?', '/', 'g', 'j', 'k', 'x', 'c', 'y', 't'].map((key) => press(key)),
    ['help', 'filter', 'begun', 'row', 'row', 'choose', 'copyCommand', 'copyAddress', 'theme'],
  );
  for (const key of ['a', 'J', 'Enter', 'toString', '__proto__']) assert.equal(press(key), undefined, key);
});

test('g and another key go somewhere', () => {
  assert.deepEqual(readKey({ ...plain, key: 'p' }, { ...ready, begun: true }), { kind: 'go', to: '/p' });
  assert.equal(press('p'), undefined);
  assert.equal(press('j', {}, { begun: true }), 'row');
});

test('an input method, a field, a modifier and the preference keep keys to themselves', () => {
  for (const key of ['j', '?', '/']) {
    assert.equal(press(key, { isComposing: true }), undefined);
    assert.equal(press(key, { keyCode: 229 }), undefined);
    assert.equal(press(key, {}, { typing: true }), undefined);
    assert.equal(press(key, {}, { single: false }), undefined);
    for (const modifier of ['ctrlKey', 'metaKey', 'altKey'])
      assert.equal(press(key, { [modifier]: true }), undefined);
  }
});

test('the palette opens from everywhere, but not within an input method', () => {
  for (const state of [{}, { typing: true }, { single: false }]) {
    assert.equal(press('k', { ctrlKey: true }, state), 'palette');
    assert.equal(press('K', { metaKey: true }, state), 'palette');
  }
  assert.equal(press('k', { ctrlKey: true, isComposing: true }), undefined);
  assert.equal(press('k', { ctrlKey: true, altKey: true }), undefined);
});

test('a key that is held goes on through rows only', () => {
  assert.equal(press('j', { repeat: true }), 'row');
  for (const key of ['t', 'x', 'c', 'y', 'g', '?', '/'])
    assert.equal(press(key, { repeat: true }), undefined, key);
});
