// The real server under strace: before each answer that promises something, all that its request has written, created,
// renamed or removed has to be on stable storage.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedSource, type SourceChange } from '../../harness/changed-source.ts';
import { BerthServer, NotStarted } from '../../harness/start-server.ts';
import {
  changeOfPassword,
  indexByTag,
  type Operation,
  operations,
  promises,
  smallBlob,
} from './operations.ts';
import { plantedFaults } from './planted-faults.ts';
import type { CheckedAnswer, Work } from './sync-checker.ts';
import { tracedServer } from './traced-server.ts';

/** Runs the operations one after the other; returns the answers of each. */
async function traced(
  wanted: readonly Operation[],
  changes: readonly SourceChange[] = [],
): Promise<readonly (readonly CheckedAnswer[])[]> {
  const env = { BERTH_ADMIN_PASSWORD: undefined, ...(changes.length > 0 ? changedSource(changes) : {}) };
  const answers = await tracedServer({ env, promises }, async (server) => {
    const client = server.client();
    for (const { run } of wanted) await run({ server, client });
  });
  assert.deepEqual(
    answers.map(({ method, status }) => `${method} ${status}`),
    wanted.flatMap((operation) => operation.answers),
    'the trace shows other answers than were given',
  );
  let from = 0;
  return wanted.map((operation) => answers.slice(from, (from += operation.answers.length)));
}

function assertWorked(operation: Operation, work: Readonly<Work>): void {
  for (const [name, least] of Object.entries(operation.atLeast)) {
    const seen = work[name as keyof Work];
    assert.ok(seen >= least, `${name}: ${seen}, fewer than ${least} in ${JSON.stringify(work)}`);
  }
}

test('all that a request has changed is on stable storage before its answer promises it', async (t) => {
  const answers = await traced(operations);
  const promised = answers.flat().filter((answer) => answer.promises);
  t.diagnostic(`answers ${answers.flat().length}, of them promises ${promised.length}`);
  for (const [index, operation] of operations.entries()) {
    await t.test(operation.name, () => {
      const own = answers[index] ?? [];
      for (const { method, target, violations } of own)
        assert.deepEqual(violations, [], `${method} ${target}`);
      const last = own.at(-1);
      assert.ok(last?.promises === true, 'the last answer promises nothing');
      assertWorked(operation, last.work);
    });
  }
});

for (const { name, changes, noticed, perhaps = [], at } of plantedFaults) {
  test(`the checker notices a planted fault: ${name}`, async () => {
    const answers = await traced([changeOfPassword, smallBlob, indexByTag], changes);
    const violations = answers.flat().flatMap((answer) => answer.violations);
    const kinds = new Set(violations.map(({ kind }) => kind));
    for (const kind of perhaps) kinds.delete(kind);
    assert.deepEqual([...kinds].toSorted(), noticed);
    assert.ok(
      violations.some(({ path }) => at.test(path)),
      `none at ${at}: ${JSON.stringify(violations)}`,
    );
  });
}

test('a planted fault whose place is gone keeps the server from starting', async () => {
  const gone = { module: 'platform/db/sqlite/log-file', find: 'what is not there', replace: '' };
  await assert.rejects(
    BerthServer.start({ env: changedSource([gone]) }),
    (error) => error instanceof NotStarted && error.message.includes(`${gone.module} has to have this once`),
  );
});
