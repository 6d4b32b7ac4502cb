import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../db/database.ts';
import { dialects, openTestDatabase } from '../db/testing/test-database.ts';
import { append, systemActor } from '../events/append.ts';
import { newestEventId } from '../events/settled-reads.ts';
import { Deliveries } from './deliveries.ts';
import { type Delivery, findDelivery, lastMade, pageOfDeliveries, readPlace } from './delivery-reads.ts';
import type { DeliverySource, Listener, NewDelivery, Outcome } from './delivery-source.ts';
import { stopDeliveries } from './stop-deliveries.ts';
import { attemptLimit, waitMs } from './wait-ms.ts';

const silent = { warn() {} };
const sent: Outcome = { kind: 'delivered', status: 200, answer: 'ok', line: 'sent' };
const failed: Outcome = {
  kind: 'failed',
  status: 500,
  answer: '',
  problem: 'the answer is 500',
  again: true,
  line: 'failed',
};
const hourMs = 60 * 60_000;

/** A database whose clock is ahead of the real one. */
function ahead(db: Database, clock: { ms: number }): Database {
  return {
    dialect: db.dialect,
    reader: db.reader,
    transaction: (...call) => db.transaction(...call),
    now: async () => (await db.now()) + clock.ms,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function happen(db: Database, ...objects: readonly string[]): Promise<void> {
  for (const object of objects)
    await db.transaction((tx) =>
      append(tx, { type: 'tag.moved', at: 0, actor: systemActor, projectId: null, object }),
    );
}

interface World extends Listener {
  readonly queues: readonly string[];
}

/** Tells each of some queues of every event; the order key is what stands before a colon. */
function source(
  queues: readonly string[],
  send: (delivery: Delivery) => Promise<Outcome>,
  more: Partial<World> = {},
): DeliverySource<World> {
  const listener: World = { queues, targetCount: queues.length, afterEventId: 0, wants: () => true, ...more };
  return {
    listeners: () => Promise.resolve([listener]),
    messages: (_db, events) =>
      Promise.resolve(
        events.flatMap(({ id, object }) =>
          queues.map(
            (queue): NewDelivery => ({
              eventId: id,
              listener: queue,
              webhookId: 1,
              queue,
              orderKey: object.split(':')[0] ?? '',
              kind: 'TEST',
              form: 'http',
              contentType: 'text/plain',
              body: object,
            }),
          ),
        ),
      ),
    send,
  };
}

async function addWebhook(db: Database): Promise<void> {
  await db.transaction((tx) =>
    tx.builder
      .insertInto('webhook')
      .values({
        id: 1,
        project_id: null,
        project_pattern: '',
        name: 'test',
        description: '',
        targets: '[]',
        secrets: new Uint8Array(),
        wrapped_by: '',
        event_types: '[]',
        filters: '{}',
        enabled: 1,
        creator: '',
        created_at: 0,
        updated_at: 0,
        after_event_id: 0,
      })
      .execute(),
  );
}

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + 30_000;
  while (!(await what())) {
    assert.ok(performance.now() < giveUpAt, 'waited in vain');
    await delay(10);
  }
}

/** Runs them until the end of the block. */
function running(
  db: Database,
  from: DeliverySource<World>,
): AsyncDisposable & { readonly stop: () => Promise<void> } {
  const stop = new AbortController();
  const run = new Deliveries({ db, source: from, log: silent, chance: () => 0 }).run(stop.signal);
  const end = async (): Promise<void> => {
    stop.abort();
    await run;
  };
  return { stop: end, [Symbol.asyncDispose]: end };
}

const waitingOf = async (db: Database): Promise<number> =>
  (
    await pageOfDeliveries(
      db.reader,
      { webhookId: 1, states: ['waiting'] },
      { offset: 0, limit: 1, oldestFirst: true },
    )
  ).total;

for (const dialect of dialects) {
  test(`the place moves on while nobody wants anything, and while nobody listens (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const told = (_delivery: Delivery) => Promise.resolve(sent);
    const newest = async (): Promise<boolean> =>
      (await readPlace(db.reader, 'deliveries')) === (await newestEventId(db));
    await happen(db, 'a', 'b');
    {
      await using _ = running(db, { ...source([], told), listeners: () => Promise.resolve([]) });
      await delay(300);
      assert.equal(await readPlace(db.reader, 'deliveries'), undefined, 'nobody ever listened');
    }
    {
      await using _ = running(db, source(['q'], told, { wants: () => false }));
      await until(newest);
    }
    await happen(db, 'c', 'd');
    await using _ = running(db, { ...source([], told), listeners: () => Promise.resolve([]) });
    await until(newest);
  });

  test(`no more than 500 messages are made at once, and each is made (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await addWebhook(db);
    const queues = Array.from({ length: 120 }, (_, no) => `q${no}`);
    let got = 0;
    const take = (): Promise<Outcome> => {
      got += 1;
      return Promise.resolve(sent);
    };
    await happen(db, ...Array.from({ length: 10 }, (_, no) => `a:${no}`));
    const from = source(queues, take);
    const sizes: number[] = [];
    await using run = running(db, {
      ...from,
      messages: async (...of) => {
        const made = await from.messages(...of);
        sizes.push(made.length);
        return made;
      },
    });
    await until(() => got === 1200);
    await run.stop();
    assert.deepEqual(sizes, [480, 480, 240]);
  });

  test(`each event is told once, in order of its key, also over two runs (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await addWebhook(db);
    const got: string[] = [];
    const take = async ({ body }: Delivery): Promise<Outcome> => {
      await delay(Math.random() * 5);
      got.push(body);
      return sent;
    };
    const names = Array.from({ length: 60 }, (_, no) => `${'abc'[no % 3]}:${String(no).padStart(2, '0')}`);
    await happen(db, ...names.slice(0, 30));
    await using first = running(db, source(['q'], take));
    await until(() => got.length > 5);
    await first.stop();
    await happen(db, ...names.slice(30));
    await using second = running(db, source(['q'], take));
    await until(() => got.length >= names.length);
    await second.stop();
    assert.equal(got.length, names.length);
    for (const key of 'abc') {
      const own = (list: readonly string[]): string[] => list.filter((each) => each.startsWith(key));
      assert.deepEqual(own(got), own(names));
    }
    assert.equal(await waitingOf(db), 0);
  });

  test(`one that fails is tried again, and holds up its key and nothing else; it is given up at last (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    await addWebhook(opened.db);
    const clock = { ms: 0 };
    const db = ahead(opened.db, clock);
    const got: string[] = [];
    const take = ({ body, attempts }: Delivery): Promise<Outcome> => {
      got.push(`${body}#${attempts}`);
      return Promise.resolve(body === 'a:1' ? failed : sent);
    };
    await happen(db, 'a:1', 'a:2', 'b:1', 'b:2');
    for (let attempt = 0; attempt < attemptLimit; attempt += 1) {
      await using round = running(db, source(['q'], take));
      await until(() => got.includes(`a:1#${attempt}`));
      if (attempt === 0) await until(() => got.includes('b:2#0'));
      if (attempt < attemptLimit - 1) assert.ok(!got.includes('a:2#0'));
      await round.stop();
      clock.ms += waitMs(attempt + 1, 1);
    }
    await using last = running(db, source(['q'], take));
    await until(() => got.includes('a:2#0'));
    await last.stop();
    const { rows } = await pageOfDeliveries(
      db.reader,
      { webhookId: 1, states: ['failed'] },
      { offset: 0, limit: 9, oldestFirst: true },
    );
    assert.deepEqual(
      rows.map(({ body, attempts, problem, status }) => [body, attempts, problem, status]),
      [['a:1', attemptLimit, 'the answer is 500', 500]],
    );
    assert.equal(rows[0]?.log, 'failed\n'.repeat(attemptLimit));
  });

  test(`a dead target and one that never answers hold up no other; the dead one is asked less and less (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await addWebhook(db);
    const hang = Promise.withResolvers<Outcome>();
    let [good, dead] = [0, 0];
    const take = ({ queue }: Delivery): Promise<Outcome> => {
      if (queue === 'slow') return hang.promise;
      if (queue === 'dead') dead += 1;
      else good += 1;
      return Promise.resolve(queue === 'dead' ? failed : sent);
    };
    await happen(db, ...Array.from({ length: 200 }, (_, no) => `r${no % 40}:${no}`));
    await using run = running(db, source(['dead', 'good', 'slow'], take));
    await until(() => good === 200);
    assert.ok(dead < 20, `${dead} attempts`);
    hang.resolve(failed);
    await run.stop();
  });

  test(`very many slow targets have 256 messages on their way at most, and hold up no other for good (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await addWebhook(db);
    let [flying, most, all] = [0, 0, 0];
    let othersBefore: number | undefined;
    const take = async ({ queue }: Delivery): Promise<Outcome> => {
      if (queue === 'zz') othersBefore ??= all;
      flying += 1;
      all += 1;
      most = Math.max(most, flying);
      await delay(400);
      flying -= 1;
      return sent;
    };
    const queues = [...Array.from({ length: 300 }, (_, no) => `slow${no}`), 'zz'];
    await happen(db, ...Array.from({ length: 10 }, (_, no) => `r${no}:1`));
    await using run = running(db, source(queues, take));
    await until(() => othersBefore !== undefined);
    await run.stop();
    assert.ok(most <= 256, String(most));
    assert.ok((othersBefore ?? 0) < 1500, String(othersBefore));
  });

  test(`of all deliveries a thousand are listed at once (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await addWebhook(db);
    await happen(db, 'a:1');
    const queues = Array.from({ length: 1001 }, (_, no) => `q${no}`);
    await using run = running(
      db,
      source(queues, () => Promise.resolve(sent)),
    );
    await until(async () => (await waitingOf(db)) > 0);
    await run.stop();
    const all = { offset: 0, limit: Number.MAX_SAFE_INTEGER, oldestFirst: true };
    const { rows, total } = await pageOfDeliveries(db.reader, { webhookId: 1 }, all);
    assert.deepEqual([rows.length, total], [1000, 1001]);
  });

  test(`who begins later is not told of what was before, and what nobody wants leaves no row (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await addWebhook(db);
    await happen(db, 'a:1', 'a:2');
    const { id } = await db.reader.builder
      .selectFrom('event')
      .select((select) => select.fn.max('id').as('id'))
      .executeTakeFirstOrThrow();
    await happen(db, 'a:unwanted', 'a:3');
    const got: string[] = [];
    const take = ({ body }: Delivery): Promise<Outcome> => {
      got.push(body);
      return Promise.resolve(sent);
    };
    const wants: Listener['wants'] = ({ object }) => object !== 'a:unwanted';
    await using run = running(db, source(['q'], take, { afterEventId: id, wants }));
    await until(() => got.length > 0);
    await happen(db, 'a:4');
    await until(() => got.length > 1);
    await run.stop();
    assert.deepEqual(got, ['a:3', 'a:4']);
    const { total } = await pageOfDeliveries(
      db.reader,
      { webhookId: 1 },
      { offset: 0, limit: 1, oldestFirst: true },
    );
    assert.equal(total, 2);
    assert.ok((await lastMade(db.reader, { webhookId: 1, kind: 'TEST' })) !== undefined);
  });

  test(`what waits for a day is given up, what has ended goes after a week, what is switched off is not sent (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    await addWebhook(opened.db);
    const clock = { ms: 0 };
    const db = ahead(opened.db, clock);
    await happen(db, 'a:1', 'a:2');
    await using first = running(
      db,
      source(['q'], () => Promise.resolve(failed)),
    );
    await until(async () => (await waitingOf(db)) === 2);
    await first.stop();
    clock.ms += 25 * hourMs;
    await using second = running(
      db,
      source(['q'], () => Promise.resolve(failed)),
    );
    await until(async () => (await waitingOf(db)) === 0);
    await second.stop();
    const page = { offset: 0, limit: 9, oldestFirst: true };
    const { rows } = await pageOfDeliveries(db.reader, { webhookId: 1 }, page);
    assert.ok(rows.every(({ state }) => state === 'failed'));
    assert.equal(rows[1]?.problem, 'not delivered within a day');
    await happen(db, 'a:3');
    await using third = running(
      db,
      source(['q'], () => Promise.resolve(failed)),
    );
    await until(async () => (await waitingOf(db)) === 1);
    await third.stop();
    const now = await db.now();
    await db.transaction((tx) => stopDeliveries(tx, { webhookId: 1, now }));
    const newest = (await pageOfDeliveries(db.reader, { webhookId: 1 }, { ...page, oldestFirst: false }))
      .rows[0];
    assert.deepEqual([newest?.state, newest?.problem], ['failed', 'the webhook was switched off']);
    clock.ms += 8 * 24 * hourMs;
    await using fourth = running(
      db,
      source(['q'], () => Promise.resolve(sent)),
    );
    await until(async () => (await pageOfDeliveries(db.reader, { webhookId: 1 }, page)).total === 0);
    await fourth.stop();
    assert.equal(await findDelivery(db.reader, newest?.id ?? 0), undefined);
  });
}
