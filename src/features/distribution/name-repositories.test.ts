import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameRepositories } from './name-repositories.ts';

const targets = (names: string[], project: string): string[] =>
  nameRepositories(names, project).named.map(({ name, target }) => `${name} → ${target.fullName}`);

test('a repository without a project belongs to the default project, all others keep their names', () => {
  const named = targets(['nginx', 'team/app', 'team/deep/er'], 'library');
  assert.deepEqual(named, ['nginx → library/nginx', 'team/app → team/app', 'team/deep/er → team/deep/er']);
});

test('two names of one repository are both left out, and another default project keeps them apart', () => {
  const names = ['library/nginx', 'library/redis', 'nginx'];
  const { named, problems } = nameRepositories(names, 'library');
  assert.deepEqual(
    named.map(({ name }) => name),
    ['library/redis'],
  );
  assert.deepEqual(
    problems.map(({ path, reason, detail }) => [path, reason, detail]),
    [
      ['docker/registry/v2/repositories/library/nginx', 'nameTaken', 'library/nginx'],
      ['docker/registry/v2/repositories/nginx', 'nameTaken', 'library/nginx'],
    ],
  );
  assert.equal(targets(names, 'hub').length, 3);
});

test("every name that Docker's registry takes is kept, also as a project", () => {
  const strange = ['a__b', 'a--b', 'a.b', 'a__b/app', 'a--b/c__d', 'a.b/c.d', 'a---b/x', '0/0', 'a_b-c.d/e'];
  const { named, problems } = nameRepositories(strange, 'library');
  assert.deepEqual(problems, []);
  assert.deepEqual(
    named.map(({ target }) => target.fullName),
    strange.map((name) => (name.includes('/') ? name : `library/${name}`)),
  );
});

test('names that cannot be here are told with the reason', () => {
  const { named, problems } = nameRepositories(
    ['Big/Name', 'a___b/app', 'a/b--c', `x/${'y'.repeat(250)}`],
    'library',
  );
  assert.deepEqual(
    named.map(({ name }) => name),
    ['a/b--c'],
  );
  assert.deepEqual(
    problems.map(({ reason }) => reason),
    ['nameInvalid', 'nameInvalid', 'nameInvalid'],
  );
  assert.match(problems[1]?.detail ?? '', /"a___b\/app" is not a repository name/);
  assert.equal(nameRepositories(['nginx'], '').problems[0]?.reason, 'nameInvalid');
});
