import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { WrongUsage } from '../wrong-usage.ts';
import { givenTarget } from './given-target.ts';
import { dbTexts } from './text.ts';

const cwd = '/';

function refuses(flags: Readonly<Record<string, unknown>>, text: unknown): void {
  assert.throws(
    () => givenTarget({ cwd }, flags),
    (error) => error instanceof WrongUsage && error.text === text,
    JSON.stringify(flags),
  );
}

test('an address without a password is taken from the arguments, one with it is not', () => {
  for (const url of [
    'postgres://berth@db/berth',
    'postgresql://db:5433/berth?sslmode=verify-full',
    'postgres://berth@one:5432,two:5432/berth',
    'postgres:///berth?host=/run/postgresql',
  ]) {
    const target = givenTarget({ cwd }, { to: url });
    assert.equal(target.url.reveal(), url);
    assert.equal(target.name, url.replace(/\?.*/, ''));
    assert.equal(target.setting, `BERTH_DATABASE_URL=${url}`);
  }
  for (const url of [
    'postgres://berth:word@db/berth',
    'postgres://:word@db/berth',
    'postgres://berth:w@rd@db/berth',
    'postgres://db/berth?password=word',
    'postgres://db/berth?host=h&PASSWORD=word',
    'postgres://db/berth?sslpassword=word',
  ])
    refuses({ to: url }, dbTexts.passwordShown);
});

test('the address of a file keeps its password, and is named without it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-test-'));
  const file = join(folder, 'url');
  const names = {
    'postgres://berth:word@db/berth': 'postgres://berth@db/berth',
    'postgres://berth:w@r:d@db:5433/berth?password=other': 'postgres://berth@db:5433/berth',
    'postgres://berth:word@one:1,two:2/berth': 'postgres://berth@one:1,two:2/berth',
    'postgres://db/berth': 'postgres://db/berth',
  };
  for (const [url, name] of Object.entries(names)) {
    writeFileSync(file, `${url}\n`);
    const target = givenTarget({ cwd: folder }, { toFile: 'url' });
    assert.deepEqual([target.url.reveal(), target.name], [url, name]);
    assert.equal(target.setting, `BERTH_DATABASE_URL_FILE=${file}`);
  }
  rmSync(folder, { recursive: true });
});

test('one of the two has to be given, and it has to be PostgreSQL', () => {
  refuses({}, dbTexts.toNeeded);
  refuses({ to: 'postgres://db/berth', toFile: 'url' }, dbTexts.toNeeded);
  refuses({ to: 'sqlite' }, dbTexts.toSqlite);
  refuses({ to: 'mysql://db/berth' }, dbTexts.toWrong);
});
