import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { imageOf } from '../harness/image.ts';
import { BerthServer } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { ConsoleBrowser } from './console-browser.ts';
import { lookAt } from './look-at.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const browser = await ConsoleBrowser.open(server);
after(() => browser[Symbol.asyncDispose]());
const admin = server.client();
const wide = { language: 'en', theme: 'light', width: 1440 } as const;

test('an empty registry says how to push, and waits', async (context) => {
  await lookAt(context, browser, {
    path: '/',
    ready: { en: 'Waiting for your first push', zh: '正在等待首次推送' },
  });
});

test('the first push becomes the page of its tag, and the next ones appear by themselves', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  const streams: string[] = [];
  page.on('response', (response) => {
    if (response.url().includes('/api/berth/v1/events')) streams.push(response.url());
  });
  const streaming = page.waitForResponse((response) => response.url().includes('/api/berth/v1/events'));
  await window.open('/', 'Waiting for your first push');
  await streaming;
  await admin.pushImage('library/hello', 'first', imageOf({ seed: 'first' }));
  await page.waitForURL((url) => url.pathname === '/p/library/r/hello/-/t/first');
  await page.getByText('docker pull').waitFor();
  await window.expectGood();
  await page.getByRole('link', { name: 'hello', exact: true }).click();
  await page.getByRole('link', { name: 'first' }).waitFor();
  await admin.pushImage('library/hello', 'second', imageOf({ seed: 'second' }));
  await page.getByRole('link', { name: 'second' }).waitFor();
  await window.expectGood();
  assert.equal(streams.length, 1);
});

test('two tabs of a browser share one stream, and the other goes on when one is closed', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  const streams: string[] = [];
  page.context().on('request', (request) => {
    if (request.url().includes('/api/berth/v1/events')) streams.push(request.url());
  });
  await window.open('/p/library', 'hello');
  const second = await page.context().newPage();
  await second.goto('/p/library/r/hello');
  await second.getByRole('link', { name: 'second' }).waitFor();
  await admin.pushImage('library/hello', 'third', imageOf({ seed: 'third' }));
  await second.getByRole('link', { name: 'third' }).waitFor();
  assert.equal(streams.length, 1);
  const streaming = second.waitForResponse((response) => response.url().includes('/api/berth/v1/events'));
  await page.close();
  await streaming;
  await admin.pushImage('library/hello', 'fourth', imageOf({ seed: 'fourth' }));
  await second.getByRole('link', { name: 'fourth' }).waitFor();
});

test('over plain HTTP, where a browser has no locks, tabs share a stream all the same', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await page
    .context()
    .addInitScript(() => Object.defineProperty(Navigator.prototype, 'locks', { value: undefined }));
  const streams: string[] = [];
  page.context().on('request', (request) => {
    if (request.url().includes('/api/berth/v1/events')) streams.push(request.url());
  });
  const streaming = page.waitForResponse((response) => response.url().includes('/api/berth/v1/events'));
  await window.open('/p/library', 'hello');
  await streaming;
  const second = await page.context().newPage();
  await second.goto('/p/library/r/hello');
  await second.getByRole('link', { name: 'second' }).waitFor();
  await admin.pushImage('library/hello', 'fifth', imageOf({ seed: 'fifth' }));
  await second.getByRole('link', { name: 'fifth' }).waitFor();
  assert.equal(streams.length, 1);
  const next = second.waitForResponse((response) => response.url().includes('/api/berth/v1/events'));
  await page.close({ runBeforeUnload: true });
  await next;
  await admin.pushImage('library/hello', 'sixth', imageOf({ seed: 'sixth' }));
  await second.getByRole('link', { name: 'sixth' }).waitFor();
});

test('a stream that was refused is replaced by asking, and had again when it can be', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  let refused = 0;
  await page.route(/\/api\/berth\/v1\/events/, async (route) => {
    refused += 1;
    if (refused === 1) await route.fulfill({ status: 502, body: '' });
    else await route.continue();
  });
  await page.clock.install();
  await window.open('/p/library/r/hello', 'first');
  await waitUntil('it is refused', () => refused === 1);
  await admin.pushImage('library/hello', 'unheard', imageOf({ seed: 'unheard' }));
  await page.clock.runFor(17_000);
  await page.getByRole('link', { name: 'unheard' }).waitFor();
  await waitUntil('it is asked again', () => refused === 2);
});

test('without a session nothing is followed', async () => {
  await using window = await browser.window(wide, null);
  const { page } = window;
  const streams: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/api/berth/v1/events')) streams.push(request.url());
  });
  await window.open('/p/library', 'hello');
  await window.expectGood();
  assert.deepEqual(streams, []);
});

test('a server that is away is said, and noticed when it is back', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/p', 'library');
  await page.context().setOffline(true);
  await page.getByRole('searchbox', { name: 'Filter by name' }).fill('lib');
  await page.getByText('The server does not answer.').waitFor();
  await page.getByRole('link', { name: 'library' }).waitFor();
  await page.context().setOffline(false);
  await page.getByText('The server does not answer.').waitFor({ state: 'detached' });
});
