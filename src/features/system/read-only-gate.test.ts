import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { AppError } from '../../lib/errors.ts';
import { createReadOnlyGate } from './read-only-gate.ts';

function refuses(readOnly: boolean, method: string, url: string): boolean {
  const problem = createReadOnlyGate(() => readOnly)({ method, url } as IncomingMessage);
  if (problem === undefined) return false;
  assert.ok(problem instanceof AppError);
  assert.deepEqual([problem.row.status, problem.row.oci, problem.row.harbor], [403, 'DENIED', 'DENIED']);
  assert.equal(problem.message, 'The system is in read only mode. Any modification is prohibited.');
  return true;
}

test('in read-only mode whatever may change something is refused', () => {
  for (const [method, url] of [
    ['POST', '/api/v2.0/projects'],
    ['PUT', '/v2/library/app/manifests/v1'],
    ['PATCH', '/v2/library/app/blobs/uploads/1'],
    ['DELETE', '/api/v2.0/projects/1'],
    ['POST', '/api/v2.0/configurations'],
    ['PUT', '/api/v2.0/%63onfigurations'],
    ['PUT', '/api/v2.0/configurations/x'],
    ['PUT', '/x?/api/v2.0/configurations'],
    ['PUT', '/c/login'],
    ['MKCOL', '/'],
  ] as const) {
    assert.equal(refuses(true, method, url), true, `${method} ${url}`);
    assert.equal(refuses(false, method, url), false, `${method} ${url}`);
  }
});

test('in read-only mode reading, signing in and ending the mode go on', () => {
  for (const [method, url] of [
    ['GET', '/v2/library/app/manifests/v1'],
    ['HEAD', '/api/v2.0/projects'],
    ['OPTIONS', '/'],
    ['PUT', '/api/v2.0/configurations'],
    ['PUT', '//api/v2.0/configurations/?x=1'],
    ['POST', '/c/login'],
    ['POST', '/c/userExists'],
    ['POST', '/service/token'],
  ] as const)
    assert.equal(refuses(true, method, url), false, `${method} ${url}`);
});
