import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedSource, type SourceChange } from '../../harness/changed-source.ts';
import {
  changeOfPassword,
  indexByTag,
  type Operation,
  operations,
  promises,
  smallBlob,
} from './operations.ts';
import type { PlantedFault } from './planted-faults.ts';
import type { CheckedAnswer, ViolationKind, Work } from './sync-checker.ts';
import { tracedServer } from './traced-server.ts';

type Environment = Readonly<Record<string, string>>;

export interface TraceSuite {
  /** Runs work on a new database, with the variables that tell a server of it. */
  readonly onDatabase: <T>(work: (env: Environment) => Promise<T>) => Promise<T>;
  /** What each change of rows does to the database's log at least. */
  readonly rows: Partial<Work>;
  readonly faults: readonly PlantedFault[];
}

/** All operations, and the planted faults, on one kind of database. */
export function traceSuite(suite: TraceSuite): void {
  test('all that a request has changed is on stable storage before its answer promises it', async (t) => {
    const answers = await traced(suite, operations);
    // A background job may commit while a blob gets its name, or between the flush of a change and its answer, which looks
    // like a commit of theirs. Not in each trace: what the server's code forgets is forgotten in every one.
    const again = answers.flat().some(isSuspicious) ? await traced(suite, operations) : answers;
    const promised = answers.flat().filter((answer) => answer.promises);
    t.diagnostic(`answers ${answers.flat().length}, of them promises ${promised.length}`);
    for (const [index, operation] of operations.entries()) {
      await t.test(operation.name, () => {
        const own = answers[index] ?? [];
        for (const [no, { method, target, violations }] of own.entries()) {
          const repeated = again[index]?.[no]?.violations.map(({ kind }) => kind) ?? [];
          const stands = violations.filter(
            ({ kind }) => !ofCommits.includes(kind) || repeated.includes(kind),
          );
          assert.deepEqual(stands, [], `${method} ${target}`);
        }
        const last = own.at(-1);
        assert.ok(last?.promises === true, 'the last answer promises nothing');
        assertWorked({ ...operation.atLeast, ...suite.rows }, last.work);
      });
    }
  });

  for (const { name, changes, noticed, perhaps = [], at } of suite.faults) {
    test(`the checker notices a planted fault: ${name}`, async () => {
      const answers = await traced(suite, [changeOfPassword, smallBlob, indexByTag], changes);
      const violations = answers.flat().flatMap((answer) => answer.violations);
      const kinds = new Set(violations.map(({ kind }) => kind));
      for (const kind of perhaps) kinds.delete(kind);
      // As above, one in a single run says nothing.
      for (const kind of ofCommits) if (!noticed.includes(kind)) kinds.delete(kind);
      assert.deepEqual([...kinds].toSorted(), noticed);
      assert.ok(
        violations.some(({ path }) => at.test(path)),
        `none at ${at}: ${JSON.stringify(violations)}`,
      );
    });
  }
}

/** What a commit of something else looks like. */
const ofCommits: readonly ViolationKind[] = ['early', 'log'];

function isSuspicious({ violations }: CheckedAnswer): boolean {
  return violations.some(({ kind }) => ofCommits.includes(kind));
}

/** Runs the operations one after the other; returns the answers of each. */
async function traced(
  { onDatabase }: TraceSuite,
  wanted: readonly Operation[],
  changes: readonly SourceChange[] = [],
): Promise<readonly (readonly CheckedAnswer[])[]> {
  const answers = await onDatabase((database) => {
    const changed = changes.length > 0 ? changedSource(changes) : {};
    const env = { BERTH_ADMIN_PASSWORD: undefined, ...database, ...changed };
    return tracedServer({ env, promises }, async (server) => {
      const client = server.client();
      for (const { run } of wanted) await run({ server, client });
    });
  });
  assert.deepEqual(
    answers.map(({ method, status }) => `${method} ${status}`),
    wanted.flatMap((operation) => operation.answers),
    'the trace shows other answers than were given',
  );
  let from = 0;
  return wanted.map((operation) => answers.slice(from, (from += operation.answers.length)));
}

function assertWorked(atLeast: Partial<Work>, work: Readonly<Work>): void {
  for (const [name, least] of Object.entries(atLeast)) {
    const seen = work[name as keyof Work];
    assert.ok(seen >= least, `${name}: ${seen}, fewer than ${least} in ${JSON.stringify(work)}`);
  }
}
