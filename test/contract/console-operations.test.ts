import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { root } from '../harness/berth-command.ts';
import { BerthServer } from '../harness/start-server.ts';
import { renderOperations } from './render-operations.ts';
import { operationsOf, servedDocument } from './served-document.ts';

const write = process.env['BERTH_WRITE_MANUAL'] === '1';
const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());

test('the console knows the operations that the server has', async () => {
  const path = join(root, 'web/src/api/generated/operations.ts');
  const made = renderOperations(operationsOf(await servedDocument(server)));
  if (write) writeFileSync(path, made);
  assert.ok(readFileSync(path, 'utf8') === made, 'run npm run web:api');
});
