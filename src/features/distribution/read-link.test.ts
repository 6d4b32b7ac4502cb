import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkBytes, readLink } from './read-link.ts';

const digest = `sha256:${'0a'.repeat(32)}`;

test('a link is the text of a digest and nothing else', () => {
  assert.equal(Buffer.from(digest).length, linkBytes);
  assert.equal(readLink(Buffer.from(digest)), digest);
  const others = [
    '',
    `${digest}\n`,
    ` ${digest.slice(1)}`,
    digest.toUpperCase(),
    digest.slice(1),
    `sha512:${'0'.repeat(64)}`,
  ];
  for (const text of [...others, '\u00e9'.repeat(35), '\0'.repeat(linkBytes)])
    assert.equal(readLink(Buffer.from(text)), undefined, JSON.stringify(text));
});
