import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PageParts } from './lazy-pages.ts';

const drawn = () => null;

test('what was loaded ahead is drawn as it is; what was drawn before stays what it was', async () => {
  const parts = new PageParts([
    { path: '/a', load: () => Promise.resolve({ Page: drawn }) },
    { path: '/b', load: () => Promise.resolve({ Page: drawn }) },
  ]);
  assert.equal(await parts.loadAhead('/a'), true);
  assert.equal(parts.get('/a'), drawn);
  const lazy = parts.get('/b');
  assert.notEqual(lazy, drawn);
  assert.equal(await parts.loadAhead('/b'), true);
  assert.equal(parts.get('/b'), lazy);
  assert.equal(parts.get('/c'), undefined);
  assert.equal(await parts.loadAhead('/c'), false);
});

test('what cannot be loaded ahead is tried again, once each time', async () => {
  let asked = 0;
  const parts = new PageParts([
    {
      path: '/a',
      load: () => {
        asked += 1;
        return asked === 1 ? Promise.reject(new Error('gone')) : Promise.resolve({ Page: drawn });
      },
    },
  ]);
  assert.deepEqual([await parts.loadAhead('/a'), await parts.loadAhead('/a')], [false, true]);
  assert.equal(await parts.loadAhead('/a'), true);
  assert.equal(asked, 2);
  assert.equal(parts.get('/a'), drawn);
});

test('a page whose code could not be had is another one when it is opened again', async () => {
  const parts = new PageParts([{ path: '/a', load: () => Promise.resolve({ Page: drawn }) }]);
  const first = parts.get('/a');
  assert.equal(parts.get('/a'), first);
  parts.forget('/a');
  assert.equal(await parts.loadAhead('/a'), true);
  assert.equal(parts.get('/a'), drawn);
});
