import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configFile, optionRows } from './options.ts';

test('an option has one name in three spellings: listen_to, BERTH_LISTEN_TO, --listen-to', () => {
  for (const [name, row] of optionRows) {
    const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    assert.equal(row.key, snake);
    assert.equal(row.env, `BERTH_${snake.toUpperCase()}`);
    if (row.flag !== undefined) assert.equal(row.flag.split(' ')[0], `--${snake.replaceAll('_', '-')}`);
  }
});

test('no two options share a key, a variable or a flag', () => {
  const names = optionRows.flatMap(([, row]) => [row.key, row.env, ...(row.aliases ?? [])]);
  const flags = optionRows.flatMap(([, row]) => row.flag ?? []);
  const all = [...names, ...flags, configFile.env, configFile.flag];
  assert.equal(new Set(all).size, all.length);
});

test('no option could be taken for the secret file of another', () => {
  for (const [, row] of optionRows) {
    assert.doesNotMatch(row.key, /_file$/);
    assert.doesNotMatch(row.env, /_FILE$/);
  }
});

test('a secret has no flag, since everybody can read the arguments of a process', () => {
  const secrets = optionRows.filter(([, row]) => row.secret === true);
  assert.ok(secrets.length >= 2);
  for (const [name, row] of secrets) assert.equal(row.flag, undefined, name);
});

test('a flag takes a value exactly when its option is no switch', () => {
  for (const [, { flag, kind }] of optionRows)
    if (flag !== undefined) assert.equal(/ <.+>$/.test(flag), kind !== 'flag', flag);
});

test('every option is explained in both languages', () => {
  for (const [name, { doc }] of optionRows) {
    assert.match(doc.en, /^\S.*\.$/, name);
    assert.match(doc.zh, /\p{Script=Han}.*。$/u, name);
  }
});
