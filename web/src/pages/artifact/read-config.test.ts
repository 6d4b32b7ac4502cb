import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shortInstruction } from './read-config.ts';

test('an instruction is shown as it stood in the Dockerfile', () => {
  assert.equal(shortInstruction('/bin/sh -c #(nop)  CMD ["sh"]'), 'CMD ["sh"]');
  assert.equal(shortInstruction('/bin/sh -c apt-get   update'), 'RUN apt-get update');
  assert.equal(shortInstruction('COPY . /app # buildkit'), 'COPY . /app');
});
