import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainName } from './plain-name.ts';

test('of a reference that was copied the name is left', () => {
  assert.deepEqual(
    [
      'registry.example:5000/team/app:v1',
      'https://registry.example/team/app',
      'localhost/team/app@sha256:00',
      'team/app:v1',
      ' app ',
    ].map(plainName),
    ['team/app', 'team/app', 'team/app', 'team/app', 'app'],
  );
});
