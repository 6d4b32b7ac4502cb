import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isTokenText, newTokenText, tokenHash } from './new-token-text.ts';

test('a token is known by its form: whatever letter changes, is missing or too much, it is none', () => {
  for (let round = 0; round < 50; round++) {
    const text = newTokenText();
    assert.match(text, /^brt_[0-9A-Za-z]{46}$/);
    assert.ok(isTokenText(text));
    for (let at = 0; at < text.length; at++) {
      const other = text[at] === 'x' ? 'y' : 'x';
      assert.ok(!isTokenText(`${text.slice(0, at)}${other}${text.slice(at + 1)}`), `letter ${at}`);
      assert.ok(!isTokenText(text.slice(0, at)), `cut at ${at}`);
    }
    assert.ok(!isTokenText(`${text}0`) && !isTokenText(` ${text}`) && !isTokenText(`${text}\n`));
  }
});

test('each is another one, and so is what is kept of it, which is not it', () => {
  const texts = Array.from({ length: 200 }, newTokenText);
  assert.equal(new Set(texts).size, 200);
  assert.equal(new Set(texts.map(tokenHash)).size, 200);
  for (const text of texts) assert.match(tokenHash(text), /^sha256:[0-9a-f]{64}$/);
});
