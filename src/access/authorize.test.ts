import assert from 'node:assert/strict';
import { test } from 'node:test';
import { can } from './authorize.ts';
import type { Grant } from './grants/grant-reads.ts';
import { type RepositoryAction, repositoryActions } from './grants/roles.ts';

const now = 1_800_000_000_000;
const closed = { id: 7, name: 'p1', public: false };
const open = { id: 8, name: 'p2', public: true };

function grant(more: Partial<Grant> = {}): Grant {
  return { role: 'system-admin', scope: 'system', projectId: null, expiresAt: null, ...more };
}

/** The rows of the table: who, and what they may do in the closed and in the open project. */
interface Row {
  readonly who: string;
  readonly grants: readonly Grant[];
  readonly closed: readonly RepositoryAction[];
  readonly seesClosed: boolean;
  readonly open: readonly RepositoryAction[];
}

const all = repositoryActions;

const nobody = { closed: [], seesClosed: false, open: ['pull'] } as const satisfies Partial<Row>;
const inBoth = { closed: all, seesClosed: true, open: all } as const satisfies Partial<Row>;
const inClosed = { closed: all, seesClosed: true, open: ['pull'] } as const satisfies Partial<Row>;

const unknownRole = { role: 'no-such-role' };
const ofClosed = { scope: 'project', projectId: closed.id } as const;
const ofAnother = { scope: 'project', projectId: 99 } as const;

const table: readonly Row[] = [
  { who: 'without grants', grants: [], ...nobody },
  { who: 'a system administrator', grants: [grant()], ...inBoth },
  { who: 'one who has a role in the project', grants: [grant(ofClosed)], ...inClosed },
  { who: 'one who has a role in another project', grants: [grant(ofAnother)], ...nobody },
  { who: 'one who has a role in both', grants: [grant(ofAnother), grant(ofClosed)], ...inClosed },
  { who: 'one with a grant on a project that names none', grants: [grant({ scope: 'project' })], ...nobody },
  {
    who: 'one with a grant on repositories, which counts for those only',
    grants: [grant({ scope: 'repository', projectId: closed.id })],
    ...nobody,
  },
  {
    who: 'one whose role does not exist: sees the project and may do nothing there',
    grants: [grant(unknownRole)],
    ...nobody,
    seesClosed: true,
  },
  {
    who: 'one with a role that does not exist and one that does: grants add up',
    grants: [grant(unknownRole), grant(ofClosed)],
    ...inClosed,
  },
  {
    who: 'the same the other way round',
    grants: [grant(ofClosed), grant(unknownRole)],
    ...inClosed,
  },
  { who: 'one whose grant ends in a moment', grants: [grant({ expiresAt: now + 1 })], ...inBoth },
  { who: 'one whose grant ends now', grants: [grant({ expiresAt: now })], ...nobody },
  { who: 'one whose grant has ended', grants: [grant({ expiresAt: now - 1 })], ...nobody },
  { who: 'one whose grant ended in 1970', grants: [grant({ expiresAt: 0 })], ...nobody },
  {
    who: 'one with a grant that has ended and one that has not',
    grants: [grant({ expiresAt: 1 }), grant(ofClosed)],
    ...inClosed,
  },
];

for (const row of table) {
  test(`rights of ${row.who}`, () => {
    for (const action of all) {
      assert.deepEqual(
        can(row.grants, action, closed, now),
        { allowed: row.closed.includes(action), visible: row.seesClosed },
        `${action} in a closed project`,
      );
      assert.deepEqual(
        can(row.grants, action, open, now),
        { allowed: row.open.includes(action), visible: true },
        `${action} in an open project`,
      );
    }
  });
}
