import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { AppError } from '../../../lib/errors.ts';
import { Reachability } from './reachability.ts';

interface Server {
  answers: boolean;
  /** How long it takes to find that out. */
  patience: Promise<undefined>;
  probes: number;
  broken: number;
  readonly told: string[];
}

/** With a clock that the test moves. */
async function withServer(
  body: (reachability: Reachability, server: Server, pass: (ms: number) => Promise<void>) => Promise<void>,
): Promise<void> {
  mock.timers.enable({ apis: ['setInterval', 'setTimeout'] });
  let now = 10_000;
  const clock = mock.method(performance, 'now', () => now);
  const server: Server = {
    answers: true,
    patience: Promise.resolve(undefined),
    probes: 0,
    broken: 0,
    told: [],
  };
  const reachability = new Reachability({
    probe: async () => {
      server.probes += 1;
      await server.patience;
      if (!server.answers) throw new Error('nobody is there');
    },
    breakAll: () => {
      server.broken += 1;
    },
    isBroken: (error) => error instanceof Error && error.message === 'broken',
    log: {
      error: (_facts, message) => server.told.push(message),
      info: (_facts, message) => server.told.push(message),
    },
  });
  try {
    await body(reachability, server, async (ms) => {
      for (let left = ms; left > 0; left -= 100) {
        now += 100;
        mock.timers.tick(100);
        await turn();
      }
    });
  } finally {
    reachability[Symbol.dispose]();
    clock.mock.restore();
    mock.timers.reset();
  }
}

const never = () => new Promise<never>(() => {});
const unavailable = { code: 'DATABASE_UNAVAILABLE', logged: true };

test('a connection that breaks while the server answers others is no outage, and is told of once', async () => {
  await withServer(async (reachability, server, pass) => {
    for (let no = 0; no < 5; no++) {
      const error = reachability.failed(new Error('broken'));
      assert.ok(error instanceof AppError && error.logged);
      await pass(100);
    }
    assert.equal(reachability.awayMs, 0);
    assert.equal(await reachability.ask(() => Promise.resolve(1)), 1);
    assert.deepEqual(server.told, ['the database did not answer']);
    assert.equal(server.broken, 0);
  });
});

test('when nobody answers everybody is refused at once, until somebody does', async () => {
  await withServer(async (reachability, server, pass) => {
    server.answers = false;
    reachability.failed(new Error('broken'));
    await pass(100);
    assert.equal(server.broken, 1);
    await assert.rejects(reachability.ask(never), unavailable);
    await pass(60_000);
    assert.ok(reachability.awayMs >= 60_000);
    await assert.rejects(reachability.ask(never), unavailable);
    for (let no = 0; no < 100; no++) reachability.failed(new Error('broken'));
    server.answers = true;
    await pass(600);
    assert.equal(reachability.awayMs, 0);
    assert.equal(await reachability.ask(() => Promise.resolve(1)), 1);
    assert.deepEqual(
      server.told.map((message) => message.split(':')[0]),
      ['the database did not answer', 'the database is away', 'the database is back'],
    );
  });
});

test('a server that stands still is noticed within seconds by what waits for it', async () => {
  await withServer(async (reachability, server, pass) => {
    server.answers = false;
    void reachability.ask(never);
    await pass(1900);
    assert.equal(reachability.awayMs, 0);
    await pass(1000);
    assert.ok(reachability.awayMs > 0);
    assert.equal(server.broken, 1);
  });
});

test('a query that takes long is waited for as long as the server answers another', async () => {
  await withServer(async (reachability, server, pass) => {
    const slow = Promise.withResolvers<string>();
    const asked = reachability.ask(() => slow.promise);
    await pass(20_000);
    assert.ok(server.probes >= 5);
    assert.equal(server.broken, 0);
    slow.resolve('done');
    assert.equal(await asked, 'done');
    assert.deepEqual(server.told, []);
  });
});

test('a server that takes no new connections and answers on those that there are is not away', async () => {
  await withServer(async (reachability, server, pass) => {
    const probing = Promise.withResolvers<undefined>();
    server.answers = false;
    server.patience = probing.promise;
    reachability.failed(new Error('broken'));
    // A refusal is an answer, too.
    await assert.rejects(reachability.ask(() => Promise.reject(new Error('duplicate key'))));
    probing.resolve(undefined);
    await pass(100);
    assert.equal(reachability.awayMs, 0);
    reachability.failed(new Error('broken'));
    await assert.rejects(reachability.ask(() => Promise.reject(new Error('broken'))));
    await pass(100);
    assert.ok(reachability.awayMs > 0, 'a connection that broke is none');
  });
});

test('nothing is asked when nothing waits', async () => {
  await withServer(async (reachability, server, pass) => {
    server.answers = false;
    await pass(60_000);
    assert.equal(server.probes, 0);
    assert.equal(reachability.awayMs, 0);
  });
});
