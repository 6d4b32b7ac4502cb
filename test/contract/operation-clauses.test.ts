// Every operation that is served does what Harbor's does, clause by clause, and each clause has a test.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { BerthServer } from '../harness/start-server.ts';
import { contract, undescribed } from './harbor-contract.ts';
import { readDifferences } from './harbor-differences.ts';
import { operationsOf, servedDocument } from './served-document.ts';
import { testNames } from './test-names.ts';

/** Names of tests; or that Berth differs here on purpose; or the feature that the clause is about and that is to come. */
type Proof = readonly string[] | 'differs' | `waits for ${string}`;
type Clauses = Readonly<Record<string, Proof>>;

const table = JSON.parse(
  readFileSync(new URL('../../docs/design/harbor-operations.json', import.meta.url), 'utf8'),
) as {
  readonly operations: Readonly<Record<string, Clauses>>;
  readonly undescribed: Readonly<Record<string, Clauses>>;
};

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const served = operationsOf(await servedDocument(server))
  .map(({ operationId }) => operationId)
  .filter((id) => !undescribed.includes(id));
const names = testNames();
const different = new Set(readDifferences().map(({ operation }) => operation));

test('every test that a clause names is there', () => {
  const missing = Object.values({ ...table.operations, ...table.undescribed })
    .flatMap((clauses) => Object.values(clauses))
    .flatMap((proof) => (typeof proof === 'string' ? [] : proof))
    .filter((name) => !names.has(name));
  assert.deepEqual(missing, []);
});

test('every operation of the table is one of Harbor’s', () => {
  const known = new Set(contract.operations.map(({ operationId }) => operationId));
  assert.deepEqual(
    Object.keys(table.operations).filter((id) => !known.has(id)),
    [],
  );
});

test('every clause of an operation that is served has a test, or is a difference on purpose, or waits', (t) => {
  const unmapped: string[] = [];
  let [done, clauses, waiting] = [0, 0, 0];
  for (const id of served) {
    const own = Object.entries(table.operations[id] ?? {});
    const open = own.filter(([, proof]) => typeof proof !== 'string' && proof.length === 0);
    const waits = own.filter(([, proof]) => typeof proof === 'string' && proof.startsWith('waits for '));
    const differs = own.some(([, proof]) => proof === 'differs');
    if (own.length === 0) unmapped.push(`${id}: no clauses`);
    unmapped.push(...open.map(([clause]) => `${id}: ${clause}`));
    if (differs && !different.has(id)) unmapped.push(`${id}: not in harbor-differences.json`);
    clauses += own.length;
    waiting += waits.length;
    if (own.length > 0 && open.length === 0 && waits.length === 0) done += 1;
  }
  t.diagnostic(
    `${done} of ${contract.operations.length} operations; ${served.length} served with ${clauses} clauses, ` +
      `${unmapped.length} unmapped, ${waiting} that wait for a feature`,
  );
  assert.deepEqual(unmapped, []);
});

test('addresses outside the description have their tests, too', () => {
  for (const [address, clauses] of Object.entries(table.undescribed))
    for (const [clause, proof] of Object.entries(clauses))
      assert.ok(typeof proof !== 'string' && proof.length > 0, `${address}: ${clause}`);
});
