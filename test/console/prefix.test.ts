// Behind a proxy that has the console below a path of its own, beside something else at the root of the host.

import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { tarOfEntries } from '../harness/archive-files.ts';
import { descriptorOf, imageOf, manifestOf, types } from '../harness/image.ts';
import { makeProject } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { ConsoleBrowser, signIn } from './console-browser.ts';

const prefix = '/registry-ui';
/** Another way to the same server, with sign-ins of its own. */
const second = '/second-ui';
const server = await BerthServer.start({ args: ['--trusted-proxies', '127.0.0.0/8,::1'] });
after(() => server[Symbol.asyncDispose]());
const asked: string[] = [];

/** What is below the prefix and what clients of the registry ask for goes on; all else is of somebody else. */
function pass(given: IncomingMessage, answer: ServerResponse): void {
  const url = given.url ?? '';
  asked.push(url);
  const below = [prefix, second].find((each) => url.startsWith(`${each}/`));
  if (below === undefined && !/^\/(?:v2|service)\//.test(url)) {
    answer.writeHead(404, { 'Content-Type': 'text/plain' }).end('another page of this host');
    return;
  }
  const headers = {
    ...given.headers,
    'x-forwarded-for': '192.0.2.9',
    'x-forwarded-host': given.headers.host ?? '',
    'x-forwarded-proto': 'http',
    ...(below === undefined ? {} : { 'x-forwarded-prefix': below }),
  };
  const path = below === undefined ? url : url.slice(below.length);
  const on = request({ port: server.port, method: given.method, path, headers }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  on.on('error', () => answer.destroy());
  answer.on('close', () => on.destroy());
  given.pipe(on);
}

const proxy = createServer(pass);
await new Promise<void>((settle) => {
  proxy.listen(0, 'localhost', settle);
});
after(() => {
  proxy.closeAllConnections();
  proxy.close();
});
const { port } = proxy.address() as AddressInfo;
const browser = await ConsoleBrowser.open({ port });
after(() => browser[Symbol.asyncDispose]());
const wide = { language: 'en', theme: 'light', width: 1440 } as const;
const admin = server.client();
await makeProject(admin, 'pay');
await admin.pushImage('pay/api', 'v1', imageOf({ seed: 'prefix' }));
const [config, layer] = [
  Buffer.from(
    JSON.stringify({ os: 'linux', architecture: 'amd64', history: [{ created_by: 'COPY hosts /' }] }),
  ),
  gzipSync(tarOfEntries([{ name: 'hosts', body: Buffer.from('127.0.0.1 localhost') }])),
];
for (const blob of [config, layer]) await admin.pushBlob('pay/files', blob);
const parts = {
  schemaVersion: 2,
  mediaType: types.ociManifest,
  config: descriptorOf(types.ociConfig, config),
  layers: [descriptorOf(types.ociLayer, layer)],
};
await admin.pushManifest('pay/files', 'v1', manifestOf(parts, types.ociManifest));

test('the console works below a path: pages, files, calls, changes, the stream and what it shows to copy', async () => {
  await using window = await browser.window(wide, null);
  const { page } = window;
  await window.open(`${prefix}/me`, 'Sign in');
  await page.waitForURL((url) => url.pathname === `${prefix}/signin`);
  await signIn(page, { username: 'admin', password });
  await page.waitForURL((url) => url.pathname === `${prefix}/me`);
  await window.open(`${prefix}/p/pay`, 'Repositories: 2');
  await page.getByRole('link', { name: 'api', exact: true }).click();
  await page.getByRole('row').filter({ hasText: 'v1' }).waitFor();
  assert.equal(new URL(page.url()).pathname, `${prefix}/p/pay/r/api`);
  await page.getByText(`docker pull localhost:${port}/pay/api:v1`).waitFor();
  await page.reload();
  await page.getByRole('row').filter({ hasText: 'v1' }).waitFor();
  await window.expectGood();
  const cookies = await page.context().cookies(`http://localhost:${port}${prefix}/`);
  const sid = cookies.find(({ name }) => name === 'sid');
  assert.equal(sid?.path, prefix);
  assert.equal((await page.context().cookies(`http://localhost:${port}${prefix}`)).length, cookies.length);
  assert.deepEqual(await page.context().cookies(`http://localhost:${port}${prefix}-other/`), []);
  await window.open(`${prefix}/p/pay/r/files/-/t/v1/layers`, 'hosts');
  await page.getByRole('button', { name: 'hosts', exact: true }).click();
  const saved = await page.getByRole('dialog').getByRole('link', { name: 'Save' }).getAttribute('href');
  assert.ok(saved?.startsWith(`${prefix}/api/`), String(saved));
  await page.keyboard.press('Escape');
  // A change needs the token that belongs to the session.
  await window.open(`${prefix}/p`, 'pay');
  await page.getByRole('button', { name: 'New project' }).click();
  await page.locator('dialog').getByLabel('Name', { exact: true }).fill('below');
  await page.locator('dialog').getByRole('button', { name: 'Create', exact: true }).click();
  await page.waitForURL((url) => url.pathname === `${prefix}/p/below`);
  // What happens elsewhere is told by the stream.
  await window.open(`${prefix}/p/pay/r/api`, 'v1');
  await admin.pushImage('pay/api', 'v2', imageOf({ seed: 'later' }));
  await page.getByRole('row').filter({ hasText: 'v2' }).waitFor();
  await window.open(`${prefix}/harbor/projects`, 'pay');
  assert.equal(new URL(page.url()).pathname, `${prefix}/p`);
  await page.goBack();
  await page.getByRole('row').filter({ hasText: 'v2' }).waitFor();
  await window.expectGood();
  assert.deepEqual(
    asked.filter((url) => !url.startsWith(`${prefix}/`)),
    [],
    'nothing is asked for beside the prefix',
  );
});

test('two consoles of one host do not disturb each other: each has a stream, and a sign-out is of one', async () => {
  await using window = await browser.window(wide, null);
  const { page } = window;
  await page.goto(`${prefix}/signin`);
  await signIn(page, { username: 'admin', password });
  await page.waitForURL((url) => url.pathname === `${prefix}/`);
  await window.open(`${prefix}/p/pay`, 'Repositories: ');
  // Whatever loads the page anew takes this away.
  await page.evaluate(() => document.body.setAttribute('data-kept', ''));
  const other = await page.context().newPage();
  await other.goto(`${second}/signin`);
  await signIn(other, { username: 'admin', password });
  await other.waitForURL((url) => url.pathname === `${second}/`);
  await waitUntil('a stream for the second one', () =>
    asked.some((url) => url.startsWith(`${second}/api/berth/v1/events`)),
  );
  await other.getByRole('button', { name: 'Account of admin' }).click();
  await other.getByRole('menuitem', { name: 'Sign out' }).click();
  await other.waitForURL((url) => url.pathname === `${second}/signin`);
  await other.locator('input[name=principal]').waitFor();
  await page.getByRole('link', { name: 'api', exact: true }).click();
  await page.getByRole('row').filter({ hasText: 'v1' }).waitFor();
  assert.equal(await page.locator('body[data-kept]').count(), 1);
  await window.expectGood();
});

test('pages without script and the API name what is below the path; the registry stays at the root', async () => {
  const at = (path: string): Promise<Response> => fetch(`http://localhost:${port}${path}`);
  for (const path of ['/devcenter-api-2.0', '/device']) {
    const text = await (await at(`${prefix}${path}`)).text();
    const own = [...text.matchAll(/(?:href|action)="(\/[^"]*)"/g)].map(([, address]) => address ?? '');
    assert.ok(own.length > 0, path);
    for (const address of own) {
      assert.ok(address.startsWith(`${prefix}/`), address);
    }
  }
  assert.equal((await at(`${prefix}/api/v2.0/ping`)).status, 200);
  const login = await fetch(`http://localhost:${port}${prefix}/api/berth/v1/device/code`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{}',
  });
  const { verification_uri: uri } = (await login.json()) as { readonly verification_uri: string };
  assert.equal(uri, `http://localhost:${port}${prefix}/device`);
  const signedIn = await fetch(`http://localhost:${port}${prefix}/device/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ principal: 'admin', password, code: 'BBBB-BBBB', lang: 'en' }),
  });
  assert.equal(signedIn.headers.get('location'), `${prefix}/device?code=BBBB-BBBB&lang=en`);
  const registry = await at('/v2/');
  assert.equal(registry.status, 401);
  const challenge = registry.headers.get('www-authenticate') ?? '';
  assert.ok(challenge.includes(`http://localhost:${port}/service/token`), challenge);
});
