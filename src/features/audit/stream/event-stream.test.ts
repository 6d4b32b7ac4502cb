import assert from 'node:assert/strict';
import type { Readable } from 'node:stream';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { putGrant, removeGrant } from '../../../access/grants/grant-writes.ts';
import { createProject } from '../../../access/projects/create-project.ts';
import { silentLog } from '../../../access/testing/parts.ts';
import { openRestWorld } from '../../../access/testing/rest-world.ts';
import {
  deleteHeldUpload,
  finishUploadRow,
  insertUpload,
  renewLease,
  takeFreeLease,
} from '../../../content/uploads/upload-writes.ts';
import { seededChance } from '../../../lib/chance.testing.ts';
import { AppError } from '../../../lib/errors.ts';
import { type EventType, eventTypes } from '../../../lib/event-types.ts';
import { dialects } from '../../../platform/db/testing/test-database.ts';
import { appendAll, appendWithId, type NewEvent, systemActor } from '../../../platform/events/append.ts';
import { startJob } from '../../../platform/jobs/start-job.ts';
import { createAudit } from '../audit.ts';
import { createEventStream } from './event-stream.ts';

const patienceMs = 20_000;

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + patienceMs;
  while (!(await holds())) {
    assert.ok(performance.now() < giveUpAt, `for ${patienceMs} ms in vain: ${what}`);
    await delay(10);
  }
}

interface Message {
  readonly id: number | undefined;
  readonly kind: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A client: what it was told, and that it can stop listening. */
class Client implements Disposable {
  readonly messages: Message[] = [];
  readonly stream: Readable;
  text = '';
  ended = false;

  constructor(stream: Readable, { listens = true } = {}) {
    this.stream = stream;
    stream.once('close', () => {
      this.ended = true;
    });
    if (listens) this.listen();
  }

  listen(): void {
    this.stream.on('data', (piece: string) => {
      this.text += piece;
      for (let end = this.text.indexOf('\n\n'); end >= 0; end = this.text.indexOf('\n\n')) {
        this.#take(this.text.slice(0, end));
        this.text = this.text.slice(end + 2);
      }
    });
  }

  #take(block: string): void {
    const fields = new Map(
      block.split('\n').map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
      }),
    );
    const id = fields.get('id');
    const kind = fields.get('event') ?? (fields.has('') ? 'comment' : 'retry');
    const data = JSON.parse(fields.get('data') ?? '{}') as Message['data'];
    this.messages.push({ id: id === undefined ? undefined : Number(id), kind, data });
  }

  of(kind: string): Message['data'][] {
    return this.messages.filter((each) => each.kind === kind).map(({ data }) => data);
  }

  get ids(): number[] {
    return this.messages.flatMap(({ id }) => (id === undefined ? [] : [id]));
  }

  async ready(): Promise<this> {
    await until('ready', () => this.of('ready').length > 0);
    return this;
  }

  [Symbol.dispose](): void {
    this.stream.destroy();
  }
}

