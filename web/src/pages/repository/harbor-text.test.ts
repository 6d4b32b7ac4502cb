import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escapeHtml, unescapeHtml } from './harbor-text.ts';

test('a text is what it was after it went to the server and came back', () => {
  for (const text of ['a < b & "c" > \'d\'', '&lt; &amp;lt; &#39;', '&amp;#39;', ''])
    assert.equal(unescapeHtml(escapeHtml(text)), text);
});
