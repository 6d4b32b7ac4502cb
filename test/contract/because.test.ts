import assert from 'node:assert/strict';
import { test } from 'node:test';
import { becauseValues } from '../../src/lib/because.ts';
import { becauseTexts, placesIn } from '../../web/src/api/because-text.ts';

test('the console has a Chinese text for each reason that the server gives, and of its values no others', () => {
  const texts = new Map(Object.entries(becauseTexts));
  assert.deepEqual([...texts.keys()].toSorted(), Object.keys(becauseValues).toSorted());
  for (const [kind, values] of Object.entries<readonly string[]>(becauseValues)) {
    const text = texts.get(kind) ?? '';
    for (const name of placesIn(text)) assert.ok(values.includes(name), `${kind}: ${name}`);
    assert.doesNotMatch(text, /您|[\p{Script=Han}][A-Za-z0-9{]|[}A-Za-z0-9][\p{Script=Han}]/u, kind);
    assert.match(text, /\p{Script=Han}.*。\]?$/u, kind);
  }
});
