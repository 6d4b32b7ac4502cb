import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutPassword } from './without-password.ts';

const password = 'pä+ss w/ord?';
const base64 = (text: string) => Buffer.from(text).toString('base64');

const told: Readonly<Record<string, string>> = {
  plain: password,
  base64: base64(password),
  'base64 without its end': base64(password).replaceAll('=', ''),
  'base64 for addresses': Buffer.from(password).toString('base64url'),
  'base64 in an address': encodeURIComponent(base64(password)),
  'in an address': encodeURIComponent(password),
  'in an address, in small letters': encodeURIComponent(password).toLowerCase(),
  'in a form': new URLSearchParams({ p: password }).toString().slice(2),
  "SASL's PLAIN": base64(`\0ops\0${password}`),
  "SASL's PLAIN for another account": base64(`ops\0ops\0${password}`),
  "SASL's PLAIN as it is": `\0ops\0${password}`,
  'behind one byte more': base64(`\0ops1\0${password}`),
  'behind two bytes more': base64(`\0ops12\0${password} and more`),
};

for (const [form, text] of Object.entries(told))
  test(`a password is not shown, ${form}`, () => {
    for (const said of [text, `535 5.7.8 no: ${text}, sorry`, `user=${text};`]) {
      const shown = withoutPassword(said, password);
      assert.ok(shown.includes('***'), shown);
      for (const part of ['ss w', 'ord?', ...(text.match(/[\w+/-]{8,}/g) ?? [])]) {
        assert.ok(!shown.includes(part), shown);
        assert.ok(!Buffer.from(shown, 'base64').includes('ss w'), shown);
      }
    }
  });

test('what does not hold the password is shown as it is', () => {
  const said = '250 2.0.0 OK 1732795200 d2e1a72fcca58-7f (AbCdEf+/0123==) 100% sure';
  assert.equal(withoutPassword(said, password), said);
  assert.equal(withoutPassword(said, ''), said);
  assert.equal(withoutPassword('a.c abc', 'a.c'), '*** abc');
  // Too short to have an encoding of its own.
  assert.equal(withoutPassword('YWJj YQ== a', 'a'), 'YWJj YQ== ***');
});
