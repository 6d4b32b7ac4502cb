import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Chance, seededChance } from '../chance.testing.ts';
import { AppError } from '../errors.ts';
import { parseRepositoryName } from './repository-name.ts';

function refused(clientForm: string, defaultProject = 'library'): AppError {
  try {
    parseRepositoryName(clientForm, defaultProject);
  } catch (error) {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, 'NAME_INVALID');
    return error;
  }
  assert.fail(`${JSON.stringify(clientForm)} was taken for a name`);
}

test('the first part of a name is its project, the rest its path', () => {
  assert.deepEqual(
    { ...parseRepositoryName('team/tools/img', 'library') },
    { fullName: 'team/tools/img', project: 'team', path: 'tools/img', clientForm: 'team/tools/img' },
  );
});

test('only the first part is the project, even when the path repeats it', () => {
  for (const path of [
    'red-ops/tool/img',
    'ops',
    'a/ops/b',
    'repositories/artifacts',
    'x/tags/y',
    'ops/ops',
  ]) {
    const name = parseRepositoryName(`ops/${path}`, 'library');
    assert.deepEqual([name.project, name.path, name.fullName], ['ops', path, `ops/${path}`]);
  }
});

test('a name of one part lies in the default project and keeps what the client wrote', () => {
  assert.deepEqual(
    { ...parseRepositoryName('nginx', 'library') },
    { fullName: 'library/nginx', project: 'library', path: 'nginx', clientForm: 'nginx' },
  );
});

test('without a default project a name of one part is refused, others are not', () => {
  assert.match(refused('nginx', '').message, /names no project/);
  assert.equal(parseRepositoryName('library/nginx', '').fullName, 'library/nginx');
});

test('parts may be divided by a dot, one or two underscores, or any number of hyphens', () => {
  for (const part of ['a.b', 'a_b', 'a__b', 'a-b', 'a--b', 'a-----b', '0', '1.2.3', 'a.b_c-d__e'])
    assert.equal(parseRepositoryName(`p/${part}`, '').path, part);
});

test('separators side by side, at an end, or of another kind are refused', () => {
  const parts = ['.', '..', 'a..b', 'a._b', 'a___b', 'a_.b', 'a-.b', '.a', 'a.', '_a', 'a_', '-a', 'a-', ''];
  for (const part of [...parts, 'a:b', 'a+b', 'a b', 'a\\b', 'a%2fb', 'a\u0000', 'a\n', 'a․b', 'ａ'])
    for (const name of [`p/${part}`, `${part}/img`, `p/${part}/img`]) refused(name);
});

test('upper case is refused', () => {
  for (const name of ['Nginx', 'p/Nginx', 'P/nginx', 'p/É']) refused(name);
});

test('empty parts are refused: no slash at the beginning or end, no two together', () => {
  for (const name of ['', '/', '//', '/p/a', 'p/a/', 'p//a', 'p/', '/p']) refused(name);
});

test('a path out of the folder is no name', () => {
  for (const name of ['../p/a', 'p/../a', 'p/..', './p', 'p/./a', 'p/a/../../..', '..%2f..', 'p\\..\\a'])
    refused(name);
});

test('a name may have 230 characters and not one more', () => {
  const longest = `p/${'a'.repeat(228)}`;
  assert.equal(parseRepositoryName(longest, '').fullName, longest);
  refused(`${longest}a`, '');
});

test('the limit holds for the name with its default project', () => {
  assert.equal(parseRepositoryName('a'.repeat(222), 'library').fullName.length, 230);
  refused('a'.repeat(223), 'library');
});

test('a refusal repeats no more of a long text than a name could have, and is quick about it', () => {
  for (const part of ['a', 'a-', '-', 'a/', '/', '_', 'a__', '../'])
    assert.ok(refused(part.repeat(50_000)).message.length < 300);
});

function validPart({ whole, pick, text }: Chance): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
  const words = Array.from({ length: 1 + whole(3) }, () => text(letters, 1 + whole(6)));
  return words.reduce((part, word) => part + pick(['.', '_', '__', '-', '--', '---']) + word);
}

test('every name of the grammar is taken, whole and unchanged, and its full name stands for itself', () => {
  const chance = seededChance(2);
  for (let round = 0; round < 500; round += 1) {
    const parts = Array.from({ length: 1 + chance.whole(4) }, () => validPart(chance));
    const written = parts.join('/');
    const name = parseRepositoryName(written, 'library');
    assert.equal(name.clientForm, written);
    assert.equal(`${name.project}/${name.path}`, name.fullName);
    assert.equal(name.fullName, parts.length === 1 ? `library/${written}` : written);
    assert.equal(parseRepositoryName(name.fullName, '').fullName, name.fullName);
  }
});

test('a sign that no name has spoils a name wherever it is put', () => {
  const chance = seededChance(3);
  for (let round = 0; round < 500; round += 1) {
    const name = `${validPart(chance)}/${validPart(chance)}`;
    const at = chance.whole(name.length + 1);
    const sign = chance.pick('ABZ:@%+~*?#&=\\"\'<>|,; \t\r\n\u0000\u007fé文'.split(''));
    refused(name.slice(0, at) + sign + name.slice(at));
  }
});
