import assert from 'node:assert/strict';
import { test } from 'node:test';
import { putGrant } from '../../access/grants/grant-writes.ts';
import { createProject } from '../../access/projects/create-project.ts';
import { silentLog } from '../../access/testing/parts.ts';
import { openRestWorld } from '../../access/testing/rest-world.ts';
import { AppError } from '../../lib/errors.ts';
import { eventTypes, isStepType } from '../../lib/event-types.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { append, systemActor } from '../../platform/events/append.ts';
import { createAudit } from './audit.ts';
import { auditEventTypes, auditKinds } from './audit-kinds.ts';
import { SilencedKinds } from './silenced-kinds.ts';

interface Event {
  readonly id: number;
  readonly object: string;
}

interface Row {
  readonly id: number;
  readonly username: string;
  readonly resource: string;
  readonly resource_type: string;
  readonly operation: string;
  readonly operation_description?: string;
  readonly operation_result?: boolean;
  readonly op_time: string;
}

async function open(dialect: (typeof dialects)[number]) {
  const world = await openRestWorld(dialect, ({ db }) => createAudit({ db, prefix: () => 'bot-' }).routes);
  const { db } = world;
  const actor = (principal: string) => ({ ...systemActor, principal });
  const projectId = await createProject(
    { db },
    {
      name: 'shop',
      public: false,
      sparseManifests: false,
      ownerId: 3,
      limitBytes: -1,
      actor: actor('user:3'),
    },
  );
  const digest = `sha256:${'a'.repeat(64)}`;
  await db.transaction(async (tx) => {
    const event = (type: (typeof eventTypes)[number], at: number, who: string, object: string, data = {}) =>
      append(tx, { type, at, actor: actor(who), projectId, object, data });
    await event('blob.pushed', 999, 'user:4', `shop/app@${digest}`, { size: 1 });
    await event('artifact.pushed', 1000, 'user:4', `shop/app@${digest}`, { mediaType: 'm', tag: 'v1,v2' });
    await event('tag.moved', 1000, 'user:4', 'shop/app:v1', { digest, previous: null });
    await event('tag.deleted', 2000, 'anonymous', 'shop/app:v2', { previous: digest });
    await event('role.granted', 3000, 'system', 'shop', { username: 'bob', role: 'guest' });
    await append(tx, {
      type: 'user.disabled',
      at: 4000,
      actor: actor('user:1'),
      projectId: null,
      object: 'user:4',
      data: { username: 'bob' },
    });
  });
  const list = async (who: string, parameters: object = {}, operationId = 'listAuditLogExts') => {
    const { body, headers = {} } = await world.ask(operationId, who, { parameters });
    return { rows: body as Row[], headers };
  };
  const resources = async (who: string, q: string, parameters: object = {}) =>
    (await list(who, { q: `op_time=[~1970-01-02T00:00:00],${q}`, ...parameters })).rows.map(
      ({ resource }) => resource,
    );
  return { ...world, projectId, digest, list, resources };
}

const status = (code: number) => (error: unknown) => error instanceof AppError && error.row.status === code;

test('listAuditLogEventTypes: every kind of event has its words, or is a step of another', () => {
  assert.deepEqual(Object.keys(auditKinds).toSorted(), [...eventTypes].toSorted());
  assert.deepEqual(
    eventTypes.filter((type) => auditKinds[type] === undefined),
    eventTypes.filter(isStepType),
  );
  assert.deepEqual(auditEventTypes().slice(0, 2), ['create_artifact', 'delete_artifact']);
  assert.ok(auditEventTypes().includes('create_tag'));
});

