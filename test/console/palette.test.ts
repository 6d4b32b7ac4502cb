import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { imageOf } from '../harness/image.ts';
import { makeProject } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { ConsoleBrowser } from './console-browser.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const browser = await ConsoleBrowser.open(server);
after(() => browser[Symbol.asyncDispose]());
const admin = server.client();
const wide = { language: 'en', theme: 'light', width: 1440 } as const;
const narrow = { language: 'zh', theme: 'dark', width: 390 } as const;

await makeProject(admin, 'pay');
await makeProject(admin, 'closed');
await addUsers(server, ['guest']);
await grantRole(server, { username: 'guest', role: 'guest', place: 'pay' });
const guest = { username: 'guest', password };
const image = imageOf({ seed: 'api' });
for (const tag of ['v1.0', 'v1.1', 'v2.0']) await admin.pushImage('pay/api', tag, image);
await admin.pushImage('closed/payment-secrets', 'v1.0', imageOf({ seed: 'closed' }));

test('everything is found in one field, with the keyboard alone', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/', 'Hello');
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: 'Find anything' });
  await field.waitFor();
  assert.ok(await field.evaluate((each) => each === document.activeElement));
  await page.keyboard.type(`localhost:${server.port}/pay/api:v1`);
  await page.getByRole('option', { name: 'pay/api:v1.0' }).waitFor();
  const options = await page.getByRole('option').allTextContents();
  assert.deepEqual(options, [
    'pay/api',
    'pay/api:v1.0',
    'pay/api:v1.1',
    'Search everything for “pay/api:v1”',
  ]);
  const activeName = (): Promise<string | null | undefined> =>
    field.evaluate(
      (each) => document.getElementById(each.getAttribute('aria-activedescendant') ?? '')?.textContent,
    );
  assert.equal(await activeName(), 'pay/api');
  await page.keyboard.press('ArrowUp');
  assert.equal(await activeName(), options.at(-1));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  assert.equal(await activeName(), 'pay/api:v1.0');
  await window.expectGood();
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname === '/p/pay/r/api/-/t/v1.0');
  assert.equal(await page.getByRole('dialog').count(), 0);
  await page.getByText('Pushed').first().waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.type(image.manifest.digest.slice(7, 16));
  await page.getByRole('option', { name: /^pay\/api@/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname === `/p/pay/r/api/-/a/${image.manifest.digest}`);
  await page.keyboard.press('Control+k');
  await page.getByRole('group', { name: 'Recent' }).getByRole('option', { name: 'pay/api:v1.0' }).waitFor();
  await page.keyboard.press('Escape');
  assert.equal(await page.getByRole('dialog').count(), 0);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await window.settled();
  await window.expectGood();
});

test('pages are found by our names and by Harbor’s, in either language; people by who may list them', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/', 'Hello');
  const field = page.getByRole('combobox', { name: 'Find anything' });
  for (const [words, name, to] of [
    ['任务中心', /^Jobs/, '/jobs'],
    ['回收站', /^Trash/, '/storage/trash'],
    ['@gue', /^guest/, '/access/people/guest'],
  ] as const) {
    await page.keyboard.press('Control+k');
    await field.fill(words);
    await page.getByRole('option', { name }).first().click();
    await page.waitForURL((url) => url.pathname === to);
  }
  await page.getByRole('heading', { level: 1, name: 'guest' }).waitFor();
  await window.expectGood();
});

test('a button opens it where there is no keyboard; what is hidden is not found', async () => {
  await using window = await browser.window(narrow, guest);
  const { page } = window;
  await window.open('/p', 'pay');
  await page.getByRole('button', { name: '查找任何内容' }).click();
  await page.getByRole('combobox', { name: '查找任何内容' }).fill('pay');
  await page.getByRole('option', { name: 'pay/api' }).waitFor();
  const list = page.getByRole('listbox', { name: '结果' }).getByRole('option');
  assert.deepEqual(await list.allTextContents(), ['pay', 'pay/api', '全部搜索“pay”']);
  await shot(page, 'palette-narrow');
  await window.expectGood();
});

test('Enter that ends what an input method composes opens nothing', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/', 'Hello');
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: 'Find anything' });
  await field.fill('pay');
  await page.getByRole('option', { name: 'pay/api' }).waitFor();
  await shot(page, 'palette-wide');
  await field.evaluate((each) => {
    for (const more of [{ isComposing: true }, { keyCode: 229 }])
      each.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...more }),
      );
  });
  assert.equal(await field.inputValue(), 'pay');
  assert.equal(new URL(page.url()).pathname, '/');
  await window.expectGood();
});

test('single keys go places and through rows, until they are switched off', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/', 'Hello');
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await shot(page, 'keys');
  await window.expectGood();
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('p');
  await page.waitForURL((url) => url.pathname === '/p');
  await page.getByRole('link', { name: 'pay' }).waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  const focused = (): Promise<string | null | undefined> =>
    page.evaluate(() => document.activeElement?.textContent);
  const second = await page.locator('tbody tr').nth(1).locator('a').first().textContent();
  assert.equal(await focused(), second);
  await page.keyboard.press('t');
  assert.equal(await page.evaluate(() => document.documentElement.dataset['theme']), 'light');
  await page.keyboard.press('/');
  await page.keyboard.type('jjt');
  assert.equal(await page.getByRole('searchbox', { name: 'Filter by name' }).inputValue(), 'jjt');
  await page.goto('/me');
  await page.getByRole('checkbox', { name: 'Single keys do something' }).uncheck();
  await page.locator('h1').click();
  await page.keyboard.press('?');
  await page.keyboard.press('g');
  await page.keyboard.press('p');
  await page.reload();
  assert.equal(await page.getByRole('checkbox', { name: 'Single keys do something' }).isChecked(), false);
  assert.deepEqual([new URL(page.url()).pathname, await page.getByRole('dialog').count()], ['/me', 0]);
  await window.expectGood();
});

async function shot(
  page: { screenshot(options: { path: string }): Promise<unknown> },
  name: string,
): Promise<void> {
  const folder = process.env['BERTH_SHOTS'];
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` });
}
