import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers } from '../harness/accounts.ts';
import { changedSource } from '../harness/changed-source.ts';
import { imageOf } from '../harness/image.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { ConsoleBrowser } from './console-browser.ts';
import { lookAt } from './look-at.ts';

const server = await BerthServer.start({
  env: {
    BERTH_GC_WINDOW: '0s',
    ...changedSource([
      {
        module: 'content/figures/create-storage-count',
        find: 'const everyMs = 10_000;',
        replace: 'const everyMs = 500;',
      },
    ]),
  },
});
after(() => server[Symbol.asyncDispose]());
const browser = await ConsoleBrowser.open(server);
after(() => browser[Symbol.asyncDispose]());
const admin = server.client();
const wide = { language: 'en', theme: 'light', width: 1440 } as const;
await makeProject(admin, 'pay');
await addUsers(server, ['eve']);
for (const [repository, size] of [
  ['api', 300_000],
  ['web', 200_000],
  ['team/tool', 50_000],
] as const)
  await admin.pushImage(`pay/${repository}`, 'v1', imageOf({ seed: repository, layers: [size, 40_000] }));
await admin.pushImage('pay/web', 'old', imageOf({ seed: 'old', layers: [123_456] }));
expectStatus(await admin.call('DELETE', '/api/v2.0/projects/pay/repositories/web/artifacts/old'), 200);
await waitUntil('the trash is counted', async () => {
  const total = await admin.get('/api/berth/v1/storage/usage/total');
  return (jsonOf<{ trash?: number }>(total).trash ?? 0) > 123_456;
});

test('garbage collection', async (context) => {
  await sendJson(admin, 'POST', '/api/v2.0/system/gc/schedule', {
    schedule: { type: 'Daily', cron: '0 0 0 * * *' },
  });
  await lookAt(context, browser, { path: '/storage/gc', ready: { en: 'Make a plan', zh: '生成方案' } });
});

test('quotas', async (context) => {
  await lookAt(context, browser, { path: '/storage/quotas', ready: { en: 'Share used', zh: '已用比例' } });
});

test('which project is nearest to its quota is told by a page that the storage leads to', async () => {
  for (const [name, limit] of [
    ['roomy', 1_000_000_000],
    ['tight', 110_000],
    ['free', -1],
  ] as const) {
    await makeProject(admin, name);
    await admin.pushImage(`${name}/app`, 'v1', imageOf({ seed: name, layers: [100_000] }));
    const { project_id: id } = jsonOf<{ project_id: number }>(await admin.get(`/api/v2.0/projects/${name}`));
    expectStatus(await sendJson(admin, 'PUT', `/api/v2.0/quotas/${id}`, { hard: { storage: limit } }), 200);
  }
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/storage', 'Quotas');
  await page.getByRole('main').getByRole('link', { name: 'Quotas' }).click();
  await page.getByText('Nearest to its quota first').waitFor();
  const current = page.locator('nav [aria-current=page]');
  assert.deepEqual(await current.allTextContents(), ['Storage']);
  await page.getByRole('navigation', { name: 'breadcrumb' }).getByRole('link', { name: 'Storage' }).waitFor();
  const names = () => page.locator('tbody tr td:first-child a').allTextContents();
  await page.locator('tbody tr').first().waitFor();
  assert.deepEqual((await names()).slice(0, 2), ['tight', 'roomy']);
  assert.match((await page.locator('tbody tr').first().textContent()) ?? '', /9\d %/);
  await page.getByRole('button', { name: 'Used', exact: true }).click();
  await page.waitForURL((url) => url.searchParams.has('sort'));
  assert.equal(await page.getByText('Nearest to its quota first').count(), 0, 'by another order it is not');
  await page.getByRole('link', { name: 'tight', exact: true }).click();
  await page.waitForURL((url) => url.pathname === '/p/tight/settings');
  await window.expectGood();
});

test('the largest are sorted by the server, as the address says', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/storage', 'pay/api');
  const first = page.locator('tbody tr').first();
  assert.equal(await first.locator('a').textContent(), 'pay/api');
  await page.getByRole('button', { name: 'Name', exact: true }).click();
  await page.waitForURL((url) => url.search === '?sort=name');
  await page.getByRole('combobox', { name: 'By' }).selectOption('tag');
  await page.getByText('pay/team/tool:v1').waitFor();
  await window.expectGood();
});

test('cards of a row are as high as each other; links look like links and say where they lead', async () => {
  for (const [language, names] of [
    ['en', ['Open the trash', 'Plan a collection', 'Plan including untagged']],
    ['zh', ['打开回收站', '规划回收', '规划包括无 Tag 制品的回收']],
  ] as const) {
    await using window = await browser.window({ language, theme: 'light', width: 1440 });
    const { page } = window;
    await window.open('/storage', names[2]);
    const heights = await page
      .locator('.columns > .card')
      .evaluateAll((all) => all.map((card) => card.getBoundingClientRect().height));
    assert.equal(heights.length, 2);
    assert.equal(heights[0], heights[1]);
    assert.deepEqual(await page.locator('.storage-rows a').allTextContents(), names);
    const lines = await page
      .locator('.figure-name')
      .evaluateAll((all) =>
        all.map((name) => [name.closest('a') !== null, getComputedStyle(name).textDecorationLine]),
      );
    assert.deepEqual(lines, [
      [false, 'none'],
      [false, 'none'],
      [true, 'underline'],
      [true, 'underline'],
    ]);
    await window.expectGood();
  }
});

