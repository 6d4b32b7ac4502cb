// A page of the console at one instance follows what is done at another one.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium } from 'playwright-core';
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

test('a push at one instance is seen on the page of the other within a second', async (t) => {
  const pusher = one.client();
  await pusher.pushImage('library/app', 'first', imageOf({ seed: 'first' }));
  const context = await browser.newContext({ baseURL: `http://localhost:${two.port}`, locale: 'en-GB' });
  await context.request.post('/c/login', { form: { principal: 'admin', password } });
  const page = await context.newPage();
  const streaming = page.waitForResponse((response) => response.url().includes('/api/berth/v1/events'));
  await page.goto('/p/library/r/app');
  await page.getByRole('link', { name: 'first' }).waitFor();
  await streaming;
  const delays: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await delay(betweenMs);
    await pusher.pushImage('library/app', `round-${round}`, imageOf({ seed: `round ${round}` }));
    const pushed = performance.now();
    await page.getByRole('link', { name: `round-${round}` }).waitFor();
    delays.push(performance.now() - pushed);
  }
  const median = delays.toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN;
  t.diagnostic(`median ${median.toFixed(0)} ms, longest ${Math.max(...delays).toFixed(0)} ms`);
  assert.ok(median < 1000, String(delays));
});
