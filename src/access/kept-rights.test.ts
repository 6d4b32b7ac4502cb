import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../lib/errors.ts';
import { parseRepositoryName } from '../lib/oci/repository-name.ts';
import type { Database, Tx } from '../platform/db/database.ts';
import { dialects } from '../platform/db/testing/test-database.ts';
import { append, systemActor } from '../platform/events/append.ts';
import type { Caller } from './caller.ts';
import { type HeldGrant, putGrant, removeGrant } from './grants/grant-writes.ts';
import { createGroup } from './groups/create-group.ts';
import { joinGroup, leaveGroup } from './groups/join-group.ts';
import { keepRights, type Need, resolveAndRequire } from './resolve-and-require.ts';
import { openTeam } from './testing/team.ts';

const actor = systemActor;
const name = parseRepositoryName('team/app', 'library');

async function world(dialect: (typeof dialects)[number]) {
  const team = await openTeam(dialect);
  const { db, userId, projectId } = team;
  const clock = { now: 0 };
  const reads = { count: 0 };
  const clocked: Database = {
    dialect: db.dialect,
    get reader() {
      reads.count += 1;
      return db.reader;
    },
    transaction: (...call) => db.transaction(...call),
    now: () => Promise.resolve(clock.now),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const deps = { db: clocked, rights: keepRights(db) };
  const caller: Caller = { principal: { kind: 'user', id: userId, username: 'alice' } };
  const answer = async (by: Caller = caller, need: Partial<Need> = {}): Promise<string> => {
    try {
      await resolveAndRequire(deps, by, { name, action: 'pull', ...need });
      return 'allowed';
    } catch (error) {
      if (error instanceof AppError) return error.code;
      throw error;
    }
  };
  const grant: HeldGrant = {
    kind: 'user',
    principalId: userId,
    role: 'guest',
    scope: 'project',
    projectId,
    repositoryPattern: null,
    tagPattern: null,
  };
  return { ...team, clock, reads, caller, answer, grant };
}

for (const dialect of dialects) {
  test(`what was allowed just before is refused at once when the right is gone (${dialect})`, async () => {
    await using w = await world(dialect);
    const { db, userId, answer, grant } = w;
    assert.equal(await answer(), 'NAME_UNKNOWN');
    await db.transaction((tx) => putGrant(tx, { ...grant, expiresAt: null, now: 0 }));
    assert.deepEqual([await answer(), await answer()], ['allowed', 'allowed']);
    await db.transaction((tx) => removeGrant(tx, grant));
    assert.equal(await answer(), 'NAME_UNKNOWN');
    const groupId = await createGroup({ db }, { name: 'makers', type: 3, actor });
    const ofGroup = { ...grant, kind: 'group' as const, principalId: groupId };
    await db.transaction((tx) => putGrant(tx, { ...ofGroup, expiresAt: null, now: 0 }));
    await joinGroup({ db }, { groupId, userId, actor });
    assert.deepEqual([await answer(), await answer()], ['allowed', 'allowed']);
    await leaveGroup({ db }, { groupId, userId, actor });
    assert.equal(await answer(), 'NAME_UNKNOWN');
  });

  test(`a right ends at its time although nobody commits (${dialect})`, async () => {
    await using w = await world(dialect);
    const { db, clock, answer, grant } = w;
    await db.transaction((tx) => putGrant(tx, { ...grant, expiresAt: 100, now: 0 }));
    assert.equal(await answer(), 'allowed');
    clock.now = 101;
    assert.equal(await answer(), 'NAME_UNKNOWN');
  });

  test(`what is allowed for one tag, or one action, is not for another (${dialect})`, async () => {
    await using w = await world(dialect);
    const { db, caller, answer, grant } = w;
    await db.transaction((tx) => putGrant(tx, { ...grant, tagPattern: 'v*', expiresAt: null, now: 0 }));
    const tagged = (...tags: readonly string[]) => answer(caller, { tags });
    assert.deepEqual([await tagged('v1'), await tagged('v2')], ['allowed', 'allowed']);
    assert.equal(await tagged('x1'), 'DENIED');
    assert.equal(await tagged('v1', 'x1'), 'DENIED');
    await db.transaction((tx) => putGrant(tx, { ...grant, expiresAt: null, now: 0 }));
    assert.deepEqual([await tagged('x1'), await tagged('x1')], ['allowed', 'allowed']);
    assert.equal(await answer(caller, { action: 'push' }), 'DENIED');
    assert.equal(await answer(caller, { name: parseRepositoryName('other/app', 'library') }), 'NAME_UNKNOWN');
  });

  test(`what is allowed to an account is none of a token's that was not asked for it, or for another project (${dialect})`, async () => {
    await using w = await world(dialect);
    const { db, projectId, caller, answer, grant } = w;
    await db.transaction((tx) => putGrant(tx, { ...grant, expiresAt: null, now: 0 }));
    assert.equal(await answer(), 'allowed');
    const access = { type: 'repository', name: 'team/app', actions: ['pull'], projectId } as const;
    const withToken = (of: object) => answer({ ...caller, token: { access: [{ ...access, ...of }] } });
    assert.equal(await withToken({}), 'allowed');
    assert.equal(await withToken({ actions: ['push'] }), 'UNAUTHORIZED');
    assert.equal(await withToken({ projectId: projectId + 1 }), 'TOKEN_INVALID');
  });

  test(`what is pushed takes no kept right away, and what is changed beside it does (${dialect})`, async () => {
    await using w = await world(dialect);
    const { db, projectId, grant, reads, answer } = w;
    await db.transaction((tx) => putGrant(tx, { ...grant, expiresAt: null, now: 0 }));
    const event = { type: 'artifact.pushed', at: 0, actor, projectId, object: 'team/app:v1' } as const;
    const isAskedAnew = async (): Promise<boolean> => {
      const before = reads.count;
      assert.equal(await answer(), 'allowed');
      return reads.count > before;
    };
    await isAskedAnew();
    await db.transaction((tx) => append(tx, event));
    // Where others write to the same database nothing is kept.
    assert.equal(await isAskedAnew(), dialect === 'postgres');
    const renamed = (tx: Tx) =>
      tx.builder.updateTable('project').set({ updated_at: 5 }).where('id', '=', projectId).execute();
    await db.transaction(async (tx) => {
      await append(tx, event);
      await renamed(tx);
      await append(tx, event);
    });
    assert.equal(await isAskedAnew(), true);
    const failing = db.transaction(async (tx) => {
      await renamed(tx);
      throw new Error('given up');
    });
    await assert.rejects(failing, /given up/);
    assert.equal(await answer(), 'allowed');
  });
}
