import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest } from './nearest.ts';

const names = ['listen', 'data', 'storage', 'default_project', 'log_level', 'lang'];

test('a letter too many, too few, wrong or out of place is a slip', () => {
  for (const [word, meant] of [
    ['listen', 'listen'],
    ['listten', 'listen'],
    ['lisen', 'listen'],
    ['lizten', 'listen'],
    ['litsen', 'listen'],
    ['dat', 'data'],
    ['datas', 'data'],
    ['storge', 'storage'],
    ['loglevel', 'log_level'],
  ] as const)
    assert.equal(nearest(word, names), meant, word);
});

test('upper and lower case do not count', () => {
  assert.equal(nearest('LISTEN', names), 'listen');
  assert.equal(nearest('berth_lisen', ['BERTH_LISTEN', 'BERTH_DATA']), 'BERTH_LISTEN');
});

test('the longer a word, the more slips it may have', () => {
  assert.equal(nearest('default-projekts', names), 'default_project');
  assert.equal(nearest('dxxx', names), undefined);
});

test('of several near names the nearest wins, of equally near ones the first', () => {
  assert.equal(nearest('lange', ['range', 'lang', 'langes']), 'range');
  assert.equal(nearest('langee', ['range', 'langes', 'langee']), 'langee');
});

test('a word that is near to nothing has no nearest name', () => {
  for (const word of ['something', 'xxxxxx', 'administrator'])
    assert.equal(nearest(word, names), undefined, word);
  assert.equal(nearest('listen', []), undefined);
});

test('two edits are a slip in a short word, three are not', () => {
  assert.equal(nearest('abcd', ['abxx']), 'abxx');
  assert.equal(nearest('abcd', ['axxx']), undefined);
  assert.equal(nearest('abcdefghijkl', ['abcdefghxxxx']), 'abcdefghxxxx');
  assert.equal(nearest('abcdefghijkl', ['abcdefgxxxxx']), undefined);
});
