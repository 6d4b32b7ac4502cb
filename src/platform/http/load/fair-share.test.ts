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
  const working = many.filter((place) => place.turn === undefined);
  assert.equal(working.length, 6);
  assert.equal(enter(share, 'other').turn, undefined);
  const [next, later] = many.slice(6);
  let begun = 0;
  void later?.turn?.then(() => begun++);
  working[0]?.leave();
  await next?.turn;
  assert.equal(begun, 0);
});

test('what waited begins one by one in later turns of the event loop', async () => {
  using share = new FairShare(100);
  enter(share, 'other').leave();
  const many = enterMany(share, 'many', 20);
  const [working, waiting] = [many.slice(0, 6), many.slice(6)];
  let begun = 0;
  for (const place of waiting)
    void place.turn?.then(() => {
      begun += 1;
      place.leave();
    });
  for (const place of working) place.leave();
  for (let soFar = 0; soFar <= waiting.length; soFar++) {
    assert.equal(begun, soFar);
    await nextTurn();
  }
});

test('who goes away while it waits gives its turn up, and is told', async () => {
  using share = new FairShare(100);
  enter(share, 'other').leave();
  const places = enterMany(share, 'many', 10);
  const [gone, next] = places.slice(6);
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
