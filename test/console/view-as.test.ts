import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Request } from 'playwright-core';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { imageOf } from '../harness/image.ts';
import { makeProject } from '../harness/rest.ts';
import { BerthServer } from '../harness/start-server.ts';
import { ConsoleBrowser, reasonOf } from './console-browser.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const browser = await ConsoleBrowser.open(server);
after(() => browser[Symbol.asyncDispose]());
const admin = server.client();

await makeProject(admin, 'pay');
await makeProject(admin, 'closed');
await addUsers(server, ['bob', 'ann']);
await grantRole(server, { username: 'ann', role: 'projectAdmin', place: 'pay' });
await grantRole(server, { username: 'bob', role: 'guest', place: 'pay' });
await admin.pushImage('pay/api', 'v1', imageOf({ seed: 'api' }));

for (const [look, said] of [
  [
    { language: 'en', theme: 'light', width: 1440 },
    { viewAs: 'View as…', banner: 'You see what bob sees.', leave: 'Leave', people: 'People' },
  ],
  [
    { language: 'zh', theme: 'dark', width: 390 },
    { viewAs: '以其权限查看…', banner: '当前以 bob 的权限查看。', leave: '退出查看', people: '用户' },
  ],
] as const)
  test(`an administrator sees what somebody sees, and comes back (${look.language})`, async () => {
    await using window = await browser.window(look);
    const { page } = window;
    await window.open('/access/people/bob', 'bob');
    await page.getByRole('button', { name: said.viewAs }).click();
    await page.getByRole('dialog').getByRole('button', { name: said.viewAs }).click();
    await page.getByText(said.banner).waitFor();
    const asked: { readonly url: string; readonly isInView: boolean }[] = [];
    const note = (request: Request): void => {
      if (/\/api\/(?!berth\/v1\/events)/.test(request.url()))
        asked.push({ url: request.url(), isInView: 'x-berth-view-as' in request.headers() });
    };
    page.on('request', note);
    await window.open('/p', 'pay');
    await page.getByText(said.banner).waitFor();
    page.off('request', note);
    assert.ok(asked.length > 0);
    assert.deepEqual(
      asked.filter(({ isInView }) => !isInView),
      [],
    );
    const shots = process.env['BERTH_SHOTS'];
    if (shots !== undefined) await page.screenshot({ path: `${shots}/view-as-${look.language}.png` });
    assert.equal(await page.getByRole('link', { name: 'closed' }).count(), 0);
    assert.equal(await page.locator('nav.side a', { hasText: said.people }).count(), 0);
    await window.open('/p/pay/r/api/-/overview', 'api');
    await window.expectGood();
    // What the other could not open is refused as to the other.
    await page.goto('/p/closed');
    await page.getByRole('alert').waitFor();
    assert.ok(window.problems.length > 0 && window.problems.every((problem) => problem.startsWith('403:')));
    await page.getByRole('button', { name: said.leave }).click();
    await page.getByText(said.banner).waitFor({ state: 'detached' });
    await page.getByRole('heading', { name: 'closed' }).waitFor();
    assert.equal(new URL(page.url()).pathname, '/p/closed');
    // Also what was asked for once more before it was left.
    window.problems.length = 0;
    await window.open('/p', 'closed');
    assert.equal(await page.getByText(said.banner).count(), 0);
    await window.expectGood();
  });

test('in a view no file is saved: the browser would ask for it with the rights of who looks', async () => {
  await using window = await browser.window({ language: 'en', theme: 'light', width: 1440 });
  const { page } = window;
  await window.open('/access/people/ann', 'ann');
  await page.getByRole('button', { name: 'View as…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'View as…' }).click();
  await page.getByText('You see what ann sees.').waitFor();
  await window.open('/p/pay/activity', 'Export');
  const button = page.getByRole('button', { name: 'Export' });
  assert.equal(await button.getAttribute('aria-disabled'), 'true');
  assert.match(await reasonOf(button), /your own rights/);
  await button.click({ force: true });
  assert.equal(await page.getByRole('menu').count(), 0);
});
