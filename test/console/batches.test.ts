import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { imageOf } from '../harness/image.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer } from '../harness/start-server.ts';
import { ConsoleBrowser, type ConsoleWindow } from './console-browser.ts';
import { lookAt } from './look-at.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const browser = await ConsoleBrowser.open(server);
after(() => browser[Symbol.asyncDispose]());
const admin = server.client();
const wide = { language: 'en', theme: 'light', width: 1440 } as const;
const narrow = { language: 'zh', theme: 'dark', width: 390 } as const;

await makeProject(admin, 'pay');
const image = imageOf({ seed: 'many' });
await admin.pushImage('pay/api', 'v1', image);
const old = [
  ...Array.from({ length: 308 }, (_, no) => `ci-${1000 + no}`),
  ...['stable', 'lts', 'live', 'last'].map((name) => `ci-${name}`),
];
for (const tag of [...old, 'v2']) await admin.pushManifest('pay/api', tag, image.manifest);
for (const name of ['web', 'web-old', 'tools'])
  await admin.pushImage(`pay/${name}`, 'v1', imageOf({ seed: name }));
const rule = {
  action: 'immutable',
  template: 'immutable_template',
  tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: 'ci-l*' }],
  scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }] },
};
expectStatus(await sendJson(admin, 'POST', '/api/v2.0/projects/pay/immutabletagrules', rule), 201);

/** A picture of what no address leads to, where pictures are wanted. */
async function seen({ page }: ConsoleWindow, name: string): Promise<void> {
  const shots = process.env['BERTH_SHOTS'];
  if (shots !== undefined) await page.screenshot({ path: `${shots}/batch-${name}.png` });
}

const tags = async (): Promise<number> => (await admin.tags('pay/api')).length;

test('all 312 tags that match are chosen, go but for those that a rule keeps, and come back', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/p/pay/r/api?q=ci-', '312 match');
  await page.getByRole('checkbox', { name: 'Select all on this page' }).check();
  const bar = page.getByRole('region', { name: 'Selection' });
  await bar.getByText('All 50 on this page selected').waitFor();
  await bar.getByRole('button', { name: 'Select all 312 that match' }).click();
  await bar.getByText('All 312 that match selected').waitFor();
  await seen(window, 'all-selected');
  await bar.getByRole('button', { name: 'Delete…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('309 of 312').waitFor();
  await dialog.getByText('3 immutable').waitFor();
  await seen(window, 'confirm');
  await dialog.getByRole('button', { name: 'Delete 309' }).click();
  await dialog.getByText('309 deleted').waitFor();
  await dialog.getByText('3 stay').waitFor();
  assert.equal(await tags(), 5);
  await seen(window, 'result');
  await page.getByText('3 match', { exact: true }).waitFor();
  await dialog.getByRole('button', { name: 'Undo' }).click();
  await dialog.getByText('309 restored').waitFor();
  assert.equal(await tags(), 314);
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await page.getByText('312 match').waitFor();
  assert.equal(await bar.count(), 0);
  await window.expectGood();
});

test('with another filter nothing is chosen any more, and rows of several pages are chosen together', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/p/pay/r/api?q=ci-&sort=name', '312 match');
  const bar = page.getByRole('region', { name: 'Selection' });
  await page.getByRole('checkbox', { name: 'Select ci-1000', exact: true }).check();
  await page.getByRole('button', { name: 'Next page' }).click();
  await page.getByRole('checkbox', { name: 'Select ci-1050', exact: true }).check();
  await bar.getByText('2 selected').waitFor();
  await page.getByRole('searchbox', { name: 'Filter by tag' }).fill('v');
  await page.getByText('3 match').waitFor();
  assert.equal(await bar.count(), 0);
  await window.expectGood();
});

test('repositories go and come back from the trash on a narrow window, in Chinese', async () => {
  await using window = await browser.window(narrow);
  const { page } = window;
  await window.open('/p/pay?q=web', '2 条符合');
  await page.getByRole('checkbox', { name: '选择 pay/web', exact: true }).check();
  await page.getByRole('region', { name: '选择' }).getByRole('button', { name: '选择本页全部' }).click();
  await seen(window, 'selected-narrow');
  await page.getByRole('region', { name: '选择' }).getByRole('button', { name: '删除…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('2 / 2').waitFor();
  await seen(window, 'confirm-narrow');
  await dialog.getByRole('button', { name: '删除 2 项' }).click();
  await dialog.getByText('已删除 2 项').waitFor();
  await dialog.getByRole('link', { name: '逐项结果' }).click();
  await page.getByText('pay/web-old').waitFor();
  await seen(window, 'batch-narrow');
  await window.open('/storage/trash?kind=repository', 'pay/web-old');
  await page.getByRole('checkbox', { name: '选择 pay/web', exact: true }).check();
  await page.getByRole('region', { name: '选择' }).getByRole('button', { name: '恢复…' }).click();
  await dialog.getByRole('button', { name: '恢复 1 项' }).click();
  await dialog.getByText('已恢复 1 项').waitFor();
  expectStatus(await admin.get('/v2/pay/web/tags/list'), 200);
  await window.expectGood();
});

test('a bulk change, and the list of one’s own', async (context) => {
  const [newest] = jsonOf<{ id: number }[]>(await admin.get('/api/berth/v1/batches?page_size=1'));
  await lookAt(context, browser, { path: '/batches', ready: { en: 'Began', zh: '开始时间' } });
  await lookAt(context, browser, { path: `/batches/${newest?.id}`, ready: { en: 'Reason', zh: '原因' } });
});
