import { after, test } from 'node:test';
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

async function make(path: string, body: object): Promise<void> {
  expectStatus(await sendJson(admin, 'POST', path, body), 201);
}

async function makeUser(username: string): Promise<void> {
  const body = { username, password, email: `${username}@example.test`, realname: username.toUpperCase() };
  await make('/api/v2.0/users', body);
}

const soon = new Date(Date.now() + 5 * 86_400_000).toISOString();
const grants = '/api/berth/v1/grants';
await makeProject(admin, 'pay');
for (const name of ['alice', 'bob', 'carol', 'dave']) await makeUser(name);
await make('/api/v2.0/usergroups', { group_name: 'makers', group_type: 3 });
await make(grants, { who: 'alice', role: 'projectAdmin', where: 'pay' });
await make(grants, { who: 'dave', role: 'limitedGuest', where: 'pay' });
await make(grants, { who: 'bob', role: 'pull', where: 'pay/api', tag: 'v*', expires_at: soon });
await make(grants, { who: 'group:makers', role: 'pull,push', where: 'pay/team/**' });
await makeProject(admin, 'bare');

test('access of a project', async (context) => {
  await lookAt(context, browser, { path: '/p/pay/access', ready: { en: 'makers', zh: 'makers' } });
});

test('access of a project, for who may not see it all', async (context) => {
  await lookAt(context, browser, {
    path: '/p/pay/access',
    ready: { en: 'You see only', zh: '此处只显示' },
    who: { username: 'dave', password },
  });
});

test('access is given, changed and taken back', async () => {
  await using window = await browser.window(wide, { username: 'alice', password });
  const { page } = window;
  await window.open('/p/pay/access', 'makers');
  await page.getByRole('button', { name: 'Give access' }).click();
  await page.getByLabel('Name', { exact: true }).fill('carol');
  await page.getByLabel('Where', { exact: true }).selectOption('some');
  await page.getByLabel('Repository').fill('web/**');
  await page.getByLabel('Until').fill('2099-12-31');
  await page.getByText('carol: “pull” on pay/web/**').waitFor();
  await window.expectGood();
  await page.locator('dialog').getByRole('button', { name: 'Give access' }).click();
  const row = page.getByRole('row').filter({ hasText: 'carol' });
  await row.getByText('web/**').waitFor();
  await page.getByRole('button', { name: 'Change access of carol' }).click();
  await page.getByLabel('May do', { exact: true }).selectOption('developer');
  await page.getByRole('button', { name: 'Save' }).click();
  await row.getByText('Developer').waitFor();
  await page.getByRole('button', { name: 'Revoke Developer of carol' }).click();
  await page.getByText('The same as a command').click();
  await page.getByText('berth access revoke carol developer').waitFor();
  await window.expectGood();
  await page.locator('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();
  await row.waitFor({ state: 'detached' });
  await window.expectGood();
});
