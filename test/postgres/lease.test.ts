// A server that stands still keeps its uploads for 30 s; then another one goes on with them, and whatever the first
// one still writes changes nothing. Takes longer than the suite may, so only in its full form.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { digestOf, seededBytes } from '../harness/image.ts';
import { answerTo, expectError, expectStatus } from '../harness/registry-client.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { SharedDatabase } from './two-servers.ts';

const skip =
  process.env['BERTH_TEST_FULL'] === '1' ? false : 'waits for a lease of 30 s; part of npm run full:postgres';

for (const [what, signal] of [
  ['stands still', 'SIGSTOP'],
  ['was killed', 'SIGKILL'],
] as const) {
  test(`an upload whose server ${what} is taken over when its lease has run out`, { skip }, async () => {
    await using database = await SharedDatabase.create();
    const one = await database.start('one');
    const two = await database.start('two');
    const [left, right] = [one.client(), two.client()];
    const bytes = seededBytes(`lease ${signal}`, 6_000_000);
    const location = await left.startUpload('hello');
    expectStatus(await left.patch(location, bytes.subarray(0, 1_000_000)), 202);
    const started = left.begin('PATCH', location);
    const late = answerTo(started).catch((error: unknown) => error);
    started.write(bytes.subarray(1_000_000, 3_000_000));
    await delay(500);
    one.signal(signal);
    expectError(
      await right.patch(location, 'x', { 'Content-Range': '1000000-1000000' }),
      416,
      'RANGE_INVALID',
    );
    const offset = await waitUntil(
      'the lease runs out',
      async () => {
        const told = await right.get(location);
        expectStatus(told, 204);
        const at = Number(String(told.headers.range).split('-')[1]) + 1;
        const answer = await right.patch(location, bytes.subarray(at, at + 500_000), {
          'Content-Range': `${at}-${at + 499_999}`,
        });
        return answer.status === 202 ? at + 500_000 : undefined;
      },
      60_000,
    );
    assert.ok(offset >= 1_500_000);
    if (signal === 'SIGSTOP') {
      one.signal('SIGCONT');
      started.end(bytes.subarray(3_000_000));
      const answer = await late;
      assert.ok(
        !(answer instanceof Error) && typeof answer === 'object' && answer !== null && 'status' in answer,
      );
      assert.notEqual(answer.status, 202, 'the late writer must not be told that its bytes count');
      await delay(500);
    }
    const status = await right.get(location);
    assert.equal(status.headers.range, `0-${offset - 1}`);
    const range = { 'Content-Range': `${offset}-${bytes.length - 1}` };
    expectStatus(await right.patch(location, bytes.subarray(offset), range), 202);
    expectStatus(await right.finishUpload(location, digestOf(bytes)), 201);
    await right.pullBlob('hello', bytes);
    if (signal === 'SIGSTOP') await left.pullBlob('hello', bytes);
  });
}
