import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expressionOf, findMatch, matchPath, pathOf } from './match.ts';

test('a parameter is one segment, and many with a star, of which none is a lone hyphen', () => {
  const repository = '/p/:project/r/:repository*';
  assert.deepEqual(matchPath('/p/:project', '/p/team'), { project: 'team' });
  assert.deepEqual(matchPath('/p/:project', '/p/team/'), { project: 'team' });
  assert.equal(matchPath('/p/:project', '/p'), undefined);
  assert.equal(matchPath('/p/:project', '/p/team/more'), undefined);
  assert.deepEqual(matchPath(repository, '/p/team/r/a/b/c'), { project: 'team', repository: 'a/b/c' });
  assert.equal(matchPath(repository, '/p/team/r'), undefined);
  assert.equal(matchPath(repository, '/p/team/r/a/-/artifacts'), undefined);
  assert.deepEqual(matchPath(`${repository}/-/a/:digest/:part`, '/p/team/r/a/b/-/a/sha256:00/raw'), {
    project: 'team',
    repository: 'a/b',
    digest: 'sha256:00',
    part: 'raw',
  });
});

test('an expression matches what its pattern matches', () => {
  const patterns = [
    '/',
    '/p',
    '/p/:project',
    '/p/:project/r/:repository*',
    '/p/:project/r/:repository*/-/t/:tag',
  ];
  const paths = [
    '/',
    '/p',
    '/p/',
    '/p/a',
    '/p/a/r',
    '/p/a/r/b',
    '/p/a/r/b/c-d/-x',
    '/p/a/r/b/-/t/v1',
    '/p/a/r/b/-/t',
    '/q',
  ];
  for (const pattern of patterns)
    for (const path of paths)
      assert.equal(
        new RegExp(expressionOf(pattern)).test(path),
        matchPath(pattern, path) !== undefined,
        `${pattern} ${path}`,
      );
});

test('what is encoded is decoded, and what is not validly encoded is no address', () => {
  assert.deepEqual(matchPath('/t/:tag', '/t/a%2Fb'), { tag: 'a/b' });
  assert.equal(matchPath('/t/:tag', '/t/%E0%A4%A'), undefined);
});

test('the page with the most fixed segments is found, in whatever order they are listed', () => {
  const routes = ['/p/:project', '/p/:project/:tab', '/p/:project/access', '/'].map((path) => ({ path }));
  assert.equal(findMatch(routes, '/p/a/access')?.route.path, '/p/:project/access');
  assert.equal(findMatch(routes, '/p/a/other')?.route.path, '/p/:project/:tab');
  assert.equal(findMatch(routes, '/')?.route.path, '/');
  assert.equal(findMatch(routes, '/nowhere'), undefined);
});

test('a path is made so that it is found again', () => {
  const pattern = '/p/:project/r/:repository*/-/t/:tag';
  const params = { project: 'team', repository: 'a b/c', tag: 'v1/?#' };
  const path = pathOf(pattern, params);
  assert.equal(path, '/p/team/r/a%20b/c/-/t/v1%2F%3F%23');
  assert.deepEqual(matchPath(pattern, path), params);
});
