import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers } from '../harness/accounts.ts';
import { imageOf } from '../harness/image.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { ConsoleBrowser, signIn } from './console-browser.ts';
import { lookAt } from './look-at.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const browser = await ConsoleBrowser.open(server);
after(() => browser[Symbol.asyncDispose]());
const admin = server.client();
for (let at = 0; at < 60; at += 1) await makeProject(admin, `team-${String(at).padStart(2, '0')}`);
await makeProject(admin, `long-${'name-'.repeat(10)}end`, { public: 'true' });
for (const name of ['app', 'hidden']) await admin.pushImage(`team-07/${name}`, 'v1', imageOf({ seed: name }));
await addUsers(server, ['bob']);
const bob = { username: 'bob', password };
expectStatus(
  await sendJson(admin, 'POST', '/api/berth/v1/grants', { who: 'bob', role: 'pull', where: 'team-07/app' }),
  201,
);
const wide = { language: 'en', theme: 'light', width: 1440 } as const;

test('projects', async (context) => {
  await lookAt(context, browser, { path: '/p', ready: { en: 'team-00', zh: 'team-00' } });
});

test('projects, none of which matches', async (context) => {
  await lookAt(context, browser, { path: '/p?q=nothing', ready: { en: 'Clear filters', zh: '清除筛选' } });
});

test('who was given one repository finds its project, in part, on the list and at home', async (context) => {
  await lookAt(context, browser, {
    path: '/p',
    who: bob,
    ready: { en: 'in part', zh: '部分可见' },
  });
  await using window = await browser.window(wide, bob);
  await window.open('/p', 'in part');
  const rows = window.page.locator('tbody tr');
  assert.equal(await rows.count(), 3);
  const cells = rows.filter({ hasText: 'in part' }).locator('td');
  assert.deepEqual((await cells.allTextContents()).slice(0, 4), [
    'team-07 in part',
    'private',
    '1 repository',
    '1',
  ]);
  await window.open('/', 'Hello, bob');
  const figures = window.page.locator('.figure');
  await figures.filter({ hasText: /^Projects3/ }).waitFor();
  await figures.filter({ hasText: /^Repositories1/ }).waitFor();
  await window.open('/search?q=team-07', 'team-07/app');
  assert.ok(!(await window.page.locator('main').textContent())?.includes('hidden'));
  await window.expectGood();
});

test('an address without a page says so', async (context) => {
  await lookAt(context, browser, { path: '/nowhere', ready: { en: 'no such page', zh: '没有这个页面' } });
});

test('filter, order and page stand in the address, and come back with it', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/p', 'team-00');
  await page.getByText('1–50 of 62').waitFor();
  await page.getByRole('button', { name: 'Next page' }).click();
  await page.getByText('team-59').waitFor();
  assert.equal(new URL(page.url()).search, '?page=2');
  await page.getByRole('button', { name: 'Name', exact: true }).click();
  await page.getByText('team-59').waitFor();
  assert.equal(new URL(page.url()).search, '?sort=-name');
  await page.getByRole('searchbox', { name: 'Filter by name' }).fill('team-1');
  await page.getByText('10 of 62').waitFor();
  assert.equal(new URL(page.url()).search, '?sort=-name&q=team-1');
  await page.reload();
  // How many there are in all is asked once, where the address has the filter from the beginning.
  await page.getByText('10 of 62').waitFor();
  assert.equal(await page.getByRole('button', { name: /^Clear/ }).count(), 1);
  assert.equal(await page.locator('tbody tr').first().locator('a').textContent(), 'team-19');
  await page.goBack();
  await page.getByText('51–62 of 62').waitFor();
  await window.expectGood();
});

test('a list says how many there are; a chip takes its filter away, and all go at once', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  const chips = page.getByRole('list', { name: 'Filters' });
  await window.open('/p?page=2', '62 in all');
  assert.equal(await chips.count(), 0);
  await page.getByLabel('Access', { exact: true }).selectOption('public');
  await page.getByText('2 of 62').waitFor();
  assert.equal(new URL(page.url()).search, '?access=public');
  await chips.getByText('Access: public').waitFor();
  await window.expectGood();
  await page.getByRole('button', { name: 'Without Access' }).click();
  await page.getByText('62 in all').waitFor();
  assert.equal(new URL(page.url()).search, '');
  // The keyboard goes on from the list.
  assert.equal(await page.evaluate(() => document.activeElement?.className), 'list');
  await page.getByLabel('Access', { exact: true }).selectOption('private');
  await page.getByRole('searchbox', { name: 'Filter by name' }).fill('team-1');
  await page.getByText('10 of 62').waitFor();
  assert.equal(await page.getByRole('button', { name: /^Clear/ }).count(), 1);
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.getByText('62 in all').waitFor();
  assert.equal(new URL(page.url()).search, '');
  assert.equal(await chips.count(), 0);
  await page.getByRole('searchbox', { name: 'Filter by name' }).fill('nothing');
  await page.getByText('Nothing matches the filter').waitFor();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.getByText('62 in all').waitFor();
});

