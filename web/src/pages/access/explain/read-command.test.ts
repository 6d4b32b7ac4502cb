import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCommand } from './read-command.ts';

test('a command of the server is read, with quotes or without; one with more words is not', () => {
  assert.deepEqual(readCommand('berth access grant bob developer pay/api'), {
    who: 'bob',
    role: 'developer',
    where: 'pay/api',
  });
  assert.deepEqual(readCommand("berth access grant 'robot:robot$pay+ci' pull 'pay/team/**'"), {
    who: 'robot:robot$pay+ci',
    role: 'pull',
    where: 'pay/team/**',
  });
  assert.deepEqual(readCommand('berth access grant bob developer pay/api --tag v1'), {
    who: 'bob',
    role: 'developer',
    where: 'pay/api',
    tag: 'v1',
  });
  assert.equal(readCommand('berth access grant bob developer pay/api --expires 2099-12-31'), undefined);
  assert.equal(readCommand('berth user enable bob'), undefined);
});