async function open(dialect: (typeof dialects)[number], more: { heartbeatMs?: number } = {}) {
  const draining = new AbortController();
  let reads = 0;
  const streams: AsyncDisposable[] = [];
  const world = await openRestWorld(dialect, ({ db }) => {
    const events = createEventStream({
      db,
      log: silentLog,
      draining: draining.signal,
      jobView: ({ id, kind, state }) => ({ id, kind, state }),
      // Asked once for each reading of events.
      prefix: () => {
        reads += 1;
        return 'bot-';
      },
      ...more,
    });
    streams.push(events);
    return [events.route, ...createAudit({ db, prefix: () => 'bot-' }).routes];
  });
  const { db } = world;
  const project = (name: string, ownerId: number): Promise<number> =>
    createProject(
      { db },
      { name, public: false, sparseManifests: false, ownerId, limitBytes: -1, actor: systemActor },
    );
  const clients: Client[] = [];
  return {
    ...world,
    drain: () => draining.abort(),
    get reads() {
      return reads;
    },
    projects: { shop: await project('shop', 3), pay: await project('pay', 1) },
    write: (event: Partial<NewEvent> & { type: EventType }) =>
      db.transaction((tx) =>
        appendWithId(tx, { at: Date.now(), actor: systemActor, projectId: null, object: 'x', ...event }),
      ),
    follow: async (who: string, parameters: object = {}, how: { listens?: boolean } = {}) => {
      const { body } = await world.ask('streamEvents', who, { parameters });
      const client = new Client(body as Readable, how);
      clients.push(client);
      return client;
    },
    listed: async (who: string, parameters: object = {}): Promise<Message['data'][]> => {
      const all: Message['data'][] = [];
      for (let after: string | undefined, done = false; !done; ) {
        const given = {
          sort: 'op_time',
          limit: 1000,
          ...parameters,
          ...(after === undefined ? {} : { after }),
        };
        const { body } = await world.ask('listAuditEvents', who, { parameters: given });
        const page = body as { items: Message['data'][]; next?: string };
        all.push(...page.items);
        after = page.next;
        done = after === undefined;
      }
      return all.toSorted((one, other) => Number(one['id']) - Number(other['id']));
    },
    [Symbol.asyncDispose]: async () => {
      for (const client of clients) client.stream.destroy();
      for (const each of streams) await each[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
    },
  };
}

const status = (code: number) => (error: unknown) => error instanceof AppError && error.row.status === code;

for (const dialect of dialects) {
  test(`uploads are told from their beginning to their end, to who may see their project and asks for them (${dialect})`, async () => {
    await using world = await open(dialect);
    const { db, projects } = world;
    const put = (id: string, projectId: number, repositoryName: string) =>
      db.transaction((tx) =>
        insertUpload(tx, { id, projectId, repositoryName, principal: 'user:3', expiresAt: 9e15, now: 5 }),
      );
    await put('u-1', projects.shop, 'shop/app');
    await put('u-2', projects.pay, 'pay/app');
    using all = await world.follow('admin', { type: 'upload' });
    using alice = await world.follow('alice', { type: 'upload' });
    using jobs = await world.follow('admin');
    await until('they are told', () => all.of('upload').length === 2 && alice.of('upload').length === 1);
    assert.deepEqual(
      alice.of('upload').map(({ creation_time: _time, ...rest }) => rest),
      [
        {
          id: 'u-1',
          project_id: projects.shop,
          repository: 'shop/app',
          username: 'alice',
          status: 'open',
          bytes: 0,
        },
      ],
    );
    using late = await world.follow('alice', { type: 'upload', project: 'shop' });
    await until('who comes later is told, too', () => late.of('upload').length === 1);
    const held = { id: 'u-1', holder: 'h', until: 9e15 };
    await db.transaction(async (tx) => {
      await takeFreeLease(tx, held);
      await renewLease(tx, { ...held, offset: 700 });
    });
    await until('it moves', () => alice.of('upload').at(-1)?.['bytes'] === 700);
    await db.transaction((tx) => finishUploadRow(tx, { ...held, digest: 'sha256:aa', expiresAt: 9e15 }));
    await db.transaction(async (tx) => {
      await takeFreeLease(tx, { ...held, id: 'u-2' });
      await deleteHeldUpload(tx, { id: 'u-2', holder: 'h' });
    });
    await until('they end', () => all.of('upload').length === 5 && alice.of('upload').length === 3);
    await until('who came later is told of the end, too', () => late.of('upload').length === 3);
    const ends = all
      .of('upload')
      .slice(3)
      .map(({ id, status, bytes, digest }) => [id, status, bytes, digest]);
    assert.deepEqual(ends, [
      ['u-1', 'finished', 700, 'sha256:aa'],
      ['u-2', 'aborted', 0, undefined],
    ]);
    assert.deepEqual(jobs.of('upload'), []);
    assert.deepEqual(all.ids, []);
  });

  test(`streamEvents: each client is told what its audit list shows, across breaks, and nothing else (${dialect})`, async () => {
    await using world = await open(dialect);
    const chance = seededChance(7);
    const { pick } = chance;
    const followers = [
      { who: 'admin', parameters: {} },
      { who: 'alice', parameters: {} },
      { who: 'bob', parameters: {} },
      { who: 'admin', parameters: { project: 'shop' } },
      { who: 'admin', parameters: { type: 'tag.moved,tag.deleted,delete_project' } },
      { who: 'alice', parameters: { project: 'shop', type: 'tag.moved' } },
      { who: 'alice', parameters: { project: 'pay' } },
    ].map((each) => ({ ...each, told: [] as Message[], client: undefined as Client | undefined }));
    for (const each of followers) each.client = await (await world.follow(each.who, each.parameters)).ready();
    const from = (await world.listed('admin')).length;
    for (let round = 0; round < 30; round += 1) {
      for (let count = chance.whole(12); count > 0; count -= 1)
        await world.write({
          type: pick(eventTypes),
          projectId: pick([world.projects.shop, world.projects.pay, null]),
          actor: { ...systemActor, principal: pick(['user:3', 'user:4', 'system', 'anonymous']) },
          object: `shop/app:v${round}`,
          ...(chance.whole(5) === 0 ? { step: true } : {}),
        });
      if (round % 5 !== 4) continue;
      const each = pick(followers);
      const { client } = each;
      const last = [...each.told, ...(client?.messages ?? [])].findLast(({ id }) => id !== undefined)?.id;
      // Without an id there is nothing to go on from.
      if (client === undefined || last === undefined) continue;
      client.stream.destroy();
      each.told.push(...client.messages);
      each.client = await world.follow(each.who, { ...each.parameters, 'Last-Event-ID': String(last) });
    }
    const everything = await world.listed('admin');
    assert.ok(everything.length - from > 60);
    for (const { who, parameters, told, client } of followers) {
      const expected = (await world.listed(who, parameters)).filter(
        ({ id }) => Number(id) > Number(everything[from - 1]?.['id'] ?? 0),
      );
      const rows = (): Message[] =>
        [...told, ...(client?.messages ?? [])].filter(({ kind }) => kind === 'audit');
      const name = `${who} ${JSON.stringify(parameters)}`;
      await until(`all of ${name}`, () => rows().length >= expected.length);
      await delay(300);
      assert.deepEqual(
        rows().map(({ data }) => data),
        expected,
        name,
      );
      assert.deepEqual(
        rows().map(({ id }) => id),
        expected.map(({ id }) => id),
      );
      const others = new Set([...told, ...(client?.messages ?? [])].map(({ kind }) => kind));
      for (const kind of others) assert.ok(['audit', 'ready', 'retry', 'reset'].includes(kind), kind);
    }
    assert.deepEqual(await world.listed('bob'), []);
  });

  test(`streamEvents: a right that ends or begins counts within a second, and nothing tells of what is not seen (${dialect})`, async () => {
    await using world = await open(dialect, { heartbeatMs: 50 });
    const bob = await (await world.follow('bob')).ready();
    const grant = {
      kind: 'user',
      principalId: 4,
      role: 'projectAdmin',
      scope: 'project',
      projectId: world.projects.shop,
      repositoryPattern: null,
      tagPattern: null,
      expiresAt: null,
      now: 0,
    } as const;
    await world.write({ type: 'tag.moved', projectId: world.projects.shop, object: 'shop/a:1' });
    await until('comments', () => bob.of('comment').length > 3);
    assert.deepEqual(bob.ids, []);
    assert.ok(!bob.messages.some(({ data }) => Object.keys(data).length > 0));
    await world.db.transaction((tx) => putGrant(tx, grant));
    await delay(1000);
    await world.write({ type: 'tag.moved', projectId: world.projects.shop, object: 'shop/a:2' });
    await until('it is told', () => bob.of('audit').length === 1);
    await world.db.transaction((tx) => removeGrant(tx, grant));
    await delay(1000);
    await world.write({ type: 'tag.moved', projectId: world.projects.shop, object: 'shop/a:3' });
    const admin = await world.follow('admin');
    await admin.ready();
    await delay(500);
    assert.deepEqual(
      bob.of('audit').map(({ object }) => object),
      ['shop/a:2'],
    );
  });

  test(`streamEvents: an id that cannot be gone on from is answered by reset, and the stream goes on from now (${dialect})`, async () => {
    await using world = await open(dialect);
    const seen = await world.write({ type: 'tag.moved', projectId: world.projects.shop, object: 'shop/a:1' });
    const unseen = await world.write({ type: 'tag.moved', projectId: world.projects.pay, object: 'pay/a:1' });
    const old = await world.write({
      type: 'tag.moved',
      projectId: world.projects.shop,
      at: Date.now() - 25 * 3600_000,
    });
    const step = await world.write({ type: 'tag.moved', projectId: world.projects.shop, step: true });
    const missed = await world.write({
      type: 'tag.moved',
      projectId: world.projects.shop,
      object: 'shop/a:2',
    });
    for (const [id, reason] of [
      [String(old), 'too_old'],
      [String(unseen), 'unknown'],
      [String(step), 'unknown'],
      [String(missed + 1000), 'unknown'],
      ['0', 'unknown'],
      ['x', 'unknown'],
      ['9'.repeat(40), 'unknown'],
    ] as const) {
      const alice = await (await world.follow('alice', { 'Last-Event-ID': id })).ready();
      assert.deepEqual(
        alice.messages.map(({ kind }) => kind),
        ['retry', 'reset', 'ready'],
        id,
      );
      assert.equal(alice.of('reset')[0]?.['reason'], reason, id);
      const next = await world.write({ type: 'tag.moved', projectId: world.projects.shop });
      await until('the next', () => alice.ids.includes(next));
      assert.deepEqual(alice.ids, [next]);
      alice.stream.destroy();
    }
    const alice = await (await world.follow('alice', { after: String(seen) })).ready();
    assert.deepEqual(alice.ids.slice(0, 2), [old, missed]);
    assert.deepEqual(alice.of('reset'), []);
    const both = await (await world.follow('alice', { after: '0', 'Last-Event-ID': String(seen) })).ready();
    assert.deepEqual(both.ids, alice.ids);
  });

  test(`streamEvents: wrong questions are refused with what to do (${dialect})`, async () => {
    await using world = await open(dialect);
    const ask = (who: string, parameters: object) => world.ask('streamEvents', who, { parameters });
    await assert.rejects(ask('', {}), status(401));
    await assert.rejects(ask('admin', { type: 'tag.eaten' }), {
      message: 'there is no event of the type "tag.eaten"',
    });
    await assert.rejects(ask('admin', { type: 'job', project: 'shop' }), {
      message: 'jobs belong to no project',
    });
    for (const after of ['-1', 'x', '1.5', '9'.repeat(16)])
      await assert.rejects(ask('admin', { after }), { message: 'after has to be the id of an event' });
    const nobody = await (await world.follow('admin', { project: 'no-such' })).ready();
    await world.write({ type: 'tag.moved', projectId: world.projects.shop });
    const some = await (await world.follow('admin')).ready();
    await world.write({ type: 'tag.moved', projectId: world.projects.shop });
    await until('another is told', () => some.ids.length > 0);
    assert.deepEqual(nobody.ids, []);
    for (let count = 0; count < 50; count += 1) await world.follow('alice');
    await assert.rejects(ask('alice', {}), status(429));
    await (await world.follow('bob')).ready();
  });

  test(`streamEvents: a client that does not listen is cut off, takes no memory, and goes on where it was (${dialect})`, async () => {
    await using world = await open(dialect);
    const slow = await world.follow('admin', {}, { listens: false });
    const quick = await (await world.follow('admin')).ready();
    const first = await world.write({ type: 'tag.moved', object: 'first' });
    const object = 'x'.repeat(2000);
    let last = first;
    for (let round = 0; round < 25 && !slow.ended; round += 1) {
      await world.db.transaction(async (tx) => {
        for (let no = 0; no < 200; no += 1)
          last = await appendWithId(tx, {
            type: 'tag.moved',
            at: Date.now(),
            actor: systemActor,
            projectId: null,
            object,
          });
      });
      await until('the quick one is told', () => quick.ids.at(-1) === last);
      assert.ok(slow.stream.readableLength < 600_000, String(slow.stream.readableLength));
    }
    await until('cut off', () => slow.ended);
    const ids = quick.ids.slice(quick.ids.indexOf(first));
    const back = await world.follow('admin', { 'Last-Event-ID': String(first) });
    await until('all again', () => back.ids.at(-1) === last);
    assert.deepEqual(back.ids, ids.slice(1));
  });

  test(`streamEvents: who goes on far behind, and may see nothing of it, holds nobody up (${dialect})`, async () => {
    await using world = await open(dialect);
    const seen = await world.write({ type: 'tag.moved', projectId: world.projects.shop });
    const row = { actor: systemActor, projectId: world.projects.pay, object: 'pay/a:1' };
    for (let no = 0; no < 10; no += 1)
      await world.db.transaction((tx) =>
        appendAll(tx, { type: 'tag.moved', at: Date.now(), rows: Array.from({ length: 500 }, () => row) }),
      );
    await (await world.follow('admin')).ready();
    const begun = world.reads;
    let [before, most, isOver] = [begun, 0, false];
    const eachTurn = (): void => {
      most = Math.max(most, world.reads - before);
      before = world.reads;
      if (!isOver) setImmediate(eachTurn);
    };
    setImmediate(eachTurn);
    const alice = await (await world.follow('alice', { 'Last-Event-ID': String(seen) })).ready();
    isOver = true;
    assert.deepEqual(alice.ids, []);
    assert.ok(world.reads - begun >= 50, String(world.reads - begun));
    assert.ok(most <= 2, `${most} reads in one turn of the event loop`);
  });

  test(`streamEvents: a hundred clients cost no more reading than one, and none costs none (${dialect})`, async () => {
    await using world = await open(dialect);
    const all: Client[] = [];
    for (let count = 0; count < 100; count += 1)
      all.push(await world.follow(['admin', 'alice', 'bob'][count % 3] ?? ''));
    for (const each of all) await each.ready();
    const before = world.reads;
    for (let count = 0; count < 10; count += 1) {
      const id = await world.write({ type: 'tag.moved', projectId: world.projects.shop });
      await until('told', () => all.every((each, at) => at % 3 === 2 || each.ids.at(-1) === id));
    }
    assert.ok(world.reads - before <= 20, String(world.reads - before));
    for (const each of all) each.stream.destroy();
    await delay(300);
    const idle = world.reads;
    await world.write({ type: 'tag.moved', projectId: world.projects.shop });
    await delay(500);
    assert.equal(world.reads, idle);
  });

  test(`streamEvents: jobs are told to who may see them, as they are (${dialect})`, async () => {
    await using world = await open(dialect);
    const start = (vendorId: number) =>
      world.db.transaction((tx) =>
        startJob(tx, { name: 'TEST' }, { input: null, vendorId, trigger: 'MANUAL', unique: false, now: 5 }),
      );
    const { jobId: earlier } = await start(1);
    const admin = await (await world.follow('admin')).ready();
    const alice = await (await world.follow('alice', { type: 'job' })).ready();
    const rows = await (await world.follow('admin', { type: 'tag.moved' })).ready();
    assert.deepEqual(admin.of('job'), [{ id: earlier, kind: 'TEST', state: 'queued' }]);
    const { jobId: later } = await start(2);
    await until('the new one', () => admin.of('job').some(({ id }) => id === later));
    await world.db.transaction((tx) =>
      tx.builder.updateTable('job').set({ state: 'done' }).where('id', '=', earlier).execute(),
    );
    await until('its end', () => admin.of('job').some(({ id, state }) => id === earlier && state === 'done'));
    const count = admin.of('job').length;
    await delay(600);
    assert.equal(admin.of('job').length, count, 'what does not change is not told');
    assert.deepEqual([...alice.of('job'), ...rows.of('job')], []);
  });

  test(`streamEvents: when the server is about to stop, streams say so and end; new ones, too (${dialect})`, async () => {
    await using world = await open(dialect);
    const listening = await (await world.follow('admin')).ready();
    const deaf = await world.follow('admin', {}, { listens: false });
    world.drain();
    await until('the end', () => listening.ended && deaf.ended);
    assert.deepEqual(listening.messages.at(-1), { id: undefined, kind: 'end', data: { reason: 'stopping' } });
    const late = await world.follow('admin');
    await until('its end', () => late.ended);
    assert.deepEqual(late.of('end'), [{ reason: 'stopping' }]);
  });
}

// SQLite has one writer, so that its ids come in the order of its commits.
for (const dialect of dialects.filter((each) => each === 'postgres'))
  test('streamEvents: PostgreSQL: what commits later with a lower id is told first', async () => {
    await using world = await open(dialect);
    const client = await (await world.follow('admin')).ready();
    const written = Promise.withResolvers<number>();
    const commit = Promise.withResolvers<void>();
    const event = { type: 'tag.moved', at: Date.now(), actor: systemActor, projectId: null } as const;
    const slow = world.db.transaction(async (tx) => {
      const id = await appendWithId(tx, { ...event, object: 'slow' });
      written.resolve(id);
      await commit.promise;
    });
    const low = await written.promise;
    const high = await world.write({ type: 'tag.moved', object: 'quick' });
    assert.ok(low < high);
    await delay(700);
    assert.deepEqual(client.ids, []);
    commit.resolve();
    await slow;
    await until('both', () => client.ids.length === 2);
    assert.deepEqual(client.ids, [low, high]);
  });
