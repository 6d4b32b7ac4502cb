import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../lib/secret.ts';
import { Passwords } from '../platform/crypto/password.ts';
import type { DialectName } from '../platform/db/dialect.ts';
import { dialects, openTestDatabase } from '../platform/db/testing/test-database.ts';
import { can } from './authorize.ts';
import { firstRun } from './first-run.ts';
import { grantsOfUser } from './grants/grant-reads.ts';
import { createManage, type Input } from './manage.ts';
import { findProject } from './projects/project-reads.ts';
import { findUser } from './users/user-reads.ts';

const password = 'Quiet-Harbour-42';

async function open(dialect: DialectName) {
  const opened = await openTestDatabase(dialect);
  const { db } = opened;
  const passwords = new Passwords();
  await firstRun(
    { db, passwords, keepInitialPassword: async () => {}, forgetInitialPassword: async () => {} },
    { password: new Secret(password), allowWeak: false },
  );
  const manage = createManage({ db, passwords, forgetInitialPassword: async () => {}, allowWeak: false });
  const refused = (operation: string, input: Input, code: string) =>
    assert.rejects(
      manage(operation, input),
      { name: 'AppError', code },
      `${operation} ${JSON.stringify(input)}`,
    );
  const may = async (
    username: string,
    permission: 'repository:pull' | 'repository:push',
    path: string,
    tag?: string,
  ) => {
    const user = await findUser(db.reader, username);
    const project = await findProject(db.reader, 'p');
    assert.ok(user && project);
    const place = { project, path, ...(tag === undefined ? {} : { tag }) };
    return can(await grantsOfUser(db.reader, user.id), permission, place, await db.now()).allowed;
  };
  return { opened, db, manage, refused, may, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
}

for (const dialect of dialects) {
  test(`${dialect}: an account begins without rights, and grants add up until they are revoked`, async () => {
    await using world = await open(dialect);
    const { manage, may } = world;
    await manage('users/add', { username: 'bob', password });
    await manage('projects/create', { name: 'p' });
    assert.equal(await may('bob', 'repository:pull', 'a'), false);
    await manage('access/grant', { username: 'bob', role: 'guest', place: 'p' });
    await manage('access/grant', { username: 'bob', role: 'developer', place: 'p/backend/**', tags: 'v*' });
    assert.equal(await may('bob', 'repository:pull', 'a'), true);
    assert.equal(await may('bob', 'repository:push', 'a'), false);
    assert.equal(await may('bob', 'repository:push', 'backend/a', 'v1'), true);
    assert.equal(await may('bob', 'repository:push', 'backend/a', 'latest'), false);
    await manage('access/revoke', { username: 'bob', role: 'guest', place: 'p' });
    assert.equal(await may('bob', 'repository:pull', 'a'), false);
    assert.equal(await may('bob', 'repository:push', 'backend/a', 'v1'), true);
  });

  test(`${dialect}: a grant is there once; granted again it ends when was said last`, async () => {
    await using world = await open(dialect);
    const { db, manage, refused } = world;
    await manage('users/add', { username: 'bob', password });
    await manage('projects/create', { name: 'p' });
    const grant = { username: 'bob', role: 'guest', place: 'p/a' };
    const later = (await db.now()) + 60_000;
    await Promise.all([1, 2, 3].map(() => manage('access/grant', { ...grant, expiresAt: later })));
    await manage('access/grant', grant);
    const listed = (await manage('access/list', { username: 'bob' })) as { expiresAt: number | null }[];
    assert.deepEqual(
      listed.map(({ expiresAt }) => expiresAt),
      [null],
    );
    await refused('access/grant', { ...grant, expiresAt: 1 }, 'BAD_REQUEST');
    await manage('access/revoke', grant);
    await refused('access/revoke', grant, 'NOT_FOUND');
  });

  test(`${dialect}: what cannot be granted is refused and changes nothing`, async () => {
    await using world = await open(dialect);
    const { manage, refused } = world;
    await manage('users/add', { username: 'bob', password });
    await manage('projects/create', { name: 'p' });
    const bad: readonly (readonly [Input, string])[] = [
      [{ username: 'bob', role: 'owner', place: 'p' }, 'BAD_REQUEST'],
      [{ username: 'bob', role: 'guest' }, 'BAD_REQUEST'],
      [{ username: 'bob', role: 'system-admin', place: 'p' }, 'BAD_REQUEST'],
      [{ username: 'bob', role: 'system-admin', tags: 'v*' }, 'BAD_REQUEST'],
      [{ username: 'bob', role: 'guest', place: 'p/' }, 'BAD_REQUEST'],
      [{ username: 'bob', role: 'guest', place: 'p/*' }, 'BAD_REQUEST'],
      [{ username: 'bob', role: 'guest', place: 'p', tags: 'v*x' }, 'BAD_REQUEST'],
      [{ username: 'bob', role: 'guest', place: 'q' }, 'NOT_FOUND'],
      [{ username: 'eve', role: 'guest', place: 'p' }, 'NOT_FOUND'],
      [{ username: 7, role: 'guest', place: 'p' }, 'BAD_REQUEST'],
      [{ username: 'bob\0', role: 'guest', place: 'p' }, 'BAD_REQUEST'],
    ];
    for (const [input, code] of bad) await refused('access/grant', input, code);
    assert.deepEqual(await manage('access/list', { username: 'bob' }), []);
  });

  test(`${dialect}: a project made anew is another one, and reaches nothing of the first`, async () => {
    await using world = await open(dialect);
    const { db, manage, may, refused } = world;
    await manage('users/add', { username: 'bob', password });
    await manage('projects/create', { name: 'p' });
    const first = await findProject(db.reader, 'p');
    await manage('access/grant', { username: 'bob', role: 'developer', place: 'p' });
    await refused('projects/create', { name: 'p' }, 'CONFLICT');
    await manage('projects/delete', { name: 'p' });
    await refused('projects/delete', { name: 'p' }, 'NOT_FOUND');
    await manage('projects/create', { name: 'p' });
    assert.notEqual((await findProject(db.reader, 'p'))?.id, first?.id);
    assert.equal(await may('bob', 'repository:pull', 'a'), false);
    assert.deepEqual(await manage('access/list', { username: 'bob' }), []);
  });

  test(`${dialect}: of several who create one project at the same time one succeeds`, async () => {
    await using world = await open(dialect);
    const outcomes = await Promise.allSettled(
      [1, 2, 3, 4].map(() => world.manage('projects/create', { name: 'p' })),
    );
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') assert.equal((outcome.reason as { code: string }).code, 'CONFLICT');
  });

  test(`${dialect}: somebody can always administer the system`, async () => {
    await using world = await open(dialect);
    const { manage, refused } = world;
    await refused('users/disable', { username: 'admin' }, 'LAST_ADMINISTRATOR');
    await refused('access/revoke', { username: 'admin', role: 'system-admin' }, 'LAST_ADMINISTRATOR');
    await manage('users/add', { username: 'bob', password });
    await manage('access/grant', { username: 'bob', role: 'system-admin' });
    const both = await Promise.allSettled([
      manage('users/disable', { username: 'admin' }),
      manage('users/disable', { username: 'bob' }),
    ]);
    assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  });

  test(`${dialect}: names and passwords that are none are refused`, async () => {
    await using world = await open(dialect);
    const { manage, refused } = world;
    for (const username of [
      '',
      ' bob',
      'bob ',
      'a:b',
      'a,b',
      'a"b',
      'a~b',
      'a#b',
      'a%b',
      'a$b',
      'a\nb',
      'x'.repeat(256),
    ])
      await refused('users/add', { username, password }, 'BAD_REQUEST');
    for (const weak of ['', 'Harbor12345', 'short', `${'Ab1-'.repeat(33)}`])
      await refused('users/add', { username: 'bob', password: weak }, 'BAD_REQUEST');
    for (const name of ['', 'P', 'a b', 'a/b', '-a', 'a-', 'a..b', 'a--b', 'a'.repeat(201), '..', '_catalog'])
      await refused('projects/create', { name }, 'BAD_REQUEST');
    await manage('users/add', { username: 'bob', password });
    await refused('users/add', { username: 'bob', password }, 'CONFLICT');
    await refused('projects/create', { name: 'p', owner: 'nobody' }, 'NOT_FOUND');
  });
}
