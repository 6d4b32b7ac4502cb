import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { addUsers } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { imageOf } from '../harness/image.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { makeProject, projects, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { ConsoleBrowser } from './console-browser.ts';
import { lookAt } from './look-at.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const browser = await ConsoleBrowser.open(server);
after(() => browser[Symbol.asyncDispose]());
const admin = server.client();
for (let at = 0; at < 60; at += 1) await makeProject(admin, `team-${String(at).padStart(2, '0')}`);
await sendJson(admin, 'PUT', `${projects}/team-07`, { metadata: { public: 'true' } });
const wide = { language: 'en', theme: 'light', width: 1440 } as const;

test('activity, none of which matches', async (context) => {
  await lookAt(context, browser, {
    path: '/activity?actor=nobody-at-all&since=24h',
    ready: { en: 'No event matches', zh: '没有符合条件的事件' },
  });
});

test('an event has an address, with what changed, who did it and from where', async (context) => {
  const answer = await admin.get('/api/berth/v1/audit?type=project.updated&limit=1');
  const { items } = JSON.parse(answer.body.toString()) as { items: { id: number; request_id: string }[] };
  const [event] = items;
  assert.ok(event);
  await lookAt(context, browser, {
    path: `/activity?event=${event.id}`,
    ready: { en: 'What changed', zh: '变更内容' },
  });
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open(`/activity?event=${event.id}`, 'What changed');
  await page.getByRole('dialog').getByText(event.request_id).waitFor();
  await page.getByRole('button', { name: 'All that this request did' }).click();
  await page.getByRole('searchbox', { name: 'Request id' }).waitFor();
  const rows = page.locator('.list > .table-frame tbody tr');
  await waitUntil('what another request did is left out', async () => (await rows.count()) === 1);
  await window.expectGood();
});

test('an event is told in the words of its reader, and only what differs, side by side', async () => {
  const answer = await admin.get('/api/berth/v1/audit?type=project.updated&limit=1');
  const { items } = JSON.parse(answer.body.toString()) as { items: { id: number }[] };
  await using window = await browser.window({ language: 'zh', theme: 'light', width: 1440 });
  const { page } = window;
  await window.open(`/activity?event=${items[0]?.id}`, '变更内容');
  const dialog = page.getByRole('dialog', { name: '修改项目' });
  assert.deepEqual(await dialog.getByRole('columnheader').allTextContents(), ['字段', '变更前', '变更后']);
  assert.deepEqual(await dialog.getByRole('cell').allTextContents(), ['公开', '否', '是']);
  await dialog.getByRole('button', { name: '关闭' }).click();
  const names = await page.locator('.list > .table-frame tbody td:first-child').allTextContents();
  assert.ok(names.length > 40);
  assert.deepEqual(
    names.filter((name) => !/\p{Script=Han}/u.test(name)),
    [],
  );
  for (const option of await page
    .getByRole('combobox', { name: '操作', exact: true })
    .getByRole('option')
    .all())
    assert.match((await option.textContent()) ?? '', /\p{Script=Han}/u);
  // The time stands in one line, as long ago as it is; when that was is behind it.
  const times = page.locator('.list > .table-frame tbody time');
  const heights = await times.evaluateAll((all) => all.map((each) => each.getClientRects().length));
  assert.deepEqual(new Set(heights), new Set([1]));
  assert.match((await times.first().textContent()) ?? '', /刚刚|前$/);
  await page.locator('.list > .table-frame tbody time[title]').first().waitFor();
  assert.match((await times.first().getAttribute('title')) ?? '', /\d{4}年.*\d{2}:\d{2}:\d{2}/);
  await window.expectGood();
});

test('however long the names in it are, the times of the log are not cut', async () => {
  const long = 'a'.repeat(60);
  await makeProject(admin, long);
  for (const width of [1440, 1100, 800, 390] as const) {
    await using window = await browser.window({ ...wide, width: width === 390 ? 390 : 1440 });
    const { page } = window;
    await page.setViewportSize({ width, height: 900 });
    await window.open('/activity', 'team-59');
    const beyond = await page.locator('.list > .table-frame').evaluate((frame) => {
      const { right } = frame.getBoundingClientRect();
      return [...frame.querySelectorAll('time')].filter((time) => time.getBoundingClientRect().right > right);
    });
    assert.equal(beyond.length, 0, `${width}`);
    await window.expectGood({ withAxe: false });
  }
});

test('in a narrow window the filters are behind a button that tells how many are set', async () => {
  await using window = await browser.window({ ...wide, width: 390 });
  const { page } = window;
  await window.open('/activity?object=team-1&since=1h', 'matches');
  const fold = page.getByRole('button', { name: 'Filters (2)' });
  const object = page.getByRole('searchbox', { name: 'On what' });
  await object.waitFor({ state: 'hidden' });
  await fold.click();
  await object.waitFor();
  await window.expectGood();
  await page.setViewportSize({ width: 1440, height: 900 });
  await fold.waitFor({ state: 'hidden' });
  await object.waitFor();
});

