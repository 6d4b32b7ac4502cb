import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../../api/api-error.ts';
import { draftOf, refusedTarget } from './webhook-draft.ts';

const { targets } = draftOf({
  targets: [
    { type: 'http', address: 'https://ci.example/hook' },
    { type: 'http', address: ' http://10.0.0.1/hook' },
    { type: 'email', address: 'ops@demo.example, on-call@demo.example' },
  ],
});

function refusedFor(kind: string, values: Readonly<Record<string, string>>): string | undefined {
  const error = new ApiError({ status: 400, code: 'BAD_REQUEST', message: '', because: { kind, values } });
  return refusedTarget(error, targets)?.target.address;
}

test('a refusal that is of an address is of the target that has it', () => {
  const inside = 'http://10.0.0.1/hook';
  assert.equal(refusedFor('address not public', { address: inside }), ` ${inside}`);
  const mails = targets[2]?.target.address;
  assert.equal(refusedFor('recipient refused', { address: 'on-call@demo.example' }), mails);
  assert.equal(refusedFor('e-mail invalid', { email: 'ops@demo.example' }), mails);
});

test('a refusal for something else is of no target', () => {
  assert.equal(refusedFor('none chosen', { what: 'events' }), undefined);
  assert.equal(refusedFor('address wrong', { address: 'https://other.example' }), undefined);
});
