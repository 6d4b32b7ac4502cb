import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../lib/errors.ts';
import { RecentAnswers } from './recent-answers.ts';

const minuteMs = 60_000;

function atTime(maxEntries = 100): { recent: RecentAnswers<string | undefined>; pass: (ms: number) => void } {
  let now = 1000;
  return {
    recent: new RecentAnswers({ maxEntries, now: () => now }),
    pass: (ms) => {
      now += ms;
    },
  };
}

const say = (answer: string | undefined) => () => Promise.resolve(answer);
const away = () => Promise.reject(new AppError('DATABASE_UNAVAILABLE'));
const unavailable = { code: 'DATABASE_UNAVAILABLE' };

test('a database that answers is asked each time, and its answer counts', async () => {
  const { recent } = atTime();
  assert.equal(await recent.ask('g', 'k', say('one')), 'one');
  assert.equal(await recent.ask('g', 'k', say('two')), 'two');
});

test('what was answered counts for 60 s while the database is away, and no longer', async () => {
  const { recent, pass } = atTime();
  await recent.ask('g', 'k', say('one'));
  pass(minuteMs - 1);
  assert.equal(await recent.ask('g', 'k', away), 'one');
  pass(1);
  await assert.rejects(recent.ask('g', 'k', away), unavailable);
});

test('what was answered from what is kept does not make it younger', async () => {
  const { recent, pass } = atTime();
  await recent.ask('g', 'k', say('one'));
  for (let second = 1; second < 60; second++) {
    pass(1000);
    assert.equal(await recent.ask('g', 'k', away), 'one');
  }
  pass(1000);
  await assert.rejects(recent.ask('g', 'k', away), unavailable);
});

test('the age counts from the question, not from an answer that came late', async () => {
  const { recent, pass } = atTime();
  await recent.ask('g', 'k', () => {
    pass(10_000);
    return Promise.resolve('late');
  });
  pass(minuteMs - 10_000);
  await assert.rejects(recent.ask('g', 'k', away), unavailable);
});

test('that there is nothing is not kept, and takes back what was', async () => {
  const { recent } = atTime();
  await recent.ask('g', 'never', say(undefined));
  await assert.rejects(recent.ask('g', 'never', away), unavailable);
  await recent.ask('g', 'gone', say('one'));
  await recent.ask('g', 'gone', say(undefined));
  await assert.rejects(recent.ask('g', 'gone', away), unavailable);
});

test('a refusal is passed on, is not kept, and takes back what was', async () => {
  const { recent } = atTime();
  await recent.ask('g', 'k', say('one'));
  const refuse = () => Promise.reject(new AppError('DENIED'));
  await assert.rejects(recent.ask('g', 'k', refuse), { code: 'DENIED' });
  await assert.rejects(recent.ask('g', 'k', away), unavailable);
});

test('what was forgotten counts no more, nor does what was asked before and answered later', async () => {
  const { recent, pass } = atTime();
  await recent.ask('a', 'in a', say('one'));
  await recent.ask('b', 'in b', say('one'));
  pass(1);
  await recent.ask('a', 'crossing', () => {
    recent.forget('a');
    return Promise.resolve('read before it was taken away');
  });
  await assert.rejects(recent.ask('a', 'in a', away), unavailable);
  await assert.rejects(recent.ask('a', 'crossing', away), unavailable);
  assert.equal(await recent.ask('b', 'in b', away), 'one');
  recent.forgetAll();
  await assert.rejects(recent.ask('b', 'in b', away), unavailable);
  pass(1);
  await recent.ask('a', 'in a', say('again'));
  assert.equal(await recent.ask('a', 'in a', away), 'again');
});

test('no more is kept than there is room for, and no more marks of what was forgotten', async () => {
  const { recent, pass } = atTime(3);
  for (const key of ['1', '2', '3', '4']) await recent.ask('g', key, say(key));
  assert.equal(recent.size, 3);
  await assert.rejects(recent.ask('g', '1', away), unavailable);
  assert.equal(await recent.ask('g', '4', away), '4');
  pass(1);
  for (const group of ['a', 'b', 'c', 'd']) recent.forget(group);
  await assert.rejects(recent.ask('g', '4', away), unavailable, 'marks were dropped, so all is forgotten');
});
