import assert from 'node:assert/strict';
import { test } from 'node:test';
import { platformOf, shortInstruction } from './read-config.ts';

test('an instruction is shown as it stood in the Dockerfile', () => {
  assert.equal(shortInstruction('/bin/sh -c #(nop)  CMD ["sh"]'), 'CMD ["sh"]');
  assert.equal(shortInstruction('/bin/sh -c apt-get   update'), 'RUN apt-get update');
  assert.equal(shortInstruction('COPY . /app # buildkit'), 'COPY . /app');
});

test('a platform is told as clients name it, and none where there is none', () => {
  assert.equal(
    platformOf({ extra_attrs: { os: 'linux', architecture: 'arm64', variant: 'v8' } }),
    'linux/arm64/v8',
  );
  assert.equal(platformOf({ extra_attrs: { os: 'linux', architecture: 'amd64' } }), 'linux/amd64');
  assert.equal(platformOf({ extra_attrs: { os: 'unknown', architecture: 'unknown' } }), '');
  assert.equal(platformOf({}), '');
});
