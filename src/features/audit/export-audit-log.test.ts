import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProject } from '../../access/projects/create-project.ts';
import { openRestWorld } from '../../access/testing/rest-world.ts';
import { AppError } from '../../lib/errors.ts';
import type { EventType } from '../../lib/event-types.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { append, systemActor } from '../../platform/events/append.ts';
import { createAudit } from './audit.ts';

async function open(dialect: (typeof dialects)[number]) {
  const world = await openRestWorld(dialect, ({ db }) => createAudit({ db, prefix: () => 'bot-' }).routes);
  const { db } = world;
  const actorOf = (principal: string) => ({
    principal,
    address: '192.0.2.7',
    client: '=cmd|"x"',
    requestId: 'r-1',
  });
  const projectId = await createProject(
    { db },
    {
      name: 'shop',
      public: false,
      sparseManifests: false,
      ownerId: 3,
      limitBytes: -1,
      actor: { ...systemActor, principal: 'user:3' },
    },
  );
  const add = (
    events: readonly (readonly [type: EventType, who: string, object: string, data?: object])[],
    of: number | null = projectId,
  ) =>
    db.transaction(async (tx) => {
      let at = Date.UTC(2030, 0, 1);
      for (const [type, who, object, data = {}] of events)
        await append(tx, { type, at: at++, actor: actorOf(who), projectId: of, object, data: data as never });
    });
  const text = async (who: string, parameters: object = {}): Promise<string> => {
    const answer = await world.ask('exportAuditLog', who, { parameters });
    let all = '';
    for await (const piece of answer.body as AsyncIterable<string>) all += piece;
    return all;
  };
  const rows = async (who: string, parameters: object = {}) =>
    (await text(who, { from: '2029-01-01', ...parameters }))
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  const objects = async (who: string, parameters: object = {}) =>
    (await rows(who, parameters)).map((row) => row['object']);
  return { ...world, projectId, add, text, rows, objects };
}

for (const dialect of dialects) {
  test(`exportAuditLog: a line of JSON has all that was recorded (${dialect})`, async () => {
    await using world = await open(dialect);
    await world.add([['label.updated', 'user:4', 'label:9', { nameBefore: 'a', name: 'b' }]]);
    const [row] = await world.rows('admin');
    assert.deepEqual(
      { ...row, id: 0 },
      {
        id: 0,
        time: '2030-01-01T00:00:00.000Z',
        type: 'label.updated',
        operation: 'update',
        resource_type: 'label',
        actor: 'user:4',
        username: 'bob',
        object: 'label:9',
        resource: 'label:9',
        project_id: world.projectId,
        address: '192.0.2.7',
        client: '=cmd|"x"',
        request_id: 'r-1',
        data: { nameBefore: 'a', name: 'b' },
      },
    );
  });

  test(`exportAuditLog: CSV is quoted, and no cell is a formula (${dialect})`, async () => {
    await using world = await open(dialect);
    await world.add([['tag.deleted', 'user:4', 'shop/app:v1', { previous: 'x' }]]);
    const [head, line, end] = (await world.text('admin', { format: 'csv', type: 'tag.deleted' })).split(
      '\r\n',
    );
    assert.equal(
      head,
      'id,time,type,operation,resource_type,actor,username,object,resource,project_id,address,client,request_id,data',
    );
    assert.equal(
      line?.replace(/^\d+/, 'N'),
      `N,2030-01-01T00:00:00.000Z,tag.deleted,delete,tag,user:4,bob,shop/app:v1,shop/app:v1,${world.projectId},192.0.2.7,"'=cmd|""x""",r-1,"{""previous"":""x""}"`,
    );
    assert.equal(end, '');
  });

  test(`exportAuditLog: exactly what matches, in either order, beyond one look at the log (${dialect})`, async () => {
    await using world = await open(dialect);
    const many = Array.from({ length: 2500 }, (_, at) => `shop/app:v${at}`);
    await world.add(many.map((object, at) => ['tag.deleted', at % 2 === 0 ? 'user:4' : 'user:3', object]));
    await world.add([['blob.pushed', 'user:4', 'shop/app@x']]);
    const bobs = many.filter((_, at) => at % 2 === 0);
    assert.deepEqual(await world.objects('admin'), many);
    assert.deepEqual(await world.objects('admin', { sort: '-op_time' }), many.toReversed());
    assert.deepEqual(await world.objects('admin', { actor: 'bob' }), bobs);
    assert.deepEqual(await world.objects('admin', { q: 'username=bob' }), bobs);
    assert.deepEqual(await world.objects('admin', { object: 'shop/app:v7', project: 'shop' }), [
      'shop/app:v7',
    ]);
    assert.deepEqual(await world.objects('admin', { project: 'other' }), []);
    assert.deepEqual(await world.objects('admin', { type: 'tag.moved' }), []);
    assert.deepEqual(
      (await world.objects('admin', { to: '2030-01-01T00:00:00.003Z' })).length,
      3,
      'a time at the end is not in it',
    );
  });

  test(`exportAuditLog: others get the log of the projects that they administer (${dialect})`, async () => {
    await using world = await open(dialect);
    await world.add([['tag.deleted', 'user:4', 'shop/app:v1']]);
    await world.add([['user.disabled', 'user:1', 'user:4']], null);
    assert.deepEqual(await world.objects('admin'), ['shop/app:v1', 'user:4']);
    assert.deepEqual(await world.objects('bob'), []);
    assert.deepEqual(await world.objects('bob', { project: 'shop' }), []);
    assert.ok((await world.text('alice', { type: 'project.created' })).includes('"shop"'));
    const status = (code: number) => (error: unknown) =>
      error instanceof AppError && error.row.status === code;
    await assert.rejects(world.text(''), status(401));
    await assert.rejects(world.text('admin', { type: 'nothing' }), status(400));
  });
}
