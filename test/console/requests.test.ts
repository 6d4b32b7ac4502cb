import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { imageOf } from '../harness/image.ts';
import { BerthServer } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { ConsoleBrowser } from './console-browser.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const browser = await ConsoleBrowser.open(server);
after(() => browser[Symbol.asyncDispose]());
const admin = server.client();
await admin.pushImage('library/hello', 'first', imageOf({ seed: 'first' }));
const wide = { language: 'en', theme: 'light', width: 1440 } as const;

for (const [path, asked] of [
  ['/', ['statistics', 'projects', 'repositories']],
  ['/p', ['projects']],
  ['/p/library', ['projects/library/visible', 'projects/library/repositories']],
  [
    '/p/library/r/hello',
    ['me/can', 'projects/library/repositories/hello', 'projects/library/repositories/hello/tags'],
  ],
  ['/p/library/r/hello/-/t/first', ['projects/library/repositories/hello/artifacts/first']],
  ['/search?q=hello', ['search']],
  ['/activity', ['audit']],
] as const)
  test(`what ${path} needs is asked for at once: its data before any script is there, its scripts with the shell`, async () => {
    await using window = await browser.window(wide);
    const { page } = window;
    const scripts = new Set<string>();
    const calls: string[] = [];
    const held = Promise.withResolvers<undefined>();
    const isAsked = Promise.withResolvers<undefined>();
    await page.route(/\/assets\/.*\.js$/, async (route) => {
      await isAsked.promise;
      await route.continue();
    });
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.endsWith('.js')) scripts.add(pathname);
    });
    await page.route(/\/api\/(?!berth\/v1\/events)/, async (route) => {
      calls.push(new URL(route.request().url()).pathname.replace(/^\/api\/(?:v2\.0|berth\/v1)\//, ''));
      await held.promise;
      await route.continue();
    });
    const answer = await page.goto(path, { waitUntil: 'commit' });
    const html = (await answer?.text()) ?? '';
    await waitUntil('all is asked for', () => asked.every((each) => calls.includes(each)));
    isAsked.resolve(undefined);
    assert.ok(!calls.includes('users/current'), calls.join(' '));
    held.resolve(undefined);
    await window.settled();
    const named = new Set([...html.matchAll(/"(\/assets\/[^"]+\.js)"/g)].map(([, name = '']) => name));
    assert.deepEqual([...scripts].toSorted(), [...named].toSorted());
    assert.deepEqual(new Set(calls).size, calls.length, calls.join(' '));
    await window.expectGood();
  });
