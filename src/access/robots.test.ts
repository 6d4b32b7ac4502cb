import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { AppError, type ErrorCode } from '../lib/errors.ts';
import { Passwords } from '../platform/crypto/password.ts';
import { SigningKey } from '../platform/crypto/signing-key.ts';
import type { Database } from '../platform/db/database.ts';
import { dialects, openTestDatabase } from '../platform/db/testing/test-database.ts';
import type { Actor } from '../platform/events/append.ts';
import { createAuthenticate } from './authenticate.ts';
import { type Access, parseAccessList } from './grants/access-list.ts';
import { robotPermissions } from './grants/robot-permissions.ts';
import { insertProject } from './projects/project-writes.ts';
import { type CreatedRobot, createRobot } from './robots/create-robot.ts';
import { refreshRobot } from './robots/refresh-robot.ts';
import { findRobot, pageOfRobots, type Robot } from './robots/robot-reads.ts';
import { robotUse } from './robots/robot-use.ts';
import { updateRobot } from './robots/update-robot.ts';
import { LoginSlowing } from './slowing/login-slowing.ts';
import { silentLog, testMasterKey } from './testing/parts.ts';
import { createTokens } from './tokens/tokens.ts';
import { insertUser } from './users/user-writes.ts';

const actor: Actor = { principal: 'user:1', address: '192.0.2.1', client: 'test', requestId: 'r' };
const creator = { kind: 'user', id: 1, username: 'admin' } as const;
const from = { clientAddress: '192.0.2.1', client: 'ci/1' };
const key = SigningKey.read(SigningKey.generate());
const project = { id: 1, name: 'library' };

class CountingPasswords extends Passwords {
  verified = 0;
  override verify(given: string, phc: string | undefined): Promise<boolean> {
    this.verified += 1;
    return super.verify(given, phc);
  }
}

async function open(dialect: (typeof dialects)[number]) {
  const opened = await openTestDatabase(dialect);
  const { db } = opened;
  await db.transaction(async (tx) => {
    await insertUser(tx, { id: 1, username: 'admin', passwordHash: null, now: 0, deletedAt: null });
    await insertProject(tx, { ...project, ownerId: 1, public: false, now: 0 });
  });
  const passwords = new CountingPasswords();
  const slowing = new LoginSlowing({ db, masterKey: testMasterKey(), log: silentLog });
  const settings = { prefix: 'robot$' };
  const noted: number[] = [];
  const tokens = createTokens({
    keys: { current: () => Promise.resolve(key), find: () => Promise.resolve(key) },
    clock: () => 1_800_000_000_000,
    lifeSeconds: () => 60,
    defaultProject: 'library',
    log: silentLog,
    visibleProjectId: () => Promise.resolve(1),
  });
  const robots = {
    prefix: () => settings.prefix,
    note: (id: number) => void noted.push(id),
  };
  return {
    db,
    deps: { db, passwords },
    passwords,
    settings,
    noted,
    tokens,
    ...createAuthenticate({ db, passwords, slowing, tokens, robots, personalTokens: { note: () => {} } }),
    async [Symbol.asyncDispose]() {
      await slowing[Symbol.asyncDispose]();
      await opened[Symbol.asyncDispose]();
    },
  };
}

const access = (...permissions: readonly string[]): Access[] => parseAccessList(permissions.join(' '));

function make(deps: { db: Database; passwords: Passwords }, name: string): Promise<CreatedRobot> {
  return createRobot(deps, {
    name,
    project,
    description: '',
    durationDays: 1,
    disabled: false,
    blocks: [{ kind: 'project', project, access: access('repository:pull'), repositories: undefined }],
    creator,
    actor,
  });
}

const change = (robot: Robot) => ({
  id: robot.id,
  description: robot.description,
  disabled: robot.disabled,
  durationDays: robot.durationDays,
  blocks: robot.blocks,
  requireHeld() {},
  actor,
});

const basic = (name: string, secret: string): string =>
  `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`;
const fails = (code: ErrorCode, message: RegExp) => (error: unknown) =>
  error instanceof AppError && error.code === code && message.test(error.message);

