import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers } from '../harness/accounts.ts';
import { imageOf } from '../harness/image.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { ConsoleBrowser } from './console-browser.ts';
import { chosen, lookAt, shoot } from './look-at.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const browser = await ConsoleBrowser.open(server);
after(() => browser[Symbol.asyncDispose]());
const admin = server.client();
const wide = { language: 'en', theme: 'light', width: 1440 } as const;
await makeProject(admin, 'pay');
await addUsers(server, ['eve', 'tagger']);

const artifactAt = (repository: string, reference: string): string =>
  `/api/v2.0/projects/pay/repositories/${repository}/artifacts/${reference}`;

async function pushed(repository: string, tag: string): Promise<void> {
  await admin.pushImage(
    `pay/${repository}`,
    tag,
    imageOf({ seed: `${repository}/${tag}`, layers: [70_000] }),
  );
}

for (const tag of ['v1', 'v2', 'v3']) {
  await pushed('api', tag);
  expectStatus(await admin.call('DELETE', artifactAt('api', tag)), 200);
}
await pushed('web', 'v1');
expectStatus(await admin.call('DELETE', '/api/v2.0/projects/pay/repositories/web'), 200);

test('trash of somebody who may delete nothing', async (context) => {
  await lookAt(context, browser, {
    path: '/storage/trash',
    ready: { en: 'Nothing is in the trash', zh: '回收站为空' },
    who: { username: 'eve', password },
  });
});

test('what was deleted by the API is restored on the page, with its tag', async () => {
  await pushed('api', 'back');
  expectStatus(await admin.call('DELETE', artifactAt('api', 'back')), 200);
  expectStatus(await admin.get('/v2/pay/api/manifests/back'), 404);
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/storage/trash?q=api', 'Purged');
  await page
    .locator('tbody tr')
    .first()
    .getByRole('button', { name: /^Restore/ })
    .click();
  await page.getByText('What comes back').waitFor();
  await page.getByText('Artifacts: 1 · tags: 1').waitFor();
  await window.expectGood();
  await page.locator('dialog').getByRole('button', { name: 'Restore', exact: true }).click();
  await page.getByText(/is back: artifacts 1, tags 1/).waitFor();
  expectStatus(await admin.get('/v2/pay/api/manifests/back'), 200);
  await page.getByText(/^3 of \d+$/).waitFor();
});

test('nothing is restored before it is known what that needs', async () => {
  await pushed('slow', 'v1');
  expectStatus(await admin.call('DELETE', `${artifactAt('slow', 'v1')}/tags/v1`), 200);
  const { digest } = imageOf({ seed: 'slow/v1', layers: [70_000] }).manifest;
  expectStatus(await admin.call('DELETE', artifactAt('slow', digest)), 200);
  await using window = await browser.window(wide);
  const { page } = window;
  const isAnswered = Promise.withResolvers<void>();
  await page.route(/\/api\/berth\/v1\/trash\/\d+$/, async (route) => {
    await isAnswered.promise;
    await route.continue();
  });
  await window.open('/storage/trash?kind=tag', 'pay/slow');
  await page.getByRole('button', { name: 'Restore pay/slow:v1' }).click();
  const dialog = page.locator('dialog');
  await dialog.getByRole('button', { name: 'Restore', exact: true }).click({ force: true });
  isAnswered.resolve();
  await dialog.getByRole('button', { name: 'Restore all of it' }).waitFor();
  assert.equal(await dialog.getByRole('alert').count(), 0);
  await dialog.getByRole('button', { name: 'Restore all of it' }).click();
  await page.getByText(/pay\/slow:v1 is back: artifacts 1, tags 1/).waitFor();
  expectStatus(await admin.get('/v2/pay/slow/manifests/v1'), 200);
  await window.expectGood();
});

