import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Logger } from '../../platform/log/logger.ts';
import { TokenClock } from './token-clock.ts';

const hourMs = 3_600_000;

/** A machine's two clocks and the database's, in milliseconds. */
class Times {
  wall = 1_700_000_000_000;
  shared: number | undefined = this.wall;
  monotonic = 5000;
  readonly told: string[] = [];
  readonly clock: TokenClock;

  constructor(wallAheadMs = 0) {
    this.wall += wallAheadMs;
    const tell = (facts: object, text: string) => void this.told.push(`${JSON.stringify(facts)} ${text}`);
    const log: Logger = { debug: tell, info: tell, warn: tell, error: tell };
    const now = () =>
      this.shared === undefined ? Promise.reject(new Error('away')) : Promise.resolve(this.shared);
    this.clock = new TokenClock({
      db: { now },
      log,
      wall: () => this.wall,
      monotonic: () => this.monotonic,
    });
  }

  pass(ms: number): void {
    this.wall += ms;
    this.monotonic += ms;
    if (this.shared !== undefined) this.shared += ms;
  }

  /** Of the tokens' clock and the database's. */
  get apartMs(): number {
    return this.clock.now() - (this.shared ?? Number.NaN);
  }
}

test('the clock of tokens goes on with that of the machine, also where it is slewed', async () => {
  const times = new Times(5000);
  using clock = times.clock;
  times.pass(10_000);
  assert.equal(clock.now(), times.wall);
  times.wall -= 400;
  await clock.look();
  assert.equal(clock.now(), times.wall);
  assert.deepEqual(times.told, []);
});

for (const stepMs of [-hourMs, hourMs, 25 * hourMs]) {
  test(`a machine whose clock is set by ${stepMs / hourMs} h in use changes no token's end, and tells once`, async () => {
    const times = new Times();
    using clock = times.clock;
    times.wall += stepMs;
    assert.equal(times.apartMs, 0);
    for (let look = 0; look < 3; look++) {
      await clock.look();
      assert.equal(times.apartMs, 0);
      times.pass(10_000);
    }
    assert.equal(times.told.length, 1);
    assert.match(times.told[0] ?? '', /was set, away from the database's/);
  });
}

test('a machine whose clock was wrong at the start says so, and is followed when it is set right', async () => {
  const times = new Times(-600_000);
  using clock = times.clock;
  await clock.look();
  await clock.look();
  assert.match(times.told.join('\n'), /^\{"seconds":-600\} this machine's clock differs[^\n]+$/);
  times.wall += 600_000;
  await clock.look();
  assert.equal(times.apartMs, 0);
  assert.match(times.told.slice(1).join('\n'), /^\{"seconds":0\} [^\n]+agrees[^\n]+$/);
});

test('a machine that slept is followed, since its monotonic clock stood still', async () => {
  const times = new Times();
  using clock = times.clock;
  times.wall += 2 * hourMs;
  times.shared = times.wall;
  await clock.look();
  assert.equal(times.apartMs, 0);
});

test('while the database is away a step is not followed', async () => {
  const times = new Times();
  using clock = times.clock;
  const before = clock.now();
  times.shared = undefined;
  times.wall += hourMs;
  await clock.look();
  assert.equal(clock.now(), before);
});
