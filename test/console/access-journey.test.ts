import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { imageOf } from '../harness/image.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { ConsoleBrowser } from './console-browser.ts';
import { lookAt } from './look-at.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const browser = await ConsoleBrowser.open(server);
after(() => browser[Symbol.asyncDispose]());
const admin = server.client();
const wide = { language: 'en', theme: 'light', width: 1440 } as const;
const bob = { username: 'bob', password };
const account = { ...bob, email: 'bob@example.test', realname: 'Bob' };
expectStatus(await sendJson(admin, 'POST', '/api/v2.0/users', account), 201);
await makeProject(admin, 'pay');
const image = imageOf({ seed: 'journey' });
for (const name of ['pay/api', 'pay/web']) await admin.pushImage(name, 'v1', image);

test('who is invited to one repository sees exactly it, is told why of the rest, and works once it is granted', async () => {
  const client = server.client(bob);
  const shown = async (): Promise<string[]> => {
    await using window = await browser.window(wide, bob);
    await window.open('/', 'Hello');
    await window.page.locator('.figures').waitFor();
    assert.equal(
      await window.page.getByText('Used by projects').count(),
      0,
      'what one is not told is not shown as 0',
    );
    await window.expectGood();
    return await window.page.locator('tbody tr td:first-child').allTextContents();
  };
  assert.deepEqual(await shown(), []);
  await invite();
  assert.deepEqual(await shown(), ['pay/api']);
  await lookAround();
  await client.pullImage('pay/api', 'v1', image);
  expectStatus(await client.putManifest('pay/api', 'v2', image.manifest), 403);
  await explainMissingTag();
  await explainAndGrant();
  await client.pushImage('pay/api', 'v2', image);
  assert.deepEqual(await shown(), ['pay/api']);
});

test('about oneself one is told what the client is told, and whom to ask; a disabled account may nothing', async () => {
  await explainHidden('en', {
    answer: 'You may not pull from pay/web',
    whom: 'Whom to ask: admin',
  });
  await explainHidden('zh', { answer: '你不可以从 pay/web 拉取', whom: '可联系：admin' });
  await addUsers(server, ['carl']);
  await grantRole(server, { username: 'carl', role: 'developer', place: 'pay' });
  assert.equal((await berth(['user', 'disable', 'carl', '--data', server.data])).code, 0);
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/access/explain?who=carl&action=push&where=pay/api', 'the account is disabled');
  await page.getByText('carl may not push to pay/api: the account is disabled', { exact: true }).waitFor();
  await page.getByText('UNAUTHORIZED: the user name or the password is wrong').waitFor();
  assert.equal(await page.getByText('Allowed', { exact: true }).count(), 0);
  await window.open('/p/pay/r/api/-/access', 'disabled');
  const row = page.getByRole('row').filter({ hasText: 'carl' });
  assert.equal(await row.locator('.may').count(), 0, 'no ticks for who cannot sign in');
  await row.getByText('disabled', { exact: true }).waitFor();
});

async function explainHidden(
  language: 'en' | 'zh',
  told: { readonly answer: string; readonly whom: string },
): Promise<void> {
  await using window = await browser.window({ ...wide, language }, bob);
  const { page } = window;
  await window.open('/access/explain?action=pull&where=pay/web', told.answer);
  await page.getByText(told.whom).waitFor();
  await page
    .getByText('NAME_UNKNOWN: repository name not known to registry: there is no repository pay/web')
    .waitFor();
  await window.expectGood();
}

/** By bob: the project has one repository for him, whose tags he sees. */
async function lookAround(): Promise<void> {
  await using window = await browser.window(wide, bob);
  const { page } = window;
  await window.open('/p/pay', 'You see only what you were given');
  await page.getByText('Repositories: 1').waitFor();
  assert.deepEqual(await page.locator('tbody tr td:first-child').allTextContents(), ['api']);
  await window.expectGood();
  await page.getByRole('link', { name: 'api', exact: true }).click();
  await page.getByRole('row').filter({ hasText: 'v1' }).waitFor();
  assert.equal(new URL(page.url()).pathname, '/p/pay/r/api');
  await window.settled();
  await window.expectGood();
  await page.getByRole('link', { name: 'pay', exact: true }).click();
  await page.getByText('Repositories: 1').waitFor();
  await window.expectGood();
}

async function invite(): Promise<void> {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/p/pay/access', 'Give access');
  await page.getByRole('button', { name: 'Give access' }).click();
  await page.getByLabel('Name', { exact: true }).fill('bob');
  await page.getByLabel('Where', { exact: true }).selectOption('some');
  await page.getByLabel('Repository').fill('api');
  await page.locator('dialog').getByRole('button', { name: 'Give access' }).click();
  await page.getByRole('row').filter({ hasText: 'bob' }).getByText('api').waitFor();
  await window.expectGood();
}