test('a plan tells bytes, and its application frees exactly these', async (context) => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/storage/gc', 'Make a plan');
  await page.locator('.card').first().getByText('Empty the trash too').click();
  await page.getByRole('button', { name: 'Make a plan' }).click();
  await page.getByText(/^exactly [\d,]+ bytes$/).waitFor();
  const exact = await page.getByText(/^exactly [\d,]+ bytes$/).textContent();
  assert.match(new URL(page.url()).search, /^\?show=\d+$/);
  await page.getByText(/nothing is changed/).waitFor();
  const card = page.locator('.card').first();
  await card.getByText('Empty the trash too', { exact: true }).waitFor();
  await card.getByText('Of it from the trash').waitFor();
  const deletions = /^[1-9]\d* deletions?$/;
  assert.equal(await card.getByRole('link', { name: deletions }).getAttribute('href'), '/storage/trash');
  assert.equal(await card.getByText('Waits in the trash').count(), 0);
  await page.locator('tbody tr').first().getByText('would free').waitFor();
  await page.getByRole('columnheader', { name: 'Trigger' }).waitFor();
  await window.expectGood();
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  const dialog = page.locator('dialog');
  const told = (exact ?? '').replace('exactly ', '');
  await dialog.getByText(`${told} are freed by what the plan found.`).waitFor();
  await dialog.getByRole('link', { name: deletions }).waitFor();
  await dialog.getByRole('button', { name: 'Apply', exact: true }).click();
  await page
    .getByText(/^Freed /)
    .first()
    .waitFor();
  await page.getByText(exact ?? 'no bytes').waitFor();
  assert.ok(Number(told.replaceAll(/\D/g, '')) > 123_456);
  await page.locator('tbody tr').getByText(/^Run /).first().waitFor();
  await window.expectGood();
  const shown = new URL(page.url());
  await lookAt(context, browser, {
    path: shown.pathname + shown.search,
    ready: { en: 'Freed', zh: '已释放' },
  });
});

test('a plan for untagged artifacts says when they are freed', async () => {
  await admin.pushImage('pay/bare', 'v1', imageOf({ seed: 'bare', layers: [90_000] }));
  const tag = '/api/v2.0/projects/pay/repositories/bare/artifacts/v1/tags/v1';
  assert.equal((await admin.call('DELETE', tag)).status, 200);
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/storage/gc?untagged=yes', 'Make a plan');
  await page.getByRole('button', { name: 'Make a plan' }).click();
  const later = /of untagged artifacts go to the trash first, and are freed on .*\d{4}.* when it is run now/;
  await page.getByText(later).waitFor();
  await page.locator('.card').first().getByText('Untagged artifacts too', { exact: true }).waitFor();
  await window.expectGood();
});

test('a plan says what a run means for the snapshots that may need what goes', async () => {
  await admin.pushBlob('pay/bare', Buffer.from('of nobody'));
  for (const [language, theme, width, sentence] of [
    [
      'en',
      'light',
      1440,
      /snapshots of the database may need \d+ of these blobs.*is not harmed, but a snapshot/,
    ],
    ['zh', 'dark', 390, /数据库快照可能还需要其中 \d+ 个数据块.*当前的内容不受影响/],
  ] as const) {
    await using window = await browser.window({ language, theme, width });
    const { page } = window;
    await page.route(/\/system\/gc\/\d+$/, async (route) => {
      const told = (await (await route.fetch()).json()) as { job_parameters: string };
      const found = { ...(JSON.parse(told.job_parameters) as object), in_snapshots: 3 };
      await route.fulfill({ json: { ...told, job_parameters: JSON.stringify(found) } });
    });
    await window.open('/storage/gc', language === 'en' ? 'Make a plan' : '生成方案');
    await page.getByRole('button', { name: language === 'en' ? 'Make a plan' : '生成方案' }).click();
    await page.locator('.card').first().getByText(sentence).waitFor();
    await window.expectGood();
    await page.getByRole('button', { name: language === 'en' ? 'Apply' : '执行', exact: true }).click();
    await page.locator('dialog').getByText(sentence).waitFor();
    await window.expectGood();
  }
});

test('what was counted before the last collection says so until it is counted anew', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  let isOld = true;
  await page.route('**/api/berth/v1/storage/usage/total', async (route) => {
    const told = (await (await route.fetch()).json()) as object;
    await route.fulfill({ json: isOld ? { ...told, as_of: '2026-01-01T00:00:00.000Z' } : told });
  });
  await window.open('/storage', 'before the last garbage collection');
  await window.expectGood();
  isOld = false;
  await page.getByText('before the last garbage collection').waitFor({ state: 'detached' });
});

test('a schedule is set', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/storage/gc', 'Make a plan');
  await page.getByRole('combobox', { name: 'When' }).selectOption('Custom');
  await page.getByRole('textbox', { name: /Cron/ }).fill('0 30 2 * * *');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('every day at 02:30 UTC').waitFor();
  await window.expectGood();
});
