// What an artifact's page says of itself: its digest, what lists it, how it is pulled.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { descriptorOf, imageOf, manifestOf, types } from '../harness/image.ts';
import { makeProject } from '../harness/rest.ts';
import { BerthServer } from '../harness/start-server.ts';
import { ConsoleBrowser } from './console-browser.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const browser = await ConsoleBrowser.open(server);
after(() => browser[Symbol.asyncDispose]());
const admin = server.client();
const wide = { language: 'en', theme: 'light', width: 1440 } as const;
await makeProject(admin, 'pay');
const image = imageOf({ seed: 'artifact' });
await admin.pushImage('pay/api/gateway', 'v2.4.1', image);
const repository = '/p/pay/r/api/gateway';

test('an image by its digest, which is there to be copied once', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open(`${repository}/-/a/${image.manifest.digest}`, 'What it is');
  assert.equal(await page.getByText(image.manifest.digest.slice(7, 19), { exact: true }).count(), 1);
  await window.expectGood();
  await window.open(`${repository}/-/t/v2.4.1`, 'What it is');
  assert.equal(await page.getByText(image.manifest.digest.slice(7, 19), { exact: true }).count(), 1);
});

test('an image and a tag that are not there are told in the language of the page, with a way to the repository', async () => {
  for (const [path, said] of [
    [`a/sha256:${'0'.repeat(64)}`, '仓库 pay/api/gateway 中没有制品 000000000000：'],
    ['t/none', '仓库 pay/api/gateway 中没有 Tag none：'],
  ] as const) {
    await using window = await browser.window({ language: 'zh', theme: 'light', width: 390 });
    const { page } = window;
    await page.goto(`${repository}/-/${path}`);
    await page.getByText(said).waitFor();
    assert.equal(await page.getByText('0'.repeat(13)).count(), 0);
    assert.equal(await page.getByText('比较…').count(), 0);
    assert.ok(window.problems.every((problem) => problem.startsWith('404:')));
    window.problems.length = 0;
    await window.expectGood();
    await page.getByRole('link', { name: '前往仓库 api/gateway' }).click();
    await page.waitForURL((url) => url.pathname === repository);
  }
});

test('an image of an index tells of which tags it is the image for which platform', async () => {
  const parts = ['amd64', 'arm64'].map((architecture) => ({
    architecture,
    image: imageOf({ seed: architecture }),
  }));
  for (const { image: part } of parts) await admin.pushImage('pay/multi', part.manifest.digest, part);
  const manifests = parts.map(({ architecture, image: { manifest } }) => ({
    ...descriptorOf(manifest.mediaType, manifest.bytes),
    platform: { os: 'linux', architecture },
  }));
  const index = manifestOf({ schemaVersion: 2, mediaType: types.ociIndex, manifests }, types.ociIndex);
  for (const tag of ['v1', 'v1.0']) await admin.pushManifest('pay/multi', tag, index);
  const child = parts[0]?.image.manifest.digest ?? '';
  for (const [language, width, said] of [
    ['en', 1440, / of v1\.0, v1$/],
    ['zh', 390, /属于 v1\.0、v1$/],
  ] as const) {
    await using window = await browser.window({ language, theme: 'dark', width });
    const { page } = window;
    await window.open(`/p/pay/r/multi/-/a/${child}`, 'v1.0');
    await page.getByText(said).waitFor();
    await window.expectGood();
    await window.open(`/p/pay/r/multi/-/a/${child}/references`, 'v1.0');
    await page.getByText(said).waitFor();
    await window.expectGood();
    await page.getByRole('link', { name: 'v1.0' }).click();
    await page.waitForURL((url) => url.pathname === '/p/pay/r/multi/-/t/v1.0');
  }
});

test('a pull command begins with its host on a phone in every tab, and its digest has twelve digits until it is copied', async () => {
  await using window = await browser.window({ language: 'en', theme: 'light', width: 390 });
  const { page } = window;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  for (const [part, ready] of [
    ['', 'What it is'],
    ['/raw', 'schemaVersion'],
  ] as const) {
    await window.open(`${repository}/-/a/${image.manifest.digest}${part}`, ready);
    const line = page.locator('.connect .line');
    const whole = `docker pull localhost:${server.port}/pay/api/gateway@${image.manifest.digest}`;
    assert.equal(await line.textContent(), whole);
    const lines = await line.evaluate((own) => own.getBoundingClientRect().height / 18);
    assert.ok(lines > 1 && lines <= 3, String(lines));
    assert.ok(((await page.locator('.digest-rest').boundingBox())?.width ?? 99) < 10);
    const parts = await page
      .locator('.connect .part')
      .evaluateAll((all) => all.map((each) => each.getBoundingClientRect().right));
    const end = await line.evaluate((own) => own.getBoundingClientRect().right);
    assert.ok(Math.max(...parts) <= end, JSON.stringify(parts));
    await page.getByRole('button', { name: 'Copy: ' }).first().click();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), whole);
    await window.expectGood();
  }
});
