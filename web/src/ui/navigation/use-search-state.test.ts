import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSearch, writeSearch } from './use-search-state.ts';

const defaults = { page: '1', sort: 'name', q: '' };

test('what equals its default is left out of an address, and is read back from there', () => {
  assert.equal(writeSearch('', defaults, defaults), '');
  assert.equal(writeSearch('?page=2', defaults, { ...defaults, sort: '-name' }), '?sort=-name');
  assert.deepEqual(readSearch('?sort=-name', defaults), { ...defaults, sort: '-name' });
});

test('keys of others stay, and any text comes back as it was', () => {
  const state = { ...defaults, q: 'a&b=c %+中' };
  const search = writeSearch('?drawer=7', defaults, state);
  assert.match(search, /drawer=7/);
  assert.deepEqual(readSearch(search, defaults), state);
});
