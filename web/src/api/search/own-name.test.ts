import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownName } from './own-name.ts';

test('a reference is searched without this host, and without any that has a port', () => {
  const host = 'registry.example';
  for (const [words, name] of [
    ['registry.example/team/app:v1', 'team/app:v1'],
    ['https://Registry.Example/team/app', 'team/app'],
    ['localhost:5000/app@sha256:9f2c41a', 'app@sha256:9f2c41a'],
    ['localhost/app', 'app'],
    [' app:v1 ', 'app:v1'],
    ['docker.io/library/nginx', 'docker.io/library/nginx'],
    ['team.one/app:v1', 'team.one/app:v1'],
  ] as const)
    assert.equal(ownName(words, host), name, words);
});
