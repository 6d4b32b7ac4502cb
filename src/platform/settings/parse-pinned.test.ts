import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StartProblem } from '../../lib/start-problem.ts';
import { parsePinned } from './parse-pinned.ts';

test('settings that the start fixes are read from one object', () => {
  assert.deepEqual(parsePinned('{"read_only": true, "token_expiration": 3e1, "ldap_url": ""}'), {
    read_only: true,
    token_expiration: 30,
    ldap_url: '',
  });
  assert.deepEqual(parsePinned('{}'), {});
});

for (const text of [
  '',
  '[]',
  'null',
  'read_only',
  '{"readonly": true}',
  '{"__proto__": true}',
  '{"read_only": "true"}',
  '{"token_expiration": 0}',
  '{"token_expiration": 1.5}',
  '{"oidc_endpoint": "https://login.example"}',
  '{"pull_time_update_disable": true}',
]) {
  test(`what cannot be fixed refuses the start: ${text}`, () => {
    assert.throws(
      () => parsePinned(text),
      (error) => error instanceof StartProblem && error.code === 'configInvalid',
    );
  });
}
