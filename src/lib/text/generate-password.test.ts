import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generatePassword } from './generate-password.ts';

const samples = Array.from({ length: 400 }, generatePassword);

test('a generated password is four groups of four that can be read out', () => {
  for (const sample of samples) assert.match(sample, /^[A-Z2-9]{4}(?:-[A-Z2-9]{4}){3}$/);
});

test('a generated password has none of the signs that are taken for each other', () => {
  for (const sample of samples) assert.doesNotMatch(sample, /[IO01]/);
});

test('no two generated passwords are alike', () => {
  assert.equal(new Set(samples).size, samples.length);
});

test('every place of a generated password takes all of the signs', () => {
  // Of 400 draws one sign is missing now and then; three at one place would be a chance of 1 in 10^12.
  for (let place = 0; place < 16; place += 1) {
    const seen = new Set(samples.map((sample) => sample.replaceAll('-', '')[place]));
    assert.ok(seen.size >= 30, `only ${seen.size} of 32 signs at place ${place}`);
  }
});
