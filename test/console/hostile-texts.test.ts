// Texts that users control, stored as they come and shown on the pages: none of them runs, asks for anything or is a link to a
// script.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { descriptorOf, imageOf, manifestOf, seededBytes, types } from '../harness/image.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { ConsoleBrowser, type ConsoleWindow } from './console-browser.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const browser = await ConsoleBrowser.open(server);
after(() => browser[Symbol.asyncDispose]());
const admin = server.client();

/** Known from all of them: what is shown has it. */
const mark = 'trap(';
/** One for each place where a text could be taken for something else: elements, attributes, addresses, templates. */
const corpus = [
  `<script>${mark})</script>`,
  `"><img src=x onerror=${mark})><svg/onload=${mark})>`,
  `' autofocus onfocus='${mark})`,
  `<iframe srcdoc="<script>parent.${mark})</script>"></iframe>`,
  `[x](javascript:${mark})) ![x](//foreign.example/${mark})`,
  `</textarea></title></style><script src=//foreign.example/${mark}></script>`,
  `\${${mark})}{{constructor.constructor('${mark})')()}}`,
];
const all = corpus.join(' ');
const short = '<img src=x onerror=trap()>';

async function store(method: 'POST' | 'PUT', path: string, body: object): Promise<void> {
  const { status, body: text } = await sendJson(admin, method, path, body);
  assert.ok(status >= 200 && status < 300, `${method} ${path}: ${status} ${text.toString()}`);
}

const id = await makeProject(admin, 'hostile');
const config = Buffer.from(
  JSON.stringify({
    architecture: short,
    os: short,
    author: all,
    config: {
      Entrypoint: [all],
      Cmd: corpus,
      User: all,
      WorkingDir: all,
      ExposedPorts: { [short]: {} },
      Env: corpus.map((text, no) => `V${no}=${text}`),
      Labels: Object.fromEntries(corpus.map((text, no) => [`${no} ${text}`, text])),
    },
    history: corpus.map((text) => ({ created_by: text, comment: text, author: text })),
  }),
);
const layers = corpus.map((_, no) => seededBytes(`hostile ${no}`, 100));
for (const blob of [config, ...layers]) await admin.pushBlob('hostile/app', blob);
const image = manifestOf(
  {
    schemaVersion: 2,
    mediaType: types.ociManifest,
    config: descriptorOf(types.ociConfig, config),
    layers: layers.map((layer) => descriptorOf(types.ociLayer, layer)),
    annotations: Object.fromEntries(corpus.map((text, no) => [`${no} ${text}`, text])),
  },
  types.ociManifest,
);
await admin.pushManifest('hostile/app', 'v1', image);
const subject = descriptorOf(image.mediaType, image.bytes);
const about = imageOf({ seed: 'about', more: { subject, artifactType: short, annotations: { [all]: all } } });
await admin.pushImage('hostile/app', 'about', about);
const rest = '/api/v2.0';
const rights = [
  { kind: 'project', namespace: 'hostile', access: [{ resource: 'repository', action: 'pull' }] },
];
const selectors = [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }];
await store('PUT', `${rest}/projects/hostile/repositories/app`, { description: all });
await store('POST', `${rest}/labels`, { name: short, description: all, color: '#0065AB', scope: 'g' });
await store('POST', `${rest}/labels`, {
  name: short,
  description: all,
  color: '#0065AB',
  scope: 'p',
  project_id: id,
});
await store('POST', `${rest}/users`, {
  username: 'mallory',
  password,
  email: 'mallory@example.test',
  realname: short,
  comment: short,
});
await store('POST', `${rest}/usergroups`, { group_name: short, group_type: 3 });
for (const level of ['project', 'system'])
  await store('POST', `${rest}/robots`, {
    name: `r-${level}`,
    description: all,
    level,
    duration: -1,
    permissions: rights,
  });
await store('POST', `${rest}/projects/hostile/webhook/policies`, {
  name: short,
  description: all,
  enabled: false,
  event_types: ['PUSH_ARTIFACT'],
  targets: [{ type: 'http', address: 'https://hooks.example.test/x?a=%22%3E%3Cscript%3Etrap()' }],
});
await store('POST', `${rest}/projects/hostile/immutabletagrules`, {
  tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: short.replaceAll(/[()]/g, '') }],
  scope_selectors: { repository: selectors },
});
await store('POST', '/api/berth/v1/grants', { who: `group:${short}`, role: 'guest', where: 'hostile' });
// Who fails to sign in is named in the log with what it called itself.
await server.client({ username: short, password: 'Wrong-Horse-7' }).call('GET', '/v2/', {
  headers: { 'User-Agent': all.replaceAll(/[^ -~]/g, '') },
});

/** Runs before anything of a page: what a text started is told. */
const watch = `globalThis.trapped = [];
globalThis.trap = () => { globalThis.trapped.push('a text ran'); };
for (const name of ['alert', 'confirm', 'prompt']) globalThis[name] = () => globalThis.trap();
addEventListener('securitypolicyviolation', (event) => {
  globalThis.trapped.push(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample);
});`;

