import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProject } from '../../access/projects/create-project.ts';
import { openRestWorld } from '../../access/testing/rest-world.ts';
import { plansOf } from '../../platform/db/testing/plans.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { systemActor } from '../../platform/events/append.ts';
import type { CertificateLife } from '../../platform/tls/certificate-life.ts';
import { everything, pageOfExpiring } from './expiry-store.ts';
import { expiryRoutes } from './routes.ts';
import { tellExpiry } from './tell-expiry.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** Alice owns the project `shop`, in which Bob is a guest for some days. */
async function openWorld(dialect: (typeof dialects)[number]) {
  let life: CertificateLife | undefined;
  const certificate = () => life;
  const world = await openRestWorld(dialect, ({ db }) =>
    expiryRoutes({ db, certificate, prefix: () => 'bot-' }),
  );
  const { db } = world;
  const now = await db.now();
  const inDays = (days: number): number => Math.round(now + days * dayMs);
  const shop = { name: 'shop', public: false, sparseManifests: false, ownerId: 3, limitBytes: -1 };
  const projectId = await createProject({ db }, { ...shop, actor: systemActor });
  await db.transaction(async (tx) => {
    const token = { last_used_at: null, created_at: 0 };
    const tokens = [
      { id: 1, user_id: 3, name: 'laptop', secret_hash: 'a', expires_at: inDays(20), ...token },
      { id: 2, user_id: 4, name: 'build', secret_hash: 'b', expires_at: inDays(5), ...token },
      { id: 3, user_id: 4, name: 'for ever', secret_hash: 'c', expires_at: null, ...token },
      { id: 4, user_id: 4, name: 'far', secret_hash: 'd', expires_at: inDays(40), ...token },
      { id: 5, user_id: 4, name: 'ended', secret_hash: 'e', expires_at: inDays(-1), ...token },
    ];
    await tx.builder.insertInto('token').values(tokens).execute();
    const robot = { secret_hash: 'x', disabled: 0, created_at: 0, expires_at: inDays(10) };
    await tx.builder
      .insertInto('robot')
      .values([
        { id: 1, name: 'shop+ci', project_id: projectId, ...robot },
        { id: 2, name: 'all', project_id: null, ...robot, expires_at: inDays(11) },
      ])
      .execute();
    const grant = { role: 'guest', tag_pattern: null, created_at: 0, expires_at: inDays(0.5) };
    await tx.builder
      .insertInto('grant')
      .values({
        id: 100,
        principal_kind: 'user',
        principal_id: 4,
        scope: 'repository',
        project_id: projectId,
        repository_pattern: 'api/**',
        ...grant,
      })
      .execute();
  });
  const tell = () => tellExpiry({ db, certificate });
  const told = async (): Promise<string[]> => {
    const rows = await db.reader.builder
      .selectFrom('event')
      .select(['object', 'data'])
      .where('type', '=', 'expiry.near')
      .orderBy('id')
      .execute();
    return rows.map(({ object, data }) => `${object} ${(JSON.parse(data) as { days: number }).days}`);
  };
  const moveTo = (id: number, days: number) =>
    db.transaction((tx) =>
      tx.builder
        .updateTable('token')
        .set({ expires_at: inDays(days) })
        .where('id', '=', id)
        .execute(),
    );
  const list = async (who: string, parameters: object = {}) => {
    const { body, headers } = await world.ask('listExpiring', who, { parameters });
    const names = (body as { kind: string; name: string; where?: string }[]).map(
      ({ kind, name, where }) => `${kind} ${name}${where === undefined ? '' : ` ${where}`}`,
    );
    return { names, total: headers?.['X-Total-Count'] };
  };
  const encrypt = (days: number): void => {
    life = { fingerprint: 'ff', name: 'CN=x', issuer: 'CN=x', names: ['x'], from: 0, to: inDays(days) };
  };
  return { ...world, inDays, tell, told, moveTo, list, encrypt };
}

