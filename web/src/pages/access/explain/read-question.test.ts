import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readQuestion, repositoryOf } from './read-question.ts';

const hosts = ['localhost:5000', 'registry.example'];
const whereOf = (where: string): string => readQuestion({ who: '', action: 'pull', where }, hosts).where;

test('what one pulls is a place of this registry, by any of its names, and of no other registry', () => {
  assert.equal(whereOf(' localhost:5000/pay/api:v1 '), 'pay/api:v1');
  assert.equal(whereOf('https://Registry.example/pay/api'), 'pay/api');
  assert.equal(whereOf(`registry.example/pay/api:v1@sha256:${'0'.repeat(64)}`), 'pay/api:v1');
  assert.equal(whereOf('docker pull localhost:5000/pay/api:v1\n'), 'pay/api:v1');
  assert.equal(whereOf('skopeo inspect docker://x registry.example/pay/api'), 'pay/api');
  assert.equal(whereOf('other:5000/pay/api:v1'), 'other:5000/pay/api:v1');
  for (const same of ['pay', 'pay/api', 'pay/api:v1', 'system']) assert.equal(whereOf(same), same);
});

test('an action may be written in any case', () => {
  const asked = readQuestion({ who: ' bob ', action: ' Pull ', where: 'pay' }, hosts);
  assert.deepEqual(asked, { who: 'bob', action: 'pull', where: 'pay' });
});

test('a repository is found in a place that is one, or a tag of one', () => {
  const api = { project: 'pay', repository: 'pay/team/api' };
  assert.deepEqual(repositoryOf('pay/team/api'), api);
  assert.deepEqual(repositoryOf('pay/team/api:v1'), { ...api, tag: 'v1' });
  for (const none of ['pay', 'system', '']) assert.equal(repositoryOf(none), undefined);
});