for (const dialect of dialects) {
  test(`${dialect}: a robot signs in without anything slow, and its use is noted`, async () => {
    await using world = await open(dialect);
    const { id, name, secret } = await make(world.deps, 'ci');
    assert.deepEqual(await world.authenticate(basic(`robot$${name}`, secret), from), {
      principal: { kind: 'robot', robotId: id, robotName: 'robot$library+ci' },
    });
    assert.equal(world.passwords.verified, 0);
    assert.deepEqual(world.noted, [id]);
    for (const [login, given] of [
      [`robot$${name}`, 'wrong'],
      ['robot$absent', secret],
      [name, secret],
      ['robot$', secret],
    ] as const)
      await assert.rejects(world.authenticate(basic(login, given), from), fails('UNAUTHORIZED', /wrong/));
    assert.equal(world.passwords.verified, 4);
  });

  const ends: Readonly<
    Record<string, readonly [end: (db: Database, id: number) => Promise<unknown>, why: RegExp]>
  > = {
    'its end': [(db, id) => set(db, id, { expires_at: 1 }), /robot\$library\+ci has expired/],
    'being switched off': [(db, id) => set(db, id, { disabled: 1 }), /robot\$library\+ci is disabled/],
    'another secret': [
      (db, id) => refreshRobot({ db, passwords: new Passwords() }, { id, secret: undefined, actor }),
      /wrong/,
    ],
    'being deleted': [
      (db, id) => db.transaction((tx) => tx.builder.deleteFrom('robot').where('id', '=', id).execute()),
      /wrong/,
    ],
  };
  for (const [what, [end, why]] of Object.entries(ends)) {
    test(`${dialect}: tokens and remembered secrets of a robot end at once with ${what}`, async () => {
      await using world = await open(dialect);
      const { id, name, secret } = await make(world.deps, 'ci');
      const header = basic(`robot$${name}`, secret);
      const signedIn = await world.signIn(header, from);
      const { token } = await world.tokens.issue({ ...signedIn, scopes: ['repository:app:pull'] });
      await world.authenticate(`Bearer ${token}`, from);
      await end(world.db, id);
      await assert.rejects(world.authenticate(`Bearer ${token}`, from), fails('TOKEN_INVALID', /closed/));
      await assert.rejects(world.authenticate(header, from), fails('UNAUTHORIZED', why));
    });
  }

  test(`${dialect}: another prefix is another login for all robots at once, also for those just seen`, async () => {
    await using world = await open(dialect);
    const { name, secret } = await make(world.deps, 'ci');
    await world.authenticate(basic(`robot$${name}`, secret), from);
    world.settings.prefix = 'bot-';
    await assert.rejects(
      world.authenticate(basic(`robot$${name}`, secret), from),
      fails('UNAUTHORIZED', /wrong/),
    );
    const { principal } = await world.authenticate(basic(`bot-${name}`, secret), from);
    assert.equal(principal.kind === 'robot' ? principal.robotName : '', 'bot-library+ci');
  });

  test(`${dialect}: a robot saved as it is writes no permissions anew, beyond 2^31 too (H24)`, async () => {
    await using world = await open(dialect);
    const { db, deps } = world;
    for (const table of ['grant', 'robot'])
      await db.transaction(async ({ builder }) => {
        if (dialect === 'postgres')
          await sql`select setval(pg_get_serial_sequence(${`"${table}"`}, 'id'), 2147483640)`.execute(
            builder,
          );
        else
          await sql`insert into sqlite_sequence (name, seq) values (${table}, 2147483640)`.execute(builder);
      });
    let id = 0;
    for (let round = 0; round < 10; round += 1) ({ id } = await make(deps, `ci-${round}`));
    assert.ok(id > 2 ** 31);
    const blocks = robotPermissions.project
      .slice(0, 30)
      .map(
        (permission) => ({ kind: 'project', project, access: access(permission), repositories: [] }) as const,
      );
    const robot = await findRobot(db.reader, id);
    assert.ok(robot !== undefined);
    await updateRobot(deps, { ...change(robot), blocks });
    const changed = await findRobot(db.reader, id);
    assert.deepEqual(changed?.blocks, blocks);
    const grants = () =>
      db.reader.builder
        .selectFrom('grant')
        .select('id')
        .where('principal_id', '=', id)
        .orderBy('id')
        .execute();
    const before = await grants();
    for (let round = 0; round < 20; round += 1) await updateRobot(deps, change(changed));
    assert.deepEqual(await grants(), before);
    assert.equal(before.length, 30);
  });

  test(`${dialect}: who knows of no limits writes each back where it was, and none is lifted`, async () => {
    await using world = await open(dialect);
    const { db, deps } = world;
    const other = { id: 2, name: 'other' };
    await db.transaction((tx) => insertProject(tx, { ...other, ownerId: 1, public: false, now: 0 }));
    const block = (permissions: string, repositories?: string[], place = project) =>
      ({ kind: 'project', project: place, access: access(...permissions.split(' ')), repositories }) as const;
    const blocks = [
      block('repository:pull', ['x/**']),
      block('repository:push repository:pull', ['y']),
      block('member:list', []),
      block('repository:pull', ['z'], other),
    ];
    const made = {
      name: 'ci',
      project: undefined,
      description: '',
      durationDays: 1,
      disabled: false,
      creator,
      actor,
    };
    const { id } = await createRobot(deps, { ...made, blocks });
    const read = async (): Promise<Robot> => (await findRobot(db.reader, id)) ?? assert.fail();
    const before = await read();
    const save = (...asked: Parameters<typeof updateRobot>[1]['blocks']) =>
      updateRobot({ db }, { ...change(before), blocks: asked });
    const unsaid = before.blocks.map((each) => ({ ...each, repositories: undefined }));
    await save(...unsaid);
    assert.deepEqual((await read()).blocks, before.blocks);
    await save(...unsaid.toReversed());
    assert.deepEqual((await read()).blocks, before.blocks.toReversed());
    await save(...unsaid);
    const unclear = fails('CONFLICT', /limited to x\/\*\* and y in library/);
    await assert.rejects(save(block('repository:push member:list')), unclear);
    await assert.rejects(save(...unsaid, block('repository:push repository:pull')), unclear);
    const everywhere = { kind: 'project', access: access('artifact:delete') } as const;
    const beyond = fails('CONFLICT', /limited to z in other: artifact:delete in all projects/);
    const said = block('repository:pull', ['x/**']);
    await assert.rejects(save(said, { ...everywhere, repositories: undefined }), beyond);
    assert.deepEqual((await read()).blocks, before.blocks);
    await save(block('repository:push', undefined, other), block('member:list'));
    assert.deepEqual(
      (await read()).blocks.map(({ repositories }) => repositories),
      [['z'], []],
    );
  });

  test(`${dialect}: two makers of one name at once: one makes it`, async () => {
    await using world = await open(dialect);
    const made = await Promise.allSettled([1, 2, 3].map(() => make(world.deps, 'same')));
    assert.deepEqual(made.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected', 'rejected']);
    const events = await world.db.reader.builder.selectFrom('event').select('type').execute();
    assert.deepEqual(
      events.map(({ type }) => type),
      ['robot.created'],
    );
  });

  test(`${dialect}: a page of a project's robots is read by an index`, async () => {
    await using world = await open(dialect);
    await make(world.deps, 'b');
    await make(world.deps, 'a');
    const page = { projectId: 1, offset: 0, limit: 1, sort: [{ by: 'name', descending: false }] } as const;
    const { rows, count } = await pageOfRobots(world.db.reader, page);
    assert.deepEqual([rows.map(({ name }) => name), count], [['library+a'], 2]);
    if (dialect !== 'sqlite') return;
    const plan = await sql<{ detail: string }>`explain query plan
      select id from robot where project_id is null order by name, id limit 1`.execute(
      world.db.reader.builder,
    );
    assert.match(plan.rows.map(({ detail }) => detail).join('; '), /^SEARCH robot USING .*robot_by_project/);
  });

  test(`${dialect}: robots without an end come first in the order of their ends`, async () => {
    await using world = await open(dialect);
    const ids = [await make(world.deps, 'a'), await make(world.deps, 'b')].map(({ id }) => id);
    await set(world.db, ids[0] ?? 0, { expires_at: 5 });
    await set(world.db, ids[1] ?? 0, { expires_at: null });
    for (const descending of [false, true]) {
      const sort = [{ by: 'expiresAt', descending }] as const;
      const { rows } = await pageOfRobots(world.db.reader, { projectId: 1, offset: 0, limit: 2, sort });
      assert.deepEqual(
        rows.map(({ id }) => id),
        descending ? ids : ids.toReversed(),
      );
    }
  });

  test(`${dialect}: the last use is written once a minute, for what is still there`, async () => {
    await using world = await open(dialect);
    const { id } = await make(world.deps, 'ci');
    await using use = robotUse({ db: world.db, log: silentLog });
    use.note(id, { address: '192.0.2.7', client: 'crane' });
    use.note(999, { address: '192.0.2.7', client: 'gone' });
    await use.write();
    const first = (await findRobot(world.db.reader, id))?.lastUse;
    assert.deepEqual([first?.address, first?.client], ['192.0.2.7', 'crane']);
    use.note(id, { address: '192.0.2.8', client: 'skopeo' });
    await use.write();
    assert.deepEqual((await findRobot(world.db.reader, id))?.lastUse, first);
  });
}

function set(
  db: Database,
  id: number,
  values: { expires_at?: number | null; disabled?: number },
): Promise<unknown> {
  return db.transaction((tx) => tx.builder.updateTable('robot').set(values).where('id', '=', id).execute());
}
