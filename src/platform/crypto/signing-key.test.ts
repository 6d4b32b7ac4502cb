import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SigningKey } from './signing-key.ts';

test('a key that was kept verifies what it signed, and nothing that was changed', () => {
  const kept = SigningKey.generate();
  const signature = SigningKey.read(kept).sign('text');
  const again = SigningKey.read(kept);
  assert.equal(signature.length, 64, 'two numbers side by side, RFC 7518 §3.4');
  assert.equal(again.kid, SigningKey.read(kept).kid);
  assert.ok(again.verify('text', signature));
  assert.ok(!again.verify('texts', signature));
  assert.ok(!again.verify('text', Buffer.alloc(64)));
  assert.ok(!again.verify('text', signature.subarray(1)));
  assert.ok(!again.verify('text', Buffer.concat([signature, Buffer.alloc(1)])));
  assert.ok(!SigningKey.read(SigningKey.generate()).verify('text', signature));
});

test('two keys have two names', () => {
  assert.notEqual(SigningKey.read(SigningKey.generate()).kid, SigningKey.read(SigningKey.generate()).kid);
});
