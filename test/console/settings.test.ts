import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { choiceTexts } from '../../web/src/api/settings/choice-text.ts';
import { addUsers } from '../harness/accounts.ts';
import { jsonOf } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { ConsoleBrowser } from './console-browser.ts';
import { lookAt } from './look-at.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const browser = await ConsoleBrowser.open(server);
after(() => browser[Symbol.asyncDispose]());
await addUsers(server, ['alice']);
const admin = server.client();
const wide = { language: 'en', theme: 'light', width: 1440 } as const;

interface Setting {
  readonly name: string;
  readonly value: string;
  readonly default: string;
  readonly source: string;
  readonly editable: boolean;
  readonly choices?: readonly string[];
}

async function settingNamed(name: string): Promise<Setting | undefined> {
  const all = jsonOf<readonly Setting[]>(await admin.get('/api/berth/v1/settings'));
  return all.find((each) => each.name === name);
}

test('settings that this version does not have', async (context) => {
  await lookAt(context, browser, {
    path: '/admin/settings/elsewhere',
    ready: { en: 'not in this version', zh: '本版本尚不支持' },
  });
});

test('a setting is changed, refused in the words of the server, and undone', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/admin/settings?q=session', 'session_timeout');
  await page.getByRole('button', { name: 'Change End of unused sessions' }).click();
  const field = page.getByRole('textbox', { name: 'End of unused sessions' });
  await field.fill('0');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('session_timeout must be from 1 to').waitFor();
  await field.fill('90');
  await page.getByText('As a command').click();
  await page.getByText('berth config set session_timeout 90').waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('End of unused sessions was changed').waitFor();
  const changed = await settingNamed('session_timeout');
  assert.deepEqual([changed?.value, changed?.default, changed?.source], ['90', '60', 'set']);
  await page.getByText('What is not the default, as YAML').click();
  await page.getByText('session_timeout: 90').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('# everything is as it comes').waitFor();
  assert.equal((await settingNamed('session_timeout'))?.source, 'default');
  assert.deepEqual(
    window.problems.map((problem) => problem.slice(0, 4)),
    ['400:'],
  );
});

test('numbers have their unit, and what has no limit says so, in both languages', async () => {
  for (const [language, said, title] of [
    [
      'en',
      ['unlimited', '60 minutes', '30 minutes', '30 days', 'Whole number of bytes · From 1 B to ', '1.0 GiB'],
      'Storage quota of a new project',
    ],
    [
      'zh',
      ['不限', '60 分钟', '30 分钟', '30 天', '字节数，整数 · 取值范围 1 B 到 ', '1.0 GiB'],
      '新项目的存储配额',
    ],
  ] as const) {
    const [unlimited, session, token, robot, help, size] = said;
    await using window = await browser.window({ language, theme: 'light', width: 1440 });
    const { page } = window;
    const row = (name: string) =>
      page.getByRole('row').filter({ has: page.getByText(name, { exact: true }) });
    const value = (name: string) => row(name).getByRole('cell').nth(1);
    await window.open('/admin/settings/signIn', 'session_timeout');
    assert.equal(await value('session_timeout').textContent(), session);
    assert.equal(await value('token_expiration').textContent(), token);
    assert.equal(await value('robot_token_duration').textContent(), robot);
    await window.open('/admin/settings/projects', 'storage_per_project');
    assert.equal(await value('storage_per_project').textContent(), unlimited);
    assert.equal(await value('projects_per_user').textContent(), unlimited);
    await row(title).getByRole('button', { name: title }).click();
    await page.getByRole('textbox', { name: title }).fill('1073741824');
    const dialog = page.getByRole('dialog');
    await dialog.getByText(help).waitFor();
    await dialog.getByText(size).waitFor();
    await window.expectGood();
  }
});

test('what a setting can be chosen to be is in words, in both languages', async () => {
  const all = jsonOf<readonly Setting[]>(await admin.get('/api/berth/v1/settings'));
  const choices = all.flatMap((each) => each.choices ?? []);
  assert.deepEqual(choices.toSorted(), Object.keys(choiceTexts).toSorted());
  for (const [language, title, change, now, other] of [
    [
      'en',
      'Who makes projects',
      'Change Who makes projects',
      'everyone who has signed in',
      'administrators only',
    ],
    ['zh', '谁可以创建项目', '修改 谁可以创建项目', '所有已登录者', '仅管理员'],
  ] as const) {
    await using window = await browser.window({ language, theme: 'light', width: 1440 });
    const { page } = window;
    await window.open('/admin/settings/projects', title);
    const row = page.getByRole('row').filter({ has: page.getByText(title, { exact: true }) });
    assert.equal(await row.getByRole('cell').nth(1).textContent(), now);
    await page.getByRole('button', { name: change }).click();
    const options = page.getByRole('dialog').getByRole('option');
    assert.deepEqual(await options.allTextContents(), [now, other]);
    await window.expectGood();
  }
});

test('a setting is called by words, found by them, and its key is there to be copied', async () => {
  for (const [language, words, title, copy] of [
    ['en', 'mail server', 'Mail server', 'Copy smtp_server'],
    ['zh', '邮件服务器', '邮件服务器', '复制 smtp_server'],
  ] as const) {
    await using window = await browser.window({ language, theme: 'light', width: 1440 });
    const { page } = window;
    await window.open(`/admin/settings?q=${encodeURIComponent(words)}`, title);
    const row = page.getByRole('row').filter({ has: page.getByText(title, { exact: true }) });
    await row.getByText('smtp_server', { exact: true }).waitFor();
    await row.getByRole('button', { name: copy }).waitFor();
    await window.expectGood();
  }
});

test('settings that the start has fixed say so, and cannot be changed', async (context) => {
  await using fixed = await BerthServer.start({
    env: { CONFIG_OVERWRITE_JSON: '{"session_timeout":45}' },
  });
  await using other = await ConsoleBrowser.open(fixed);
  await lookAt(context, other, {
    path: '/admin/settings?q=session_timeout',
    ready: { en: 'fixed at start', zh: '启动时固定' },
  });
  await using window = await other.window(wide);
  await window.open('/admin/settings?q=session_timeout', 'fixed at start');
  const button = window.page.getByRole('button', { name: 'Change End of unused sessions' });
  assert.equal(await button.getAttribute('aria-disabled'), 'true');
});

test('who may not read the settings is told so, and is not led there', async () => {
  await using window = await browser.window(wide, { username: 'alice', password });
  const { page } = window;
  await window.open('/admin/settings', 'alice may not do this');
  assert.equal(await page.getByRole('navigation').getByRole('link', { name: 'Settings' }).count(), 0);
  assert.deepEqual([...new Set(window.problems.map((problem) => problem.slice(0, 4)))], ['403:']);
});