async function expectHarmless(window: ConsoleWindow, path: string): Promise<void> {
  const { page } = window;
  const found = await page.evaluate(() => {
    const { trapped } = globalThis as unknown as { trapped: readonly string[] };
    const made = [
      ...document.querySelectorAll('img, iframe, object, embed, base, meta[http-equiv], *'),
    ].filter(
      (element) =>
        /^(?:IMG|IFRAME|OBJECT|EMBED|BASE)$/.test(element.tagName) ||
        (element.tagName === 'SCRIPT' && element.closest('head') === null) ||
        [...element.attributes].some(
          ({ name, value }) => /^on|^srcdoc$|^style$/.test(name) || /^\s*(?:javascript|data):/i.test(value),
        ),
    );
    return [...trapped, ...made.map(({ outerHTML }) => outerHTML.slice(0, 200))];
  });
  assert.deepEqual(found, [], path);
}

/** By address; whether a text of the corpus is to be seen there. */
const pages: readonly (readonly [path: string, shown: boolean])[] = [
  ['/p/hostile/r/app', false],
  ['/p/hostile/r/app/-/overview', true],
  ['/p/hostile/r/app/-/t/v1', true],
  ['/p/hostile/r/app/-/t/v1/layers', true],
  ['/p/hostile/r/app/-/t/v1/references', false],
  ['/p/hostile/r/app/-/t/v1/raw', true],
  ['/p/hostile/labels', true],
  ['/p/hostile/webhooks', true],
  ['/p/hostile/access', true],
  ['/p/hostile/robots', false],
  ['/p/hostile/settings', true],
  ['/p/hostile/activity', false],
  ['/admin/labels', true],
  ['/access/people', true],
  ['/access/people/mallory', true],
  ['/access/groups', true],
  ['/access/robots', false],
  ['/activity', true],
  [`/search?q=${encodeURIComponent(short)}`, true],
  [`/p?q=${encodeURIComponent(short)}`, false],
  [`/p/${encodeURIComponent(short)}`, true],
  [`/${encodeURIComponent(all)}`, false],
];

test('no text that users control runs, loads or leads to a script on any page', async () => {
  await using window = await browser.window({ language: 'en', theme: 'light', width: 1440 });
  const { page } = window;
  const foreign: string[] = [];
  const unseen: string[] = [];
  page.on('request', (request) => {
    if (new URL(request.url()).hostname !== 'localhost') foreign.push(request.url());
  });
  await page.addInitScript(watch);
  for (const [path, shown] of pages) {
    await page.goto(path);
    await page.locator('h1').waitFor();
    await window.settled();
    await expectHarmless(window, path);
    if (shown && !(await page.locator('body').innerText()).includes('trap')) unseen.push(path);
  }
  // A row of the log with all that it holds.
  await page.goto('/activity');
  await page.locator('main tbody button').filter({ hasText: 'user' }).first().click();
  await page.locator('dialog').waitFor();
  await window.settled();
  await expectHarmless(window, 'the details of an event');
  assert.deepEqual(unseen, []);
  assert.deepEqual(foreign, []);
  assert.deepEqual(
    window.problems.filter((problem) => !problem.startsWith('404: ') && !problem.startsWith('400: ')),
    [],
  );
});

test('the trap would tell of what ran', async () => {
  await using window = await browser.window({ language: 'en', theme: 'light', width: 1440 });
  const { page } = window;
  await page.addInitScript(watch);
  await window.open('/p', 'hostile');
  await page.evaluate(() => {
    document.querySelector('main')?.append(document.createElement('img'));
  });
  await assert.rejects(expectHarmless(window, '/p'), /<img/);
  await page.evaluate('trap()');
  await assert.rejects(expectHarmless(window, '/p'), /a text ran/);
});

test('content that a browser could run is never served as such', async () => {
  const contents = [
    '<svg xmlns="http://www.w3.org/2000/svg" onload="trap()"/>',
    '<!DOCTYPE html><script>trap()</script>',
  ];
  for (const content of contents) {
    const bytes = Buffer.from(content);
    const digest = await admin.pushBlob('hostile/app', bytes);
    const manifest = manifestOf(
      {
        schemaVersion: 2,
        mediaType: types.ociManifest,
        artifactType: 'text/html',
        config: descriptorOf('image/svg+xml', bytes),
        layers: [descriptorOf('text/html', bytes)],
      },
      types.ociManifest,
    );
    await admin.pushManifest('hostile/app', 'page', manifest);
    const artifact = `/api/berth/v1/projects/hostile/repositories/app/artifacts/page`;
    for (const path of [
      `/v2/hostile/app/blobs/${digest}`,
      '/v2/hostile/app/manifests/page',
      `${artifact}/manifest`,
    ]) {
      const answer = await admin.get(path, { Accept: 'text/html,image/svg+xml,*/*' });
      expectStatus(answer, 200);
      assert.doesNotMatch(String(answer.headers['content-type']), /html|svg|xml|javascript/, path);
      assert.equal(answer.headers['x-content-type-options'], 'nosniff', path);
    }
  }
});
