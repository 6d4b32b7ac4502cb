import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../lib/errors.ts';
import { parseScopes } from './parse-scopes.ts';

/** As `name:actions`, with `!catalog` for the list of repositories. */
function read(...texts: string[]): string[] {
  const { repositories, catalog } = parseScopes(texts, 'library');
  const found = repositories.map(({ name, actions }) => `${name.fullName}:${actions.join(',')}`);
  return catalog ? [...found, '!catalog'] : found;
}

const table: readonly (readonly [what: string, texts: readonly string[], found: readonly string[]])[] = [
  ['one', ['repository:team/app:pull'], ['team/app:pull']],
  ['actions in any order, each once', ['repository:team/app:push,pull,push'], ['team/app:pull,push']],
  ['all', ['repository:team/app:*'], ['team/app:pull,push,delete']],
  ['unknown actions are dropped', ['repository:team/app:pull,fly,Push'], ['team/app:pull']],
  ['none but unknown', ['repository:team/app:fly'], ['team/app:']],
  ['no action', ['repository:team/app:'], ['team/app:']],
  ['several in one text', ['repository:t/a:pull repository:t/b:push'], ['t/a:pull', 't/b:push']],
  ['several texts', ['repository:t/a:pull', 'repository:t/b:push'], ['t/a:pull', 't/b:push']],
  ['one name several times', ['repository:t/a:pull', 'repository:t/a:delete'], ['t/a:pull,delete']],
  ['a mount', ['repository:t/a:pull,push repository:s/b:pull'], ['t/a:pull,push', 's/b:pull']],
  ['the default project', ['repository:app:pull'], ['library/app:pull']],
  [
    'two forms of one name',
    ['repository:app:pull', 'repository:library/app:push'],
    ['library/app:pull,push'],
  ],
  ['the host before the name', ['repository:localhost:5000/team/app:pull'], ['team/app:pull']],
  ['the host before a short name', ['repository:localhost:5000/app:pull'], ['library/app:pull']],
  ['a class', ['repository(plugin):team/app:pull'], ['team/app:pull']],
  ['the catalog', ['registry:catalog:*'], ['!catalog']],
  ['another thing of the registry', ['registry:other:*', 'registry:catalog:pull'], []],
  ['blanks', ['', ' ', '  repository:t/a:pull  '], ['t/a:pull']],
  ['no type', [':t/a:pull', 't/a:pull', 'repository', 'repository:', 'repository:t/a'], []],
  ['another type', ['artifact:t/a:pull', 'repository(:t/a:pull', 'REPOSITORY:t/a:pull'], []],
  ['no name', ['repository::pull'], []],
  [
    'bad names',
    ['repository:T/a:pull', 'repository:../a:pull', 'repository:t//a:pull', 'repository:t/a:b:pull'],
    [],
  ],
  [
    'names of properties',
    ['repository:__proto__:pull', 'repository:constructor:pull'],
    ['library/constructor:pull'],
  ],
];

for (const [what, texts, found] of table) {
  test(`a scope is read as it was meant, or left out: ${what}`, () =>
    assert.deepEqual(read(...texts), found));
}

test('a name of one part is left out where there is no default project', () => {
  assert.deepEqual(parseScopes(['repository:app:pull'], '').repositories, []);
});

test('more names than a header can hold are refused, more texts for one name are not', () => {
  const many = Array.from({ length: 51 }, (_, index) => `repository:t/a${index}:pull`);
  assert.equal(parseScopes(many.slice(0, 50), 'library').repositories.length, 50);
  assert.throws(
    () => parseScopes(many, 'library'),
    (error) => error instanceof AppError && error.code === 'BAD_REQUEST',
  );
  assert.equal(parseScopes([`${'repository:t/a:pull '.repeat(2000)}`], 'library').repositories.length, 1);
});