for (const dialect of dialects) {
  test(`each end that is near is told of once, whatever number of instances look (${dialect})`, async () => {
    await using world = await openWorld(dialect);
    world.encrypt(6);
    const counts = await Promise.all([world.tell(), world.tell(), world.tell()]);
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      6,
    );
    const expected = [
      'certificate:ff 7',
      'grant:100 1',
      'robot:1 14',
      'robot:2 14',
      'token:1 30',
      'token:2 7',
    ];
    assert.deepEqual((await world.told()).toSorted(), expected);
    assert.equal(await world.tell(), 0);
  });

  test(`the next threshold is told of, and a new end from the beginning (${dialect})`, async () => {
    await using world = await openWorld(dialect);
    await world.tell();
    const before = (await world.told()).length;
    const since = async () => (await world.told()).slice(before);
    await world.moveTo(1, 13);
    await world.tell();
    await world.moveTo(1, 25);
    await world.tell();
    assert.deepEqual(await since(), ['token:1 14', 'token:1 30']);
    await world.moveTo(4, 29);
    await world.tell();
    assert.deepEqual((await since()).slice(2), ['token:4 30']);
  });

  test(`what was made for a week is not told of a month before (${dialect})`, async () => {
    await using world = await openWorld(dialect);
    const { db, inDays } = world;
    await db.transaction((tx) =>
      tx.builder
        .updateTable('token')
        .set({ created_at: inDays(0) })
        .where('id', '=', 2)
        .execute(),
    );
    await world.moveTo(2, 6.9);
    await world.tell();
    assert.ok(!(await world.told()).some((line) => line.startsWith('token:2 ')));
  });

  test(`listExpiring: the nearest first, each sees their own and what they look after (${dialect})`, async () => {
    await using world = await openWorld(dialect);
    world.encrypt(12);
    const all = [
      'grant guest shop/api/**',
      'token build',
      'robot bot-shop+ci shop',
      'robot bot-all',
      'certificate CN=x',
      'token laptop',
    ];
    assert.deepEqual(await world.list('admin'), { names: all, total: '6' });
    const alice = ['grant guest shop/api/**', 'robot bot-shop+ci shop', 'token laptop'];
    assert.deepEqual(await world.list('alice'), { names: alice, total: '3' });
    assert.deepEqual((await world.list('bob')).names, ['grant guest shop/api/**', 'token build']);
    assert.deepEqual((await world.list('bob', { within: '366d' })).names.at(-1), 'token far');
    assert.deepEqual((await world.list('admin', { within: '5d' })).names, [
      'grant guest shop/api/**',
      'token build',
    ]);
    await assert.rejects(world.list(''), { code: 'UNAUTHORIZED' });
    for (const within of ['', '0d', '30', '367d', '-1d', '1y'])
      await assert.rejects(world.list('admin', { within }), { code: 'BAD_REQUEST' }, within);
  });

  test(`listExpiring: pages of every size hold each thing once, the certificate in its place (${dialect})`, async () => {
    await using world = await openWorld(dialect);
    for (const days of [0.1, 12, 29]) {
      world.encrypt(days);
      const { names: all } = await world.list('admin', { page_size: 100 });
      assert.equal(all.length, 6);
      for (const size of [1, 2, 4, 5]) {
        const pages: string[] = [];
        for (let page = 1; page <= Math.ceil(6 / size); page += 1)
          pages.push(...(await world.list('admin', { page, page_size: size })).names);
        assert.deepEqual(pages, all, `${size} a page, ${days} days`);
      }
    }
  });
}

for (const dialect of dialects) {
  test(`what ends is found by indexes, whatever else there is (${dialect})`, async () => {
    await using world = await openWorld(dialect);
    const now = await world.db.now();
    const [plan = ''] = await plansOf(world.db, (reader) =>
      pageOfExpiring(reader, { after: now, upTo: now + dayMs, seen: everything, offset: 0, limit: 10 }),
    );
    for (const index of ['grant_by_end', 'robot_by_end', 'token_by_end'])
      assert.ok(plan.includes(index), plan);
  });
}