for (const dialect of dialects) {
  test(`listAuditLogExts: rows are Harbor's, the newest first (${dialect})`, async () => {
    await using world = await open(dialect);
    const { rows, headers } = await world.list('admin', { q: 'op_time=[~1970-01-02T00:00:00]' });
    assert.deepEqual(
      rows.map(({ id: _id, ...row }) => row),
      [
        {
          username: 'admin',
          resource: 'bob',
          resource_type: 'user',
          operation: 'update',
          op_time: '1970-01-01T00:00:04.000Z',
          operation_description: 'disable user: bob',
          operation_result: true,
        },
        {
          username: 'system',
          resource: 'shop',
          resource_type: 'member',
          operation: 'create',
          op_time: '1970-01-01T00:00:03.000Z',
          operation_description: 'grant a role in: shop, guest of bob',
          operation_result: true,
        },
        {
          username: 'anonymous',
          resource: 'shop/app:v2',
          resource_type: 'tag',
          operation: 'delete',
          op_time: '1970-01-01T00:00:02.000Z',
          operation_description: 'delete tag: shop/app:v2',
          operation_result: true,
        },
        {
          username: 'bob',
          resource: 'shop/app:v1',
          resource_type: 'tag',
          operation: 'create',
          op_time: '1970-01-01T00:00:01.000Z',
          operation_description: 'set tag: shop/app:v1',
          operation_result: true,
        },
        {
          username: 'bob',
          resource: 'shop/app:v1',
          resource_type: 'artifact',
          operation: 'create',
          op_time: '1970-01-01T00:00:01.000Z',
          operation_description: `push artifact: shop/app@${world.digest}`,
          operation_result: true,
        },
      ],
    );
    assert.equal(headers['X-Total-Count'], '5');
    assert.equal(headers['X-Total-Count-Relation'], undefined);
    const older = await world.list('admin', { q: 'op_time=[~1970-01-02T00:00:00]' }, 'listAuditLogs');
    assert.deepEqual(Object.keys(older.rows[0] ?? {}).toSorted(), [
      'id',
      'op_time',
      'operation',
      'resource',
      'resource_type',
      'username',
    ]);
  });

  test(`listAuditEvents: what is known of each row, page by page by its place (${dialect})`, async () => {
    await using world = await open(dialect);
    const ask = async (who: string, parameters: object = {}) =>
      (await world.ask('listAuditEvents', who, { parameters })).body as { items: Event[]; next?: string };
    const [event] = (await ask('admin', { type: 'tag.deleted' })).items;
    assert.deepEqual(
      { ...event, id: 0 },
      {
        id: 0,
        time: '1970-01-01T00:00:02.000Z',
        event: 'tag.deleted',
        type: 'delete_tag',
        result: 'done',
        actor: 'anonymous',
        username: 'anonymous',
        address: '',
        client: '',
        request_id: '',
        project_id: world.projectId,
        object: 'shop/app:v2',
        before: { digest: world.digest },
        after: {},
      },
    );
    const walk = async (parameters: object): Promise<number[]> => {
      const ids: number[] = [];
      for (let after: string | undefined, pages = 0; pages < 20; pages += 1) {
        const { items, next } = await ask('admin', { limit: 2, ...parameters, ...(after && { after }) });
        ids.push(...items.map(({ id }) => id));
        if (next === undefined) return ids;
        after = next;
      }
      throw new Error('the pages have no end');
    };
    const shop = await walk({ project: 'shop' });
    assert.equal(shop.length, 5);
    assert.deepEqual(await walk({ project: 'shop', sort: 'op_time' }), shop.toReversed());
    const objects = async (who: string, parameters: object): Promise<string[]> =>
      (await ask(who, parameters)).items.map(({ object }) => object);
    const early = { to: '1970-01-02T00:00:00Z' };
    assert.deepEqual(await objects('admin', { ...early, type: 'create_tag' }), ['shop/app:v1']);
    assert.deepEqual(await objects('admin', { ...early, actor: 'bob', object: '~:v1' }), ['shop/app:v1']);
    assert.deepEqual(await objects('admin', { ...early, from: '1970-01-01T01:00:04+01:00' }), ['bob']);
    assert.deepEqual(await objects('admin', { ...early, result: 'refused' }), []);
    assert.deepEqual(await objects('admin', { ...early, project: 'none' }), []);
    assert.deepEqual(await objects('bob', early), [], 'no project is theirs');
    assert.deepEqual(await objects('alice', { ...early, type: 'update_user' }), []);
    assert.equal((await objects('alice', early)).length, 4);
    for (const wrong of [{ after: 'x' }, { from: 'today' }, { limit: 0 }])
      await assert.rejects(ask('admin', wrong), status(400));
    await assert.rejects(ask(''), status(401));
  });

  test(`disabled_audit_log_event_types: what is named is hidden from then on, and stays so (${dialect})`, async () => {
    await using world = await open(dialect);
    let names = 'delete_tag, login_user';
    await using silenced = new SilencedKinds({ db: world.db, log: silentLog, named: () => names });
    const add = async (object: string): Promise<void> => {
      await world.db.transaction(async (tx) => {
        const event = { at: 5000, actor: systemActor, projectId: world.projectId, object } as const;
        await append(tx, { ...event, type: 'tag.deleted' });
        await append(tx, { ...event, type: 'tag.deleted.refused' });
        await append(tx, { ...event, type: 'tag.moved' });
      });
    };
    await add('shop/app:before');
    await silenced.tell();
    await add('shop/app:meanwhile');
    names = '';
    await silenced.tell();
    await add('shop/app:later');
    const { rows } = await world.list('admin', { q: 'op_time=[1970-01-01T00:00:05~1970-01-01T00:00:05]' });
    assert.deepEqual(
      rows.map(({ resource, operation }) => `${operation} ${resource}`),
      [
        'create shop/app:later',
        'delete shop/app:later',
        'delete shop/app:later',
        'create shop/app:meanwhile',
        'create shop/app:before',
        'delete shop/app:before',
        'delete shop/app:before',
      ],
    );
    const stored = await world.db.reader.builder
      .selectFrom('event')
      .select('id')
      .where('at', '=', 5000)
      .execute();
    assert.equal(stored.length, 9, 'other things than the log live by events');
  });

  test(`listAuditLogExts: conditions, order and pages choose the rows (${dialect})`, async () => {
    await using world = await open(dialect);
    const { resources } = world;
    assert.deepEqual(await resources('admin', 'operation=delete'), ['shop/app:v2']);
    assert.deepEqual(await resources('admin', 'resource_type={member user}'), ['bob', 'shop']);
    assert.deepEqual(await resources('admin', 'username=bob'), ['shop/app:v1', 'shop/app:v1']);
    assert.deepEqual(await resources('admin', 'username=~YST'), ['shop']);
    assert.deepEqual(await resources('admin', 'resource=bob'), ['bob']);
    assert.deepEqual(await resources('admin', 'resource=shop/app:v1'), ['shop/app:v1', 'shop/app:v1']);
    assert.deepEqual(await resources('admin', 'resource=shop/app:v'), []);
    assert.deepEqual(await resources('admin', 'resource=~app:'), ['shop/app:v2', 'shop/app:v1']);
    assert.deepEqual(await resources('admin', 'op_result=false'), []);
    assert.deepEqual(await resources('admin', 'operation_result=true,operation=delete'), ['shop/app:v2']);
    assert.deepEqual(await resources('admin', 'op_time__gte=1970-01-01T00:00:03'), ['bob', 'shop']);
    const first = await resources('admin', 'operation=~', {}).catch((error: unknown) => error);
    assert.ok(first instanceof AppError && first.row.status === 400);
    assert.deepEqual(await resources('admin', 'unknown=1', { page_size: 2 }), ['bob', 'shop']);
    assert.deepEqual(await resources('admin', 'unknown=1', { page_size: 2, page: 3 }), ['shop/app:v1']);
    assert.deepEqual(await resources('admin', 'unknown=1', { page_size: 2, sort: 'op_time' }), [
      'shop/app:v1',
      'shop/app:v1',
    ]);
    assert.deepEqual((await resources('admin', 'unknown=1', { page_size: 0 })).length, 5);
  });

  test(`listAuditLogExts: robots and groups are called by their names, and found by them (${dialect})`, async () => {
    await using world = await open(dialect);
    const { db, resources } = world;
    const by = { ...systemActor, principal: 'robot:7' };
    const row = { secret_hash: '', disabled: 0, expires_at: null, created_at: 0 };
    await db.transaction(async (tx) => {
      await tx.builder
        .insertInto('robot')
        .values({ ...row, id: 7, name: 'shop+ci', project_id: world.projectId })
        .execute();
      await tx.builder
        .insertInto('user_group')
        .values({ id: 8, name: 'team', type: 3, created_at: 0, updated_at: 0 })
        .execute();
      const tag = { type: 'tag.deleted', at: 5000, projectId: world.projectId, data: {} } as const;
      await append(tx, { ...tag, actor: by, object: 'shop/app:v3' });
      await append(tx, { ...tag, actor: { ...by, principal: 'robot:70' }, object: 'shop/app:v4' });
      const group = { at: 6000, actor: by, projectId: null } as const;
      await append(tx, {
        ...group,
        type: 'group.created',
        object: 'group:8',
        data: { name: 'then', type: 3 },
      });
      await append(tx, {
        ...group,
        type: 'group.deleted',
        object: 'group:9',
        data: { name: 'gone', type: 3 },
      });
      const data = { group: 'devs', role: 'guest', tags: null };
      await append(tx, { ...group, at: 6001, type: 'role.granted', object: 'shop', data });
    });
    const { rows } = await world.list('admin', { q: 'op_time=[1970-01-01T00:00:05~1970-01-02T00:00:00]' });
    assert.equal(rows[0]?.operation_description, 'grant a role in: shop, guest of the group devs');
    assert.deepEqual(
      rows.slice(1).map(({ username, resource }) => [username, resource]),
      [
        ['bot-shop+ci', 'gone'],
        ['bot-shop+ci', 'team'],
        ['robot:70', 'shop/app:v4'],
        ['bot-shop+ci', 'shop/app:v3'],
      ],
    );
    assert.deepEqual(await resources('admin', 'username=bot-shop%2Bci'), [
      'shop',
      'gone',
      'team',
      'shop/app:v3',
    ]);
    assert.deepEqual(await resources('admin', 'username=shop%2Bci'), []);
    assert.deepEqual(await resources('admin', 'username=~BOT,resource=team'), ['team']);
  });

  test(`listAuditLogExts: what people in a project call theirs tells no name of anybody else (${dialect})`, async () => {
    await using world = await open(dialect);
    const { resources } = world;
    await world.db.transaction(async (tx) => {
      const label = {
        type: 'label.created',
        at: 5000,
        actor: systemActor,
        projectId: world.projectId,
      } as const;
      await append(tx, { ...label, object: 'user:4', data: { id: 1, description: '', color: '' } });
    });
    const since = 'op_time=[1970-01-01T00:00:05~1970-01-02T00:00:00]';
    for (const who of ['alice', 'admin']) {
      const { rows } = await world.list(who, { q: since });
      assert.deepEqual(
        rows.map(({ resource, operation_description: said }) => [resource, said]),
        [['user:4', 'create label: user:4']],
      );
    }
    const events = await world.ask('listAuditEvents', 'alice', { parameters: { type: 'label.created' } });
    assert.deepEqual(
      (events.body as { items: Event[] }).items.map(({ object }) => object),
      ['user:4'],
    );
    assert.deepEqual(await resources('alice', 'resource=bob'), []);
    assert.deepEqual(await resources('alice', 'resource=~bo'), []);
    assert.deepEqual(await resources('alice', 'resource=user:4'), ['user:4']);
  });

  test(`listAuditLogExts: others see the log of the projects that they administer (${dialect})`, async () => {
    await using world = await open(dialect);
    const { resources } = world;
    assert.deepEqual(await resources('bob', 'id__gte=0'), []);
    assert.equal((await resources('alice', 'id__gte=0')).length, 4);
    await assert.rejects(world.list(''), status(401));
    await assert.rejects(world.list('alice', {}, 'listAuditLogEventTypes'), status(403));
    assert.ok((await world.list('admin', {}, 'listAuditLogEventTypes')).rows.length > 5);
    await world.db.transaction((tx) =>
      putGrant(tx, {
        kind: 'user',
        principalId: 4,
        role: 'projectAdmin',
        scope: 'repository',
        projectId: world.projectId,
        repositoryPattern: '**',
        tagPattern: null,
        expiresAt: null,
        now: 0,
      }),
    );
    assert.deepEqual(await resources('bob', 'id__gte=0'), [], 'a grant on repositories is none on the log');
  });

  test(`getLogExts, getLogs: the log of one project is for its administrators (${dialect})`, async () => {
    await using world = await open(dialect);
    for (const operationId of ['getLogExts', 'getLogs']) {
      const of = (who: string, project_name = 'shop') => world.list(who, { project_name }, operationId);
      assert.equal((await of('alice')).headers['X-Total-Count'], '5', 'with its creation');
      assert.equal((await of('admin')).headers['X-Total-Count'], '5');
      await assert.rejects(of('bob'), status(403));
      await assert.rejects(of(''), status(401));
      await assert.rejects(of('admin', 'none'), status(404));
    }
  });

  test(`listAuditLogExts: ten thousand rows are counted, and that there are more is said (${dialect})`, async () => {
    await using world = await open(dialect);
    await world.db.transaction(async (tx) => {
      const row = { type: 'tag.moved', at: 5000, actor: 'system', address: '', client: '', request_id: '' };
      for (let block = 0; block < 11; block += 1)
        await tx.builder
          .insertInto('event')
          .values(
            Array.from({ length: 1000 }, (_, no) => ({
              ...row,
              project_id: world.projectId,
              object: `shop/many:${block}-${no}`,
              data: '{}',
            })),
          )
          .execute();
    });
    const { headers } = await world.list('admin', { page: 2000 });
    assert.equal(headers['X-Total-Count'], '10000');
    assert.equal(headers['X-Total-Count-Relation'], 'gte');
    const all = await world.list('admin', { page_size: 0 });
    assert.equal(all.rows.length, 10_000);
  });
}
