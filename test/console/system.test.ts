import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers } from '../harness/accounts.ts';
import { makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { ConsoleBrowser } from './console-browser.ts';
import { lookAt } from './look-at.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const browser = await ConsoleBrowser.open(server);
after(() => browser[Symbol.asyncDispose]());
const admin = server.client();
await makeProject(admin, 'payments', { public: 'true' });
await makeProject(admin, 'repayments');
const wide = { language: 'en', theme: 'light', width: 1440 } as const;

test('an administrator finds on the home page what works, what room is left and what ends soon', async () => {
  const robot = {
    name: 'soon',
    level: 'system',
    duration: 3,
    permissions: [
      { kind: 'project', namespace: 'payments', access: [{ resource: 'repository', action: 'pull' }] },
    ],
  };
  assert.equal((await sendJson(admin, 'POST', '/api/v2.0/robots', robot)).status, 201);
  await addUsers(server, ['alice-of-the-release-team']);
  const soon = new Date(Date.now() + 4 * 86_400_000).toISOString();
  const grant = { who: 'alice-of-the-release-team', role: 'pull', where: 'payments/api', expires_at: soon };
  assert.equal((await sendJson(admin, 'POST', '/api/berth/v1/grants', grant)).status, 201);
  for (const [language, works, ends, leads, whose] of [
    [
      'en',
      'Everything works',
      'in 3 days',
      'Ends within 14 days',
      'alice-of-the-release-team\u00a0· pull\u00a0· payments/api',
    ],
    ['zh', '一切正常', '3 天后', '14 天内到期', 'alice-of-the-release-team\u00a0· 拉取\u00a0· payments/api'],
  ] as const) {
    await using window = await browser.window({ language, theme: 'light', width: 1440 });
    const { page } = window;
    await window.open('/', works);
    const line = page.getByRole('listitem').filter({ hasText: 'robot$soon' });
    assert.equal(await line.locator('time').textContent(), ends);
    assert.match((await page.locator('.home-state').textContent()) ?? '', /\d GiB|\d TiB/);
    assert.match((await page.locator('.home-ending').textContent()) ?? '', new RegExp(whose));
    assert.equal(await page.locator('.home-ending .long-name').count(), 0, 'nothing is cut');
    await page.getByRole('link', { name: leads }).click();
    await page.waitForURL((url) => url.pathname === '/access/expiring');
    await page.getByText('robot$soon').waitFor();
    await window.expectGood();
    await window.open('/health', 'payments/api');
    const ending = page.getByRole('row').filter({ hasText: 'payments/api' });
    await ending.getByText('alice-of-the-release-team').waitFor();
    await window.expectGood();
  }
  await using other = await browser.window(wide, { username: 'alice-of-the-release-team', password });
  await other.open('/', 'Hello');
  assert.equal(await other.page.locator('.home-state').count(), 0);
  await other.expectGood();
});

test('what is found of one kind, in pages, leads on', async () => {
  for (let at = 0; at < 60; at += 1) await makeProject(admin, `many-${String(at).padStart(2, '0')}`);
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/search?q=many', 'See all: 60');
  assert.deepEqual(await page.locator('.tabs a').allTextContents(), ['All', 'Projects60']);
  await page.getByRole('link', { name: 'See all: 60' }).click();
  await page.getByText('1–50 of 60').waitFor();
  await page.getByRole('button', { name: 'Next page' }).click();
  await page.getByRole('link', { name: 'many-59' }).waitFor();
  assert.equal(new URL(page.url()).search, '?q=many&kind=project&page=2');
  await page.reload();
  await page.getByRole('link', { name: 'many-59' }).click();
  await page.waitForURL((url) => url.pathname === '/p/many-59');
  await window.expectGood();
});

test('search without a result', async (context) => {
  await lookAt(context, browser, {
    path: '/search?q=docker.io%2Fpayments:v1',
    ready: { en: 'Search for payments', zh: '搜索 payments' },
  });
});

test('what was copied from a command is searched by its name, which the head of the page shows then', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/search?q=docker.io%2Fpayments:v1', 'Search for payments');
  await page.getByRole('link', { name: 'Search for payments' }).click();
  await page.getByRole('table', { name: 'Projects' }).waitFor();
  assert.equal(await page.getByRole('searchbox').inputValue(), 'payments');
  await window.expectGood();
});

test('g and s lead to the search, Enter searches, and strangers find what is public', async () => {
  await using window = await browser.window(wide, null);
  const { page } = window;
  await window.open('/p', 'payments');
  await page.locator('h1').click();
  await page.keyboard.press('g');
  await page.keyboard.press('s');
  await page.waitForURL((url) => url.pathname === '/search');
  await page.keyboard.type('payments');
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname === '/search' && url.search === '?q=payments');
  await page.getByRole('table', { name: 'Projects' }).waitFor();
  assert.deepEqual(await page.locator('main table tbody a').allTextContents(), ['payments']);
  await window.expectGood();
});

test('a bookmark of Harbor’s portal leads to the page that is about the same, also by the id of a project', async () => {
  const id = await makeProject(admin, 'bookmarked');
  await using window = await browser.window(wide);
  const { page } = window;
  await page.goto(`/harbor/projects/${id}/configs`);
  await page.waitForURL((url) => url.pathname === '/p/bookmarked/settings');
  await page.getByRole('heading', { name: 'Immutable tags' }).waitFor();
  await page.goto('/harbor/logs/audit-log');
  await page.waitForURL((url) => url.pathname === '/activity');
  await page.getByRole('button', { name: 'Details of Project created' }).first().waitFor();
  await window.expectGood();
});

test('an address of Harbor’s portal without a page', async (context) => {
  await lookAt(context, browser, {
    path: '/harbor/interrogation-services/scanners',
    ready: { en: 'vulnerability scanning', zh: '漏洞扫描' },
  });
});