test('a filter of the address that there is not is none', async () => {
  await using window = await browser.window(wide);
  await window.open('/p?access=nonsense', '62 in all');
  assert.equal(await window.page.getByRole('list', { name: 'Filters' }).count(), 0);
  assert.equal(await window.page.getByRole('button', { name: 'Clear filters' }).count(), 0);
});

test('where there are cards in place of a table, its order can be chosen, too', async () => {
  await using window = await browser.window({ language: 'zh', theme: 'dark', width: 390 });
  const { page } = window;
  await window.open('/p?access=private', '访问级别：私有');
  await page.getByLabel('排序').selectOption({ label: '按名称 ↓' });
  await page.getByText('team-59').waitFor();
  assert.equal(new URL(page.url()).search, '?access=private&sort=-name');
  await window.expectGood();
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByLabel('排序').waitFor({ state: 'detached' });
});

test('a page that needs a session asks for it and comes back', async () => {
  await using window = await browser.window(wide, null);
  const { page } = window;
  await page.goto('/?x=1');
  await page.waitForURL((url) => url.pathname === '/signin');
  await signIn(page, { username: 'admin', password: 'Wrong-Horse-7' });
  await page.getByText('Wrong user name or password').waitFor();
  await signIn(page, { username: 'admin', password: 'Correct-Horse-7' });
  await page.waitForURL((url) => url.pathname === '/' && url.search === '?x=1');
  assert.deepEqual(
    window.problems.map((problem) => problem.slice(0, 4)),
    ['401:'],
  );
});

test('a session that ended is asked for over the page, which keeps what was typed', async () => {
  await using window = await browser.window(wide, null);
  const { page } = window;
  await page.goto('/signin?next=%2Fp');
  await signIn(page, { username: 'admin', password: 'Correct-Horse-7' });
  await page.getByRole('button', { name: 'New project' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('kept-name');
  await page.context().clearCookies();
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('heading', { name: 'Your session has ended' }).waitFor();
  await page.locator('dialog input[name=password]').fill('Correct-Horse-7');
  await page.locator('dialog form button[type=submit]').last().click();
  await page.getByRole('heading', { name: 'Your session has ended' }).waitFor({ state: 'detached' });
  assert.equal(await page.getByRole('textbox', { name: 'Name' }).inputValue(), 'kept-name');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.waitForURL((url) => url.pathname === '/p/kept-name');
});

test('a language and a theme that were chosen stay, without the other being seen first', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/p', 'team-00');
  await page.getByRole('button', { name: '中文' }).click();
  await page.getByRole('heading', { name: '项目' }).waitFor();
  await page.getByRole('button', { name: '主题' }).click();
  await page.getByRole('menuitemradio', { name: '深色' }).click();
  const answer = await page.reload();
  assert.match((await answer?.text()) ?? '', /<html lang="zh-Hans" data-theme="dark"/);
  await page.getByText('team-00').waitFor();
  await window.expectGood();
});

test('signing out ends what can be seen', async () => {
  await using window = await browser.window(wide, null);
  const { page } = window;
  await page.goto('/signin');
  await signIn(page, { username: 'admin', password: 'Correct-Horse-7' });
  await page.getByRole('button', { name: 'Account of admin' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.waitForURL((url) => url.pathname === '/signin');
  await page.goto('/');
  await page.waitForURL((url) => url.pathname === '/signin');
  assert.deepEqual(window.problems, []);
});

test('a part that an upgrade took away is had by loading the page anew', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/p', 'team-00');
  let refused = 0;
  await page.route(/home-page-.*\.js$/, async (route) => {
    refused += 1;
    if (refused === 1) await route.fulfill({ status: 404, body: '' });
    else await route.continue();
  });
  await page.getByRole('link', { name: 'Home', exact: true }).click();
  await page.getByRole('heading', { name: 'Hello' }).waitFor();
  assert.equal(refused, 2);
});