test('who may not restore all that a tag needs is told so, and offered nothing', async (context) => {
  await pushed('part', 'v1');
  expectStatus(await admin.call('DELETE', `${artifactAt('part', 'v1')}/tags/v1`), 200);
  const { digest } = imageOf({ seed: 'part/v1', layers: [70_000] }).manifest;
  expectStatus(await admin.call('DELETE', artifactAt('part', digest)), 200);
  const grant = { who: 'tagger', role: 'maintainer', where: 'pay/part', tag: 'v*' };
  await sendJson(admin, 'POST', '/api/berth/v1/grants', grant);
  for (const look of chosen) {
    await using window = await browser.window(look, { username: 'tagger', password });
    const { page } = window;
    await window.open('/storage/trash?kind=tag', 'pay/part');
    await page.locator('tbody tr').first().getByRole('button').first().click();
    const dialog = page.locator('dialog');
    const why = { en: 'It needs something else that is in the trash', zh: '它还需要回收站中的其他内容' };
    await dialog.locator('p').getByText(why[look.language]).waitFor();
    const name = { en: 'Restore', zh: '恢复' }[look.language];
    assert.equal(
      await dialog.getByRole('button', { name, exact: true }).getAttribute('aria-disabled'),
      'true',
    );
    assert.equal(await dialog.getByText('berth trash restore').count(), 0);
    await shoot(context, window);
    await window.expectGood();
  }
  for (const item of jsonOf<{ id: number }[]>(
    await admin.get('/api/berth/v1/trash?q=repository%3Dpay%2Fpart'),
  ))
    await admin.call('DELETE', `/api/berth/v1/trash/${item.id}`);
});

test('a tag whose artifact is in the trash, too, is restored with it by one press', async (context) => {
  await pushed('both', 'v1');
  expectStatus(await admin.call('DELETE', `${artifactAt('both', 'v1')}/tags/v1`), 200);
  const { digest } = imageOf({ seed: 'both/v1', layers: [70_000] }).manifest;
  expectStatus(await admin.call('DELETE', artifactAt('both', digest)), 200);
  for (const look of chosen) {
    await using window = await browser.window(look);
    const { page } = window;
    await window.open('/storage/trash?kind=tag', 'pay/both');
    await page.locator('tbody tr').first().getByRole('button').first().click();
    await page.getByText({ en: 'Restore all of it', zh: '一并恢复' }[look.language]).waitFor();
    await shoot(context, window);
    await window.expectGood();
  }
  await using window = await browser.window(wide);
  const { page } = window;
  // Slowed down, what is restored would still be asked for when it is not there any more.
  const control = await page.context().newCDPSession(page);
  await control.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await window.open('/storage/trash?kind=tag', 'pay/both');
  await page.getByRole('button', { name: 'Restore pay/both:v1' }).click();
  await page.locator('dialog').getByText('What it needs comes back first').waitFor();
  await page.locator('dialog').getByRole('button', { name: 'Restore all of it' }).click();
  await page.getByText(/pay\/both:v1 is back: artifacts 1, tags 1/).waitFor();
  expectStatus(await admin.get('/v2/pay/both/manifests/v1'), 200);
  await page.getByText('What it needs comes back first').waitFor({ state: 'detached' });
  await page.waitForTimeout(300);
  await window.expectGood();
});

test('a deletion is ended for good only after its name was typed, and tells the bytes', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/storage/trash?q=web', 'Purged');
  await page.getByRole('button', { name: 'Delete for good: pay/web' }).click();
  await page.getByText('What goes').waitFor();
  const dialog = page.locator('dialog');
  await dialog.getByRole('button', { name: 'Delete for good' }).click({ force: true });
  assert.equal(jsonOf<object[]>(await admin.get('/api/berth/v1/trash')).length, 4);
  await dialog.getByRole('textbox').fill('pay/web');
  await window.expectGood();
  await dialog.getByRole('button', { name: 'Delete for good' }).click();
  await page.getByText(/pay\/web is gone for good; 7\d,\d{3} bytes are free/).waitFor();
  assert.equal(jsonOf<object[]>(await admin.get('/api/berth/v1/trash')).length, 3);
});

test('the trash is emptied after a word was typed', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/storage/trash', 'Purged');
  await page.getByRole('button', { name: 'Empty the trash' }).click();
  const dialog = page.locator('dialog');
  await dialog.getByRole('textbox').fill('empty');
  await dialog.getByRole('button', { name: 'Empty the trash' }).click();
  await page.getByText(/3 deletions are gone for good/).waitFor();
  await page.getByText('Nothing is in the trash').first().waitFor();
  await window.expectGood();
});
