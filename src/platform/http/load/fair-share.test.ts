import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { FairShare, type Place } from './fair-share.ts';

function enter(share: FairShare, name: string): Place {
  const place = share.enter(name);
  assert.ok(place !== undefined);
  return place;
}

function enterMany(share: FairShare, name: string, count: number): Place[] {
  return Array.from({ length: count }, () => enter(share, name));
}

test('a client that is alone is held back by nothing but the limit', () => {
  using share = new FairShare(100);
  const places = enterMany(share, 'one', 100);
  assert.ok(places.every((place) => place.turn === undefined));
  assert.equal(share.enter('one'), undefined);
  places[0]?.leave();
  assert.equal(enter(share, 'one').turn, undefined);
});

test('while two ask, the one with many waits for its own requests and the other for none', async () => {
  using share = new FairShare(100);
  enter(share, 'other').leave();
  const many = enterMany(share, 'many', 50);
  let begun = 0;
  for (const { turn } of many)
    if (turn === undefined) begun += 1;
    else void turn.then(() => begun++);
  for (let turn = 0; turn < 20; turn++) await nextTurn();
  assert.equal(begun, 6);
  assert.equal(enter(share, 'other').turn, undefined);
  many[0]?.leave();
  await many[6]?.turn;
  assert.equal(begun, 7);
});

test('while two ask, one request of each begins in a turn of the event loop, also when each ends at once', async () => {
  using share = new FairShare(100);
  enter(share, 'other').leave();
  await nextTurn();
  let begun = 0;
  for (let count = 0; count < 20; count++) {
    const place = enter(share, 'many');
    if (place.turn === undefined) {
      begun += 1;
      place.leave();
    } else
      void place.turn.then(() => {
        begun += 1;
        place.leave();
      });
  }
  assert.equal(enter(share, 'other').turn, undefined);
  for (let soFar = 1; soFar <= 20; soFar++) {
    assert.equal(begun, soFar);
    await nextTurn();
  }
});

test('who goes away while it waits gives its turn up, and is told', async () => {
  using share = new FairShare(100);
  enter(share, 'other').leave();
  const places = enterMany(share, 'many', 10);
  const [gone, next] = places.slice(6);
  await places[5]?.turn;
  gone?.leave();
  await gone?.turn;
  places[0]?.leave();
  await next?.turn;
});

test('a transfer does not keep the requests behind it waiting', { timeout: 30_000 }, async () => {
  using share = new FairShare(100);
  const beside = setInterval(() => enter(share, 'other').leave(), 50);
  try {
    enter(share, 'other').leave();
    const places = enterMany(share, 'many', 24);
    for (const { turn } of places) await turn;
  } finally {
    clearInterval(beside);
  }
});

test('an account whose connections are new is alone: their first requests were its own', () => {
  using share = new FairShare(100);
  const first = enterMany(share, 'address', 20);
  assert.ok(first.every((place) => place.turn === undefined));
  for (const place of first) place.isOf('account');
  assert.ok(enterMany(share, 'account', 70).every((place) => place.turn === undefined));
  for (const place of first) place.leave();
  assert.equal(enter(share, 'account').turn, undefined);
});

test('an address that somebody else asks from, too, counts beside the account', () => {
  using share = new FairShare(100);
  enter(share, 'address').leave();
  enter(share, 'address').isOf('account');
  assert.equal(enterMany(share, 'account', 10).filter(({ turn }) => turn === undefined).length, 1);
});

test('while another one asks, a new connection for each request is no way around the share', async () => {
  using share = new FairShare(100);
  enter(share, 'other').leave();
  let begun = 0;
  for (const place of enterMany(share, 'address', 50))
    void (place.turn ?? Promise.resolve()).then(() => {
      begun += 1;
      place.isOf('account');
    });
  for (let turn = 0; turn < 20; turn++) await nextTurn();
  // The account asks, too.
  assert.ok(begun <= 6, `${begun} have begun`);
});

test('who went away before the sign-in was over does not stand beside its account for ever', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  using share = new FairShare(100);
  enter(share, 'address').isOf('account');
  const gone = enter(share, 'address');
  gone.leave();
  gone.isOf('account');
  t.mock.timers.tick(1100);
  enter(share, 'address').isOf('account');
  assert.ok(enterMany(share, 'account', 10).every(({ turn }) => turn === undefined));
});
