import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { imageOf } from '../harness/image.ts';
import { makeProject } from '../harness/rest.ts';
import { BerthServer } from '../harness/start-server.ts';
import { ConsoleBrowser } from './console-browser.ts';
import { lookAt } from './look-at.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const browser = await ConsoleBrowser.open(server);
after(() => browser[Symbol.asyncDispose]());
const admin = server.client();
const wide = { language: 'en', theme: 'light', width: 1440 } as const;

await makeProject(admin, 'pay');
for (const name of [
  'api',
  'backend',
  'backend/tools/migrate',
  'backend/worker',
  `front/${'long-'.repeat(30)}end`,
])
  await admin.pushImage(`pay/${name}`, 'v1', imageOf({ seed: name }));

test('repositories as a tree', async (context) => {
  await lookAt(context, browser, {
    path: '/p/pay?view=tree&open=backend,backend%2Ftools,front',
    ready: { en: 'migrate', zh: 'migrate' },
  });
});

test('the tree is gone through with the keyboard, and what is open stands in the address', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/p/pay', 'api');
  await page.getByRole('combobox', { name: 'Shown' }).selectOption('tree');
  await page.waitForURL((url) => url.search === '?view=tree');
  const items = page.getByRole('treeitem');
  await items.nth(2).waitFor();
  assert.equal(await items.count(), 3);
  await items.first().focus();
  for (const key of ['ArrowDown', 'ArrowRight']) await page.keyboard.press(key);
  await page.waitForURL((url) => url.searchParams.get('open') === 'backend');
  await page.getByRole('treeitem', { name: /^worker/ }).waitFor();
  for (const key of ['ArrowRight', 'ArrowRight']) await page.keyboard.press(key);
  await page.getByRole('treeitem', { name: /^migrate/ }).waitFor();
  assert.equal(new URL(page.url()).searchParams.get('open'), 'backend,backend/tools');
  await page.keyboard.press('End');
  await page.keyboard.press('Home');
  const focused = (): Promise<string | null | undefined> =>
    page.evaluate(() => document.activeElement?.getAttribute('data-path'));
  assert.equal(await focused(), 'api');
  await page.reload();
  await page.getByRole('treeitem', { name: /^migrate/ }).waitFor();
  await page.locator('[data-path="backend/tools/migrate"]').focus();
  for (const [key, path] of [
    ['ArrowLeft', 'backend/tools'],
    ['ArrowLeft', 'backend/tools'],
    ['ArrowLeft', 'backend'],
  ] as const) {
    await page.keyboard.press(key);
    assert.equal(await focused(), path);
  }
  await window.expectGood();
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname === '/p/pay/r/backend');
});
