import assert from 'node:assert/strict';
import { test } from 'node:test';
import { format, inspect } from 'node:util';
import { Secret } from './secret.ts';

const value = 'correct horse battery staple';
const secret = new Secret(value);

test('a secret is there for who asks for it by name', () => {
  assert.equal(secret.reveal(), value);
});

test('a secret does not get into text', () => {
  assert.equal(String(secret), '(secret)');
  assert.equal(secret.toString(), '(secret)');
  assert.equal(['password', secret].join(' '), 'password (secret)');
  assert.equal(new Error(String(secret)).message, '(secret)');
});

test('a secret does not get into JSON, however deep it lies', () => {
  assert.equal(JSON.stringify(secret), '"(secret)"');
  assert.equal(JSON.stringify({ a: [{ secret }] }), '{"a":[{"secret":"(secret)"}]}');
});

test('a secret does not get into what the inspector prints', () => {
  assert.equal(inspect(secret), '(secret)');
  assert.equal(inspect({ a: { secret } }), '{ a: { secret: (secret) } }');
  for (const how of ['%s', '%o', '%O', '%j', '%i']) assert.doesNotMatch(format(how, secret), /horse/);
});

test('not even an inspector that looks behind custom printing finds a secret', () => {
  const shown = inspect(
    { secret },
    { customInspect: false, showHidden: true, depth: 9, getters: true, showProxy: true },
  );
  assert.doesNotMatch(shown, /horse/);
});

test('copying or listing the properties of a secret yields nothing', () => {
  assert.deepEqual(Object.assign({}, secret), {});
  assert.deepEqual(Reflect.ownKeys(secret), []);
  assert.doesNotMatch(JSON.stringify(structuredClone(secret)), /horse/);
});

test('an error that holds a secret can be printed', () => {
  const error = Object.assign(new Error('sign-in failed', { cause: { secret } }), { secret });
  assert.doesNotMatch(inspect(error), /horse/);
});
