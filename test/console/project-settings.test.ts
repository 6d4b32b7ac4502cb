import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers } from '../harness/accounts.ts';
import { jsonOf, makeProject, projects, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { ConsoleBrowser, reasonOf } from './console-browser.ts';
import { lookAt } from './look-at.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const browser = await ConsoleBrowser.open(server);
after(() => browser[Symbol.asyncDispose]());
await addUsers(server, ['alice']);
const admin = server.client();
const wide = { language: 'en', theme: 'light', width: 1440 } as const;
for (const name of ['ledger', 'shop', 'leaving']) await makeProject(admin, name);
await sendJson(admin, 'POST', `/api/berth/v1/projects/ledger/protected-tags`, {
  tags: 'v*',
  allowed: ['admin'],
});
await sendJson(admin, 'POST', '/api/v2.0/labels', { name: 'tested', color: '#48960C', scope: 'g' });

test('a project without a label', async (context) => {
  await lookAt(context, browser, {
    path: '/p/ledger/labels',
    ready: { en: 'No label yet', zh: '还没有标签' },
  });
});

test('visibility, limit and rules of a project are changed where they stand', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/p/shop/settings', 'Immutable tags');
  await page.getByRole('checkbox', { name: 'Public' }).check();
  const access = page.locator('section', { has: page.getByRole('heading', { name: 'Access and pushes' }) });
  await access.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved').waitFor();
  await page.getByRole('textbox', { name: 'Quota in GiB' }).fill('0.5');
  const quota = page.locator('section', { has: page.getByRole('heading', { name: 'Storage quota' }) });
  await quota.getByRole('button', { name: 'Save' }).click();
  await page.getByText('0 B of 512 MiB used').waitFor();
  const rules = page.locator('section', { has: page.getByRole('heading', { name: 'Immutable tags' }) });
  await rules.getByRole('button', { name: 'Add a rule' }).click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'Tags' }).fill('release-*');
  await page.getByRole('dialog').getByRole('button', { name: 'Add a rule' }).click();
  await rules.getByRole('cell', { name: 'release-*' }).waitFor();
  await rules.getByRole('button', { name: 'Disable' }).click();
  await rules.getByRole('button', { name: 'Enable' }).waitFor();
  await rules.getByRole('button', { name: 'Delete the rule' }).click();
  await page.getByRole('button', { name: 'Undo' }).click();
  await rules.getByRole('cell', { name: 'release-*' }).waitFor();
  const { metadata } = jsonOf<{ metadata: { public: string } }>(await admin.get(`${projects}/shop`));
  assert.equal(metadata.public, 'true');
  await window.expectGood();
});

test('a project gets another name, and is deleted by whoever types its name', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/p/leaving/settings', 'Delete the project');
  await page.getByRole('textbox', { name: 'New name' }).fill('left');
  await page.getByRole('button', { name: 'Rename' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
  await page.waitForURL((url) => url.pathname === '/p/left/settings');
  await page.getByRole('heading', { name: 'left', exact: true }).waitFor();
  await window.settled();
  await page.getByRole('button', { name: 'Delete the project' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Delete the project' }).click();
  await dialog.getByText('The name does not match').waitFor();
  await dialog.getByRole('textbox').fill('left');
  await dialog.getByRole('button', { name: 'Delete the project' }).click();
  await page.waitForURL((url) => url.pathname === '/p');
  await page.getByRole('heading', { name: 'Projects', exact: true }).waitFor();
  assert.equal((await admin.get(`${projects}/left`)).status, 404);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('link', { name: 'left' }).waitFor();
  await window.expectGood();
});

test('labels are made, changed and deleted', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/p/shop/labels', 'No label yet');
  await page.getByRole('button', { name: 'New label' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('stable');
  await page.getByRole('radio', { name: '#C92100' }).check({ force: true });
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Change the label stable' }).click();
  await page.getByRole('textbox', { name: 'Description' }).fill('for everybody');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('for everybody').waitFor();
  await page.getByRole('button', { name: 'Delete the label stable' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('No label yet').waitFor();
  await window.expectGood();
});

test('who may not change a project sees why on what is greyed out', async () => {
  await makeProject(admin, 'open-to-all', { public: 'true' });
  await using window = await browser.window(wide, { username: 'alice', password });
  await window.open('/p/open-to-all/settings', 'Access and pushes');
  await window.page.getByText('Pulls by the old name go on for 30 days.').waitFor();
  const rename = window.page.getByRole('button', { name: 'Rename' });
  assert.equal(await rename.getAttribute('aria-disabled'), 'true');
  assert.match(await reasonOf(rename), /permission project:update/);
  assert.equal(await window.page.getByRole('textbox', { name: 'Quota in GiB' }).count(), 0);
  await window.expectGood();
});
