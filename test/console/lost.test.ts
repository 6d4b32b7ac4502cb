// Pages while the server is away or slow, and several tabs of one browser.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { makeProject } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { ConsoleBrowser, signIn } from './console-browser.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const browser = await ConsoleBrowser.open(server);
after(() => browser[Symbol.asyncDispose]());
const admin = server.client();
await makeProject(admin, 'before');
const wide = { language: 'en', theme: 'light', width: 1440 } as const;
const account = { username: 'admin', password };
const awayMs = process.env['BERTH_CONSOLE'] === 'full' ? 10_000 : 4_000;
/** In the time above: each list twice more, the question whether the server is back, the stream. */
const mostRequests = 20;
const away = 'The server does not answer.';

test('a server that is away takes nothing that was typed; what happened meanwhile is there by itself afterwards', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/p', 'before');
  await page.getByRole('button', { name: 'New project' }).click();
  const name = page.locator('dialog').getByRole('textbox', { name: 'Name' });
  await name.fill('typed');
  await page.context().setOffline(true);
  let requests = 0;
  page.on('request', () => {
    requests += 1;
  });
  await page.locator('dialog').getByRole('button', { name: 'Create' }).click();
  await page.locator('dialog').getByText('The server does not answer').waitFor();
  await page.getByText(away).waitFor();
  await makeProject(admin, 'meanwhile');
  await delay(awayMs);
  assert.equal(await name.inputValue(), 'typed');
  assert.ok(requests <= mostRequests, `${requests} requests`);
  await page.context().setOffline(false);
  await page.getByText(away).waitFor({ state: 'detached' });
  await page.getByText('meanwhile').waitFor();
  await page.locator('dialog').getByRole('button', { name: 'Create' }).click();
  await page.waitForURL((url) => url.pathname === '/p/typed');
});

test('while an answer is waited for there are lines in its place, and what was sent is not sent twice', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  const held = Promise.withResolvers<undefined>();
  const sent: string[] = [];
  await page.route(/\/api\/(?:v2\.0|berth\/v1)\/projects(?:\?|$)/, async (route) => {
    if (route.request().method() === 'POST') sent.push(route.request().postData() ?? '');
    await held.promise;
    await route.continue();
  });
  await page.goto('/p');
  await page.locator('.skeleton').waitFor();
  await page.getByRole('button', { name: 'New project' }).click();
  const name = page.locator('dialog').getByRole('textbox', { name: 'Name' });
  await name.fill('once');
  for (let times = 0; times < 3; times += 1) await name.press('Enter');
  await page.locator('dialog').getByRole('button', { name: 'Create' }).click({ force: true });
  await waitUntil('it is sent', () => sent.length > 0);
  held.resolve(undefined);
  await page.waitForURL((url) => url.pathname === '/p/once');
  assert.equal(sent.length, 1, 'also with the token of the page');
  await window.expectGood();
});

test('a sign-out in one tab ends what the other one shows, and a sign-in brings it back', async () => {
  await using window = await browser.window(wide, null);
  const { page } = window;
  await page.goto('/signin');
  await signIn(page, account);
  await page.waitForURL((url) => url.pathname === '/');
  const other = await page.context().newPage();
  await other.goto('/p?sort=-name');
  await other.getByText('before').waitFor();
  await page.getByRole('button', { name: 'Account of admin' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.waitForURL((url) => url.pathname === '/signin');
  await other.waitForURL((url) => url.pathname === '/signin');
  assert.equal(await other.getByText('before').count(), 0);
  await signIn(other, account);
  await other.waitForURL((url) => url.pathname === '/p' && url.search === '?sort=-name');
  await other.getByText('before').waitFor();
});

test('a session that ended is asked for in each tab, and once is enough', async () => {
  await using window = await browser.window(wide, null);
  const { page } = window;
  await page.goto('/signin');
  await signIn(page, account);
  await page.waitForURL((url) => url.pathname === '/');
  const other = await page.context().newPage();
  for (const tab of [page, other]) {
    await tab.goto('/p');
    await tab.getByText('before').waitFor();
  }
  await page.context().request.get('/c/log_out');
  for (const tab of [page, other]) {
    await tab.getByRole('searchbox', { name: 'Filter by name' }).fill('e');
    await tab.getByText('Your session has ended').waitFor();
  }
  await page.locator('dialog input[name=password]').fill(password);
  await page.locator('dialog button[type=submit]').click();
  for (const tab of [page, other]) {
    await tab.getByText('Your session has ended').waitFor({ state: 'detached' });
    assert.equal(await tab.getByRole('searchbox', { name: 'Filter by name' }).inputValue(), 'e');
  }
});
