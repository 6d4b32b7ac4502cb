// Refusals in the language of the reader.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { imageOf } from '../harness/image.ts';
import { jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { ConsoleBrowser, type ConsoleWindow } from './console-browser.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
await makeProject(admin, 'pay');
for (const tag of ['v1', 'kept']) await admin.pushImage('pay/api', tag, imageOf({ seed: 'refusals' }));
await addUsers(server, ['bob', 'lead']);
await grantRole(server, { username: 'bob', role: 'guest', place: 'pay' });
await grantRole(server, { username: 'lead', role: 'projectAdmin', place: 'pay' });
const rule = {
  action: 'immutable',
  template: 'immutable_template',
  tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: 'kept' }],
  scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }] },
};
assert.equal((await sendJson(admin, 'POST', '/api/v2.0/projects/pay/immutabletagrules', rule)).status, 201);
const batches = '/api/berth/v1/batches';
const body = { action: 'delete-tags', project: 'pay', repository: 'api', items: ['kept'] };
const { id } = jsonOf<{ id: number }>(await sendJson(admin, 'POST', batches, body), 202);
await waitUntil('the batch has ended', async () => {
  const { refused } = jsonOf<{ refused: number }>(await admin.get(`${batches}/${id}`));
  return refused === 1;
});
const browser = await ConsoleBrowser.open(server);
after(() => browser[Symbol.asyncDispose]());

const looks = [
  { language: 'en', theme: 'light', width: 1440 },
  { language: 'zh', theme: 'dark', width: 1440 },
  { language: 'zh', theme: 'light', width: 390 },
] as const;

async function shoot({ page, look }: ConsoleWindow, name: string): Promise<void> {
  const shots = process.env['BERTH_SHOTS'];
  if (shots !== undefined)
    await page.screenshot({ path: `${shots}/refused-${name}-${look.language}-${look.width}.png` });
}

const words = {
  en: {
    role: 'bob may not list pay: that needs maintainer, and this account is guest in pay; ask admin or lead',
    reason: 'the tag kept is configured as immutable and cannot be deleted',
  },
  zh: {
    role: 'bob 在 pay 没有“列出”权限（notification-policy:list），需要“维护人员”，目前为“访客”。可联系 admin、lead 授予。',
    reason: '项目的不可变规则 1 保护了 Tag kept，需先修改该规则。',
  },
} as const;

for (const look of looks) {
  const { language, width } = look;
  const said = words[language];

  test(`who lacks a role is told so in the language of the page (${language}, ${width})`, async () => {
    await using window = await browser.window(look, { username: 'bob', password });
    await window.open('/p/pay/webhooks', said.role);
    const why = window.page.getByRole('alert').getByText(said.role);
    assert.equal(await why.getAttribute('lang'), language);
    await shoot(window, 'role');
    assert.ok(window.problems.every((problem) => problem.startsWith('403:')));
    window.problems.length = 0;
    await window.expectGood();
  });

  test(`why one of many stays is told in the language of the page (${language}, ${width})`, async () => {
    await using window = await browser.window(look);
    const { page } = window;
    await window.open(`/batches/${id}`, said.reason);
    await shoot(window, 'item');
    await window.expectGood();
    if (width !== 1440) return;
    // Before it is done, too.
    await window.open('/p/pay/r/api?q=kept', 'kept');
    await page.getByRole('checkbox').nth(1).check();
    await page.getByRole('button', { name: language === 'en' ? 'Delete…' : '删除…' }).click();
    const example = page.getByRole('dialog').locator('li[title]');
    await example.waitFor();
    assert.ok((await example.getAttribute('title'))?.startsWith(said.reason));
    await window.expectGood();
  });
}
