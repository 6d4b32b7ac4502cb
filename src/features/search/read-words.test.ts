import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readWords } from './read-words.ts';

test('a part of a name is looked for among all kinds but digests', () => {
  assert.deepEqual(readWords(' api '), {
    user: 'api',
    label: 'api',
    project: 'api',
    repository: 'api',
    tag: { repository: '', name: 'api' },
  });
});

test('a tag behind a name is looked for in repositories of that name', () => {
  const { project, repository, tag } = readWords('pay/api:v1.2');
  assert.deepEqual(
    [project, repository, tag],
    [undefined, 'pay/api', { repository: 'pay/api', name: 'v1.2' }],
  );
});

test('seven digits are a digest, six are none; an algorithm leaves names out', () => {
  assert.deepEqual(readWords('9F2C41A').artifact, { repository: '', algorithm: undefined, hex: '9f2c41a' });
  assert.equal(readWords('9F2C41A').repository, '9F2C41A');
  assert.equal(readWords('9f2c41').artifact, undefined);
  const { artifact, repository } = readWords('sha256:9f2c41a');
  assert.deepEqual([artifact?.algorithm, repository], ['sha256', undefined]);
  assert.equal(readWords('sha256:9f2c41').artifact, undefined);
  assert.equal(readWords('release-9f2c41a').artifact, undefined);
});

test('a reference by digest is looked for in repositories of its name, whatever its tag', () => {
  const wanted = {
    repository: 'pay/api',
    artifact: { repository: 'pay/api', algorithm: 'sha256', hex: '9f2c41a' },
  };
  assert.deepEqual(readWords('pay/api@sha256:9f2c41a'), wanted);
  assert.deepEqual(readWords('pay/api:v1@sha256:9f2c41a'), wanted);
});

test('people behind @, and nothing for what no name can be', () => {
  assert.deepEqual(readWords('@alice'), { user: 'alice' });
  assert.deepEqual(readWords('@deadbeef'), { user: 'deadbeef' });
  for (const text of ['', '  ', 'x'.repeat(256), 'a\0b', '\ud800']) assert.deepEqual(readWords(text), {});
});
