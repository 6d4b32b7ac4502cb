import assert from 'node:assert/strict';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { AppError } from '../../../lib/errors.ts';
import { SendingRoom, sending } from './sending-room.ts';

const MiB = 1024 * 1024;

function isFull(room: SendingRoom, caller: string, bytes: number): boolean {
  try {
    room.take(caller, bytes)[Symbol.dispose]();
    return false;
  } catch (error) {
    assert.ok(error instanceof AppError && error.code === 'TOO_MANY_REQUESTS');
    return true;
  }
}

test('one caller holds a part of the room, all together hold all of it', () => {
  const room = new SendingRoom();
  const taken = ['a', 'b', 'c', 'd'].map((caller) => room.take(caller, 32 * MiB));
  assert.deepEqual([isFull(room, 'a', 1), isFull(room, 'e', 1)], [true, true]);
  for (let again = 0; again < 2; again += 1) taken[0]?.[Symbol.dispose]();
  assert.deepEqual(
    [isFull(room, 'b', 1), isFull(room, 'e', 32 * MiB), isFull(room, 'e', 33 * MiB)],
    [true, false, true],
  );
});

test('a file that was taken, and one that nobody waits for, give their room back', async () => {
  const room = new SendingRoom();
  const bytes = Buffer.alloc(200_000, 'x');
  const whole = sending(bytes, room.take('a', 32 * MiB));
  assert.ok(isFull(room, 'a', 1));
  assert.ok((await buffer(whole)).equals(bytes));
  assert.ok(!isFull(room, 'a', 32 * MiB));
  const left = sending(bytes, room.take('a', 32 * MiB));
  left.destroy();
  await once(left, 'close');
  assert.ok(!isFull(room, 'a', 32 * MiB));
});