/** By the administrator, who is told that it cannot be pulled, with the line that was typed. */
async function explainMissingTag(): Promise<void> {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/access/explain', 'Explain access');
  await page.getByLabel('Who', { exact: true }).fill('bob');
  const line = `docker pull ${new URL(page.url()).host}/pay/api`;
  await page.getByLabel('Where', { exact: true }).fill(`${line}:v9`);
  await page.getByRole('button', { name: 'Explain' }).click();
  await page.getByText('Allowed', { exact: true }).waitFor();
  await page.getByText('There is no such tag').waitFor();
  assert.equal(new URL(page.url()).search, '?who=bob&action=pull&where=pay%2Fapi%3Av9');
  await page.getByText('bob may pull from pay/api:v9', { exact: true }).waitFor();
  await page.locator('code', { hasText: /^repository:pull$/ }).waitFor();
  await page.getByLabel('Where', { exact: true }).fill(`${line}:v1`);
  await page.getByRole('button', { name: 'Explain' }).click();
  await page.getByText('There is no such tag').waitFor({ state: 'detached' });
  await page.getByText('Allowed', { exact: true }).waitFor();
  await window.expectGood();
}

/** By the administrator, who was sent the question: the answer names what would be enough, and gives it. */
async function explainAndGrant(): Promise<void> {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/access/explain', 'Explain access');
  await page.getByLabel('Who', { exact: true }).fill('bob');
  await page.getByLabel('What', { exact: true }).fill('Push');
  await page.getByLabel('Where', { exact: true }).fill(`${new URL(page.url()).host}/pay/later`);
  await page.getByRole('button', { name: 'Explain' }).click();
  await page.getByText('There is no such repository yet.').waitFor();
  assert.equal(new URL(page.url()).search, '?who=bob&action=push&where=pay%2Flater');
  await window.expectGood();
  await page.getByLabel('Where', { exact: true }).fill('pay/api');
  await page.getByRole('button', { name: 'Explain' }).click();
  await page.getByText('Refused', { exact: true }).waitFor();
  assert.equal(new URL(page.url()).search, '?who=bob&action=push&where=pay%2Fapi');
  await page.getByText('It does not give this right.').waitFor();
  await page.getByText(/^DENIED: bob may not push pay\/api: that needs developer/).waitFor();
  await page.getByText('There is no such repository yet.').waitFor({ state: 'detached' });
  await window.expectGood();
  await page.getByRole('button', { name: 'Grant it' }).click();
  await page.locator('dialog').getByRole('button', { name: 'Give access' }).click();
  await page.getByText('Allowed', { exact: true }).waitFor();
  await page.getByRole('heading', { name: 'What decides' }).waitFor();
  await window.expectGood();
}

test('a refusal explained', async (context) => {
  await lookAt(context, browser, {
    path: '/access/explain?who=bob&action=delete&where=pay/api',
    ready: { en: 'Refused', zh: '拒绝' },
  });
});

test('a project of which one sees a part', async (context) => {
  const ready = { en: 'You see only', zh: '仅显示你有权访问' };
  await lookAt(context, browser, { path: '/p/pay', ready, who: bob });
});

test('own account', async (context) => {
  await lookAt(context, browser, {
    path: '/me',
    ready: { en: 'Current password', zh: '当前密码' },
    who: bob,
  });
});

test('a token is made, shown once, signs in and is revoked; a new password ends the session', async () => {
  await using window = await browser.window(wide, bob);
  const { page } = window;
  await window.open('/', 'Hello');
  await page.getByRole('button', { name: 'Account of bob' }).click();
  await page.getByRole('menuitem', { name: 'Your account' }).click();
  await page.getByRole('button', { name: 'New token' }).click();
  await page.locator('dialog').getByLabel('Name', { exact: true }).fill('laptop');
  await page.locator('dialog').getByLabel('May do').selectOption('pull');
  await page.locator('dialog').getByLabel('Where').fill('library');
  await window.expectGood();
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByText('shown this once').waitFor();
  const token = (await page.getByLabel('Secret', { exact: true }).textContent()) ?? '';
  await window.expectGood();
  await page.getByRole('button', { name: 'I have copied it' }).click();
  const client = server.client({ username: 'bob', password: token });
  expectStatus(await client.call('GET', '/api/berth/v1/tokens/current'), 200);
  await page.getByText('pull library').waitFor();
  await page.getByRole('button', { name: 'Revoke the token laptop' }).click();
  await page.locator('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();
  await page.getByText('No token').waitFor();
  expectStatus(await client.call('GET', '/api/berth/v1/tokens/current'), 401);
  await window.expectGood();
  await page.getByLabel('Current password').fill(password);
  await page.getByLabel('New password').fill('Correct-Horse-9');
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByRole('heading', { name: 'Your session has ended' }).waitFor();
});
