import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JsonBody } from './json-body.ts';

const refused = (message: RegExp) => ({ name: 'AppError', code: 'BAD_REQUEST', message });

test('a body that is no object is refused', () => {
  for (const body of [undefined, null, [], 'x', 1, true])
    assert.throws(() => new JsonBody(body), refused(/must be a JSON object/));
});

test('a field is had by its type; null is as good as none', () => {
  const body = new JsonBody({ a: 'x', b: true, n: 0, nothing: null, __proto__: null });
  assert.equal(body.text('a'), 'x');
  assert.equal(body.flag('b'), true);
  assert.equal(body.optionalWhole('n'), 0);
  for (const name of ['nothing', 'absent', 'constructor', 'toString', '__proto__']) {
    assert.equal(body.optionalText(name), undefined, name);
    assert.equal(body.flag(name), false, name);
    assert.equal(body.optionalWhole(name), undefined, name);
    assert.throws(() => body.text(name), refused(/is needed/));
  }
});

test('a field of another type is refused', () => {
  const body = new JsonBody({ text: 1, flag: 'true', fraction: 1.5, minus: -1, large: 2 ** 60, list: ['x'] });
  assert.throws(() => body.text('text'), refused(/text must be a text/));
  assert.throws(() => body.text('list'), refused(/must be a text/));
  assert.throws(() => body.flag('flag'), refused(/must be true or false/));
  for (const name of ['fraction', 'minus', 'large', 'list'])
    assert.throws(() => body.optionalWhole(name), refused(/whole number/), name);
});
