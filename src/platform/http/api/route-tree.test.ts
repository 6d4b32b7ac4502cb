import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApiRoute } from './api-route.ts';
import { RouteTree } from './route-tree.ts';

function route(method: ApiRoute['method'], path: string): ApiRoute {
  return {
    method,
    path,
    operationId: `${method} ${path}`,
    tag: 'test',
    summary: '',
    needs: 'nothing',
    parameters: {},
    answers: {},
    refusals: [],
    answer: () => Promise.resolve({ status: 200 }),
  };
}

const tree = new RouteTree([
  route('GET', '/users/current'),
  route('GET', '/users/{user_id}'),
  route('PUT', '/users/{user_id}/sysadmin'),
  route('GET', '/users/current/permissions'),
  route('GET', '/projects/{project_name_or_id}/members'),
  route('GET', '/projects/{project_name}/repositories/{repository_name}'),
  route('PATCH', '/projects/{project_name}/repositories/{repository_name}'),
]);

function found(method: string, path: string): unknown {
  const answer = tree.find(method, path);
  if (answer === undefined) return undefined;
  return 'methods' in answer ? answer.methods : [answer.route.path, answer.values];
}

test('a word comes before a name, and a name is taken where the word leads nowhere', () => {
  assert.deepEqual(found('GET', '/users/current'), ['/users/current', {}]);
  assert.deepEqual(found('GET', '/users/7'), ['/users/{user_id}', { user_id: '7' }]);
  assert.deepEqual(found('PUT', '/users/current/sysadmin'), [
    '/users/{user_id}/sysadmin',
    { user_id: 'current' },
  ]);
});

test('names of one place may be called differently by each route', () => {
  assert.deepEqual(found('GET', '/projects/p/members'), [
    '/projects/{project_name_or_id}/members',
    { project_name_or_id: 'p' },
  ]);
  assert.deepEqual(found('PATCH', '//projects/p/repositories/a%252Fb/'), [
    '/projects/{project_name}/repositories/{repository_name}',
    { project_name: 'p', repository_name: 'a%2Fb' },
  ]);
});

test('an address without the method lists those that it has, and no address is none', () => {
  assert.deepEqual(found('DELETE', '/projects/p/repositories/r'), ['GET', 'PATCH']);
  assert.equal(found('GET', '/projects/p'), undefined);
  assert.equal(found('GET', '/users/7/sysadmin/more'), undefined);
});

test('two routes for one address and method are a mistake of the program', () => {
  assert.throws(() => new RouteTree([route('GET', '/a/{b}'), route('GET', '/a/{c}')]), /two routes/);
});