test('a schedule is told in the time zone in which it is meant', async () => {
  const schedule = { cron: '0 30 2,14 * * *', time_zone: 'Asia/Shanghai' };
  const { status } = await sendJson(admin, 'PUT', '/api/berth/v1/storage/verifications/schedule', schedule);
  assert.equal(status, 200);
  const answer = await admin.get('/api/berth/v1/audit?type=schedule.updated&limit=1');
  const { items } = JSON.parse(answer.body.toString()) as { items: { id: number }[] };
  for (const [language, words] of [
    ['en', 'every day at 02:30 and 14:30 Asia/Shanghai'],
    ['zh', '每天 02:30 和 14:30 Asia/Shanghai'],
  ] as const) {
    await using window = await browser.window({ language, theme: 'light', width: 1440 });
    await window.open(`/activity?event=${items[0]?.id}`, words);
    await window.expectGood();
  }
});

test('commands on the server, jobs and rules are words, not what the log writes for them', async () => {
  const rule = {
    action: 'immutable',
    template: 'immutable_template',
    tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: 'v*' }],
    scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }] },
  };
  assert.equal((await sendJson(admin, 'POST', `${projects}/team-01/immutabletagrules`, rule)).status, 201);
  const run = { schedule: { type: 'Manual' }, parameters: { dry_run: true } };
  assert.equal((await sendJson(admin, 'POST', '/api/v2.0/system/gc/schedule', run)).status, 201);
  const made = await berth(['project', 'create', 'by-command', '--data', server.data]);
  assert.equal(made.code, 0, made.stderr);
  for (const [language, from, job, of] of [
    ['en', 'on the server', /^Garbage collection \d+$/, 'rule 1 of team-01'],
    ['zh', '服务器本机', /^垃圾回收 \d+$/, 'team-01 的规则 1'],
  ] as const) {
    await using window = await browser.window({ language, theme: 'light', width: 1440 });
    await window.open('/activity?since=1h', of);
    const rows = window.page.locator('.list > .table-frame tbody');
    await rows.getByText(job).first().waitFor();
    await rows.locator('tr', { hasText: 'by-command' }).getByText(from, { exact: true }).waitFor();
    assert.doesNotMatch((await rows.textContent()) ?? '', /admin socket|GARBAGE|BATCH/);
    await window.expectGood();
  }
});

test('the log is filtered by the server, read page by page, and exported as it is shown', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/activity', 'team-59');
  const total = page.getByRole('status').filter({ hasText: /\d (?:in all|match)/ });
  assert.ok(Number.parseInt((await total.textContent()) ?? '', 10) > 60);
  await page.getByRole('button', { name: 'Older' }).click();
  await page.getByText('team-00').waitFor();
  assert.match(new URL(page.url()).search, /^\?after=\d+\.\d+$/);
  await page.getByRole('searchbox', { name: 'On what' }).fill('team-1');
  await page.getByText('team-19').waitFor();
  await page.getByRole('combobox', { name: 'What', exact: true }).selectOption('Project created');
  await page.waitForURL((url) => url.search === '?object=team-1&type=project.created');
  await page.getByText('team-10').waitFor();
  assert.equal(await page.locator('.list > .table-frame tbody tr').count(), 10);
  await page.getByText('10 matches', { exact: true }).waitFor();
  const file = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export what the filter shows' }).click();
  await page.getByRole('menuitem', { name: 'CSV, for spreadsheets' }).click();
  const path = await (await file).path();
  const lines = readFileSync(path, 'utf8').trim().split(/\r?\n/);
  assert.equal(lines.length, 11);
  assert.ok(lines.slice(1).every((line) => line.includes('project.created')));
  await window.expectGood();
});

test('a refused pull is told as refused, leads to what it was about, and to why', async (context) => {
  await addUsers(server, ['bob']);
  await admin.pushImage('team-01/app', 'v1', imageOf({ seed: 'audit' }));
  const bob = server.client({ username: 'bob', password });
  expectStatus(await bob.get('/v2/team-01/app/manifests/v1'), 404);
  const refused = async (): Promise<{ readonly id: number } | undefined> => {
    const answer = await admin.get('/api/berth/v1/audit?type=artifact.pulled&result=refused&limit=1');
    return (JSON.parse(answer.body.toString()) as { items: { id: number }[] }).items[0];
  };
  await waitUntil('the refusal is in the log', async () => (await refused()) !== undefined);
  const id = (await refused())?.id;
  await lookAt(context, browser, {
    path: `/activity?event=${id}`,
    ready: { en: 'Pull refused', zh: '拉取被拒绝' },
  });
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/activity?result=refused', 'Pull refused');
  await page.getByRole('button', { name: 'Details of Pull refused' }).first().waitFor();
  await window.open(`/activity?event=${id}`, 'Pull refused');
  const dialog = page.getByRole('dialog', { name: 'Pull refused' });
  await dialog.getByText('Number of the event', { exact: true }).waitFor();
  await dialog.getByRole('link', { name: 'team-01/app:v1' }).click();
  await page.getByRole('heading', { level: 1 }).filter({ hasText: 'v1' }).waitFor();
  assert.equal(new URL(page.url()).pathname, '/p/team-01/r/app/-/t/v1');
  await window.open(`/activity?event=${id}`, 'Pull refused');
  await dialog.getByRole('link', { name: 'Explain' }).click();
  await page.getByText('bob may not pull from team-01/app:v1').waitFor();
  assert.equal(new URL(page.url()).search, '?who=bob&action=pull&where=team-01%2Fapp%3Av1');
  await window.expectGood();
  await using chinese = await browser.window({ language: 'zh', theme: 'dark', width: 390 });
  await chinese.open(`/activity?event=${id}`, '没有该仓库。');
  await chinese.expectGood();
});
