// A page of the console at one instance follows what is done at another one.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium, type Page } from 'playwright-core';
import { imageOf } from '../harness/image.ts';
import { requireProgram } from '../harness/run-program.ts';
import { password } from '../harness/start-server.ts';
import { SharedDatabase } from './two-servers.ts';

requireProgram('chromium-headless-shell', 'chromium-headless-shell');
const database = await SharedDatabase.create();
after(() => database[Symbol.asyncDispose]());
const one = await database.start('one');
const two = await database.start('two');
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium-headless-shell',
  args: ['--no-sandbox'],
});
after(() => browser.close());
const rounds = 5;
/** A page asks no more often than that. */
const betweenMs = 2000;

test('a push at one instance is seen on the page of the other at most a second later than on its own', async (t) => {
  const pusher = one.client();
  await pusher.pushImage('library/app', 'first', imageOf({ seed: 'first' }));
  const own = await openTags(one.port);
  const other = await openTags(two.port);
  const later: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await delay(betweenMs);
    await pusher.pushImage('library/app', `round-${round}`, imageOf({ seed: `round ${round}` }));
    const [ownAt, otherAt] = await Promise.all([own, other].map((page) => whenSeen(page, `round-${round}`)));
    later.push((otherAt ?? Number.NaN) - (ownAt ?? 0));
  }
  const median = later.toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN;
  t.diagnostic(`later by ${median.toFixed(0)} ms, at most ${Math.max(...later).toFixed(0)} ms`);
  assert.ok(median < 1000, String(later));
});

/** The tags of the repository, on a page that is told of what happens. */
async function openTags(port: number): Promise<Page> {
  const context = await browser.newContext({ baseURL: `http://localhost:${port}`, locale: 'en-GB' });
  await context.request.post('/c/login', { form: { principal: 'admin', password } });
  const page = await context.newPage();
  const streaming = page.waitForResponse((response) => response.url().includes('/api/berth/v1/events'));
  await page.goto('/p/library/r/app');
  await page.getByRole('link', { name: 'first' }).waitFor();
  await streaming;
  return page;
}

async function whenSeen(page: Page, tag: string): Promise<number> {
  await page.getByRole('link', { name: tag }).waitFor();
  return performance.now();
}
