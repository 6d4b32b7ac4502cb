import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientName } from './client-name.ts';

const like = 'AppleWebKit/537.36 (KHTML, like Gecko)';

test('a browser is called by its name, its version and its system', () => {
  for (const [text, name] of [
    [`Mozilla/5.0 (X11; Linux x86_64) ${like} Chrome/150.0.0.0 Safari/537.36`, 'Chrome 150 · Linux'],
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${like} Chrome/150.0.0.0 Safari/537.36 Edg/150.0.1`,
      'Edge 150 · Windows',
    ],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0', 'Firefox 150 · Linux'],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Safari/605.1.15',
      'Safari 19 · macOS',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1',
      'Safari 19 · iOS',
    ],
    [`Mozilla/5.0 (Linux; Android 16) ${like} Chrome/150.0.0.0 Mobile Safari/537.36`, 'Chrome 150 · Android'],
  ] as const)
    assert.equal(clientName(text), name);
});

test('what is no browser is shown as it calls itself', () => {
  for (const text of ['curl/8.9.1', 'my page', '']) assert.equal(clientName(text), text);
});
