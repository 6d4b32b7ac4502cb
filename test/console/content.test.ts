import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { descriptorOf, imageOf, manifestOf, seededBytes, types } from '../harness/image.ts';
import { tarOf } from '../harness/image-files.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { ConsoleBrowser, reasonOf } from './console-browser.ts';
import { lookAt } from './look-at.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const browser = await ConsoleBrowser.open(server);
after(() => browser[Symbol.asyncDispose]());
const admin = server.client();
const wide = { language: 'en', theme: 'light', width: 1440 } as const;
const evil = '"><img src=x onerror=alert(1)><script>alert(2)</script>';
const longTag = `v${'1234567890'.repeat(12)}-last`;

const payId = await makeProject(admin, 'pay');
await addUsers(server, ['guest']);
await grantRole(server, { username: 'guest', role: 'guest', place: 'pay' });
const guest = { username: 'guest', password };

// An image with everything that can be shown of one.
const config = Buffer.from(
  JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    author: evil,
    created: '2026-01-02T03:04:05Z',
    config: {
      Entrypoint: ['/app'],
      Cmd: ['--serve', evil],
      ExposedPorts: { '8080/tcp': {} },
      Env: ['PATH=/usr/bin', `EVIL=${evil}`],
      Labels: { 'org.opencontainers.image.source': 'https://example.com/api', evil },
    },
    history: [
      { created_by: '/bin/sh -c #(nop) ADD file:1 in /' },
      { created_by: 'ENV A=b', empty_layer: true },
      { created_by: `RUN /bin/sh -c ${evil} # buildkit` },
    ],
  }),
);
const layers = [seededBytes('base', 300_000), seededBytes('top', 40_000)];
for (const blob of [config, ...layers]) await admin.pushBlob('pay/api/gateway', blob);
const full = manifestOf(
  {
    schemaVersion: 2,
    mediaType: types.ociManifest,
    config: descriptorOf(types.ociConfig, config),
    layers: layers.map((layer) => descriptorOf(types.ociLayer, layer)),
    annotations: { 'org.opencontainers.image.title': evil },
  },
  types.ociManifest,
);
await admin.pushImage('pay/api/gateway', 'v2.4.0', imageOf({ seed: 'old' }));
await admin.pushImage('pay/api/gateway', 'latest', imageOf({ seed: 'old' }));
for (const tag of ['v2.4.1', 'latest', longTag]) await admin.pushManifest('pay/api/gateway', tag, full);
await admin.pushImage(
  'pay/api/gateway',
  'about-it',
  imageOf({ seed: 'about', more: { subject: descriptorOf(full.mediaType, full.bytes) } }),
);
await sendJson(admin, 'PUT', '/api/v2.0/projects/pay/repositories/api%252Fgateway', { description: evil });
// A chart and a model: what is in them is text of whoever pushed.
async function pushParts(
  name: string,
  kind: { readonly configType: string; readonly config: object; readonly artifactType?: string },
  parts: readonly { readonly type: string; readonly bytes: Buffer; readonly path?: string }[],
): Promise<void> {
  const { configType, config: said, ...more } = kind;
  const bytes = Buffer.from(JSON.stringify(said));
  for (const blob of [bytes, ...parts.map((part) => part.bytes)]) await admin.pushBlob(`pay/${name}`, blob);
  const described = parts.map(({ type, bytes: content, path }) => ({
    ...descriptorOf(type, content),
    ...(path === undefined ? {} : { annotations: { 'org.cncf.model.filepath': path } }),
  }));
  const manifest = manifestOf(
    {
      schemaVersion: 2,
      mediaType: types.ociManifest,
      config: descriptorOf(configType, bytes),
      layers: described,
      ...more,
    },
    types.ociManifest,
  );
  await admin.pushManifest(`pay/${name}`, 'v1', manifest);
}

const chart: [string, Buffer][] = [
  ['web/values.yaml', Buffer.from('replicas: 3\n')],
  ['web/README.md', Buffer.from(`# The chart\n${evil}\n`)],
];
await pushParts(
  'chart',
  {
    configType: 'application/vnd.cncf.helm.config.v1+json',
    config: {
      name: 'web',
      version: '1.0.0',
      dependencies: [{ name: 'redis', version: '20.x', repository: 'https://charts.example' }],
    },
  },
  [{ type: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', bytes: gzipSync(tarOf(chart)) }],
);
const doc = 'application/vnd.cncf.model.doc.v1.raw';
await pushParts(
  'model',
  {
    configType: 'application/vnd.cncf.model.config.v1+json',
    config: { descriptor: { name: 'm' } },
    artifactType: 'application/vnd.cncf.model.manifest.v1+json',
  },
  [
    { type: doc, bytes: Buffer.from('# The model'), path: 'README.md' },
    { type: doc, bytes: Buffer.from('Apache License'), path: 'LICENSE' },
    { type: doc, bytes: seededBytes('weights', 5_000), path: 'weights/part-1.bin' },
  ],
);

const repository = '/p/pay/r/api/gateway';

test('tags of a repository', async (context) => {
  await lookAt(context, browser, { path: repository, ready: { en: 'v2.4.1', zh: 'v2.4.1' } });
});

const written = `# Gateway

The *edge* gateway, see [docs](https://example.com/docs) and [this](javascript:alert(3)). \\* \`&lt;\`

| tag | for |
|---|---|
| \`v2\` | **production** |

- [x] signed
- [ ] scanned

![logo](https://example.com/logo.png) ${evil}

<iframe srcdoc="<script>alert(4)</script>"></iframe>
`;

test('a description is Markdown of which only text and links are made, edited with a preview', async (context) => {
  const path = `${repository}/-/overview`;
  await using window = await browser.window(wide);
  const { page } = window;
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).host));
  page.on('dialog', (dialog) => asked.push(`a dialog: ${dialog.message()}`));
  await window.open(path, 'Description');
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('textbox', { name: 'Description' }).fill(written);
  const preview = page.getByRole('region', { name: 'Preview' });
  await preview.getByRole('link', { name: 'docs' }).waitFor();
  await window.expectGood();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await preview.waitFor({ state: 'detached' });
  const shown = page.locator('.markdown');
  await shown.getByRole('heading', { name: 'Gateway' }).waitFor();
  assert.deepEqual(
    await shown.evaluate((root) =>
      [...new Set([...root.querySelectorAll('*')].map(({ tagName }) => tagName.toLowerCase()))].toSorted(),
    ),
    ['a', 'code', 'div', 'em', 'h3', 'li', 'p', 'strong', 'table', 'tbody', 'td', 'th', 'thead', 'tr', 'ul'],
  );
  const links = await shown
    .locator('a')
    .evaluateAll((all) => all.map((link) => [link.getAttribute('href'), link.getAttribute('rel')]));
  assert.deepEqual(links, [
    ['https://example.com/docs', 'noopener noreferrer nofollow'],
    ['https://example.com/logo.png', 'noopener noreferrer nofollow'],
  ]);
  const text = (await shown.textContent()) ?? '';
  for (const part of ['this. * &lt;', '☑ signed', '<script>alert(2)</script>', '<iframe srcdoc='])
    assert.ok(text.includes(part), `${part} in ${text}`);
  assert.deepEqual(new Set(asked), new Set([`localhost:${server.port}`]));
  await window.expectGood();
  await lookAt(context, browser, { path, ready: { en: 'Gateway', zh: 'Gateway' } });
});

test('overview of a repository', async (context) => {
  await lookAt(context, browser, {
    path: `${repository}/-/overview`,
    ready: { en: 'Description', zh: '描述' },
  });
});

test('a repository gets another name, with what is in it; who may not is told', async (context) => {
  await admin.pushImage('pay/old-name', 'v1', imageOf({ seed: 'old-name' }));
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/p/pay/r/old-name/-/settings', 'New name');
  await page.getByText('Pulls by the old name go on for 30 days.').waitFor();
  await page.getByLabel('New name').fill('pay/team/new-name');
  await page.getByRole('button', { name: 'Move' }).click();
  await window.expectGood();
  await page.locator('dialog').getByRole('button', { name: 'Move' }).click();
  await page.waitForURL((url) => url.pathname === '/p/pay/r/team/new-name/-/settings');
  await page.getByText('It is called pay/team/new-name now').waitFor();
  expectStatus(await admin.get('/v2/pay/team/new-name/manifests/v1'), 200);
  await page.getByLabel('New name').fill('nowhere/app');
  await page.getByRole('button', { name: 'Move' }).click();
  await page.locator('dialog').getByRole('button', { name: 'Move' }).click();
  await page.locator('.field').getByText('nowhere').waitFor();
  assert.match(window.problems.splice(0).join(), /^404: POST [^,]*$/);
  await page.getByRole('button', { name: 'Delete the repository' }).click();
  await page.getByText('1 artifact with all tags').waitFor();
  await window.expectGood();
  await page.locator('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
  await page.waitForURL((url) => url.pathname === '/p/pay');
  await using other = await browser.window(wide, guest);
  await other.open(`${repository}/-/settings`, 'New name');
  const removal = other.page.getByRole('button', { name: 'Delete the repository' });
  assert.match(await reasonOf(removal), /no role here that may delete/);
  await lookAt(context, browser, {
    path: `${repository}/-/settings`,
    ready: { en: 'New name', zh: '新名称' },
  });
});

for (const [part, ready] of [
  ['', { en: 'Entry point', zh: '入口点' }],
  ['/layers', { en: 'Instruction', zh: '构建指令' }],
  ['/references', { en: 'Kind', zh: '类别' }],
  ['/history', { en: 'Address and client', zh: '地址与客户端' }],
  ['/raw', { en: 'schemaVersion', zh: 'schemaVersion' }],
] as const)
  test(`artifact ${part}`, async (context) => {
    await lookAt(context, browser, { path: `${repository}/-/t/latest${part}`, ready });
  });

for (const [path, ready] of [
  ['chart/-/t/v1/readme', 'The chart'],
  ['chart/-/t/v1/dependencies', 'redis'],
  ['model/-/t/v1/files', 'weights/part-1.bin'],
] as const)
  test(`parts of ${path}`, async (context) => {
    await lookAt(context, browser, { path: `/p/pay/r/${path}`, ready: { en: ready, zh: ready } });
  });

test('what is in a chart and in a model is behind tabs of their own, as text', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  const tabs = async () =>
    page.getByRole('navigation', { name: 'Parts of the artifact' }).getByRole('link').allTextContents();
  await window.open('/p/pay/r/chart/-/t/v1', 'What it is');
  assert.deepEqual((await tabs()).slice(0, 4), ['Overview', 'README', 'Values', 'Dependencies']);
  await page.getByRole('link', { name: 'README' }).click();
  await page.getByText('<script>alert(2)</script>').waitFor();
  await page.getByRole('link', { name: 'Values' }).click();
  await page.getByText('replicas: 3').waitFor();
  await window.expectGood();
  await window.open('/p/pay/r/model/-/t/v1', 'What it is');
  assert.deepEqual((await tabs()).slice(0, 4), ['Overview', 'README', 'Files', 'Licence']);
  await page.getByRole('link', { name: 'Licence' }).click();
  await page.getByText('Apache License').waitFor();
  await window.expectGood();
});

test('a label is put on an artifact, found by in the list, and taken off', async () => {
  for (const body of [
    { name: 'reviewed', color: '#48960C', scope: 'g' },
    { name: 'for-friday', color: '#C92100', scope: 'p', project_id: payId },
  ])
    expectStatus(await sendJson(admin, 'POST', '/api/v2.0/labels', body), 201);
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/p/pay/r/chart/-/t/v1', 'No label');
  for (const name of ['for-friday', 'reviewed']) {
    await page.getByLabel('Add a label').selectOption(name);
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('button', { name: `Remove the label ${name}` }).waitFor();
  }
  await page.getByLabel('Add a label').waitFor({ state: 'detached' });
  await window.expectGood();
  await page.getByRole('button', { name: 'Remove the label reviewed' }).click();
  await page.getByRole('button', { name: 'Remove the label reviewed' }).waitFor({ state: 'detached' });
  await window.open('/p/pay/r/chart/-/artifacts', 'for-friday');
  await page.getByLabel('Label', { exact: true }).selectOption('reviewed');
  await page.getByText('Nothing matches the filter').waitFor();
  assert.match(page.url(), /label=\d+/);
  await page.getByLabel('Label', { exact: true }).selectOption('for-friday');
  await page.getByRole('row').filter({ hasText: 'v1' }).waitFor();
  await window.settled();
  await window.expectGood();
  await using others = await browser.window(wide, guest);
  await others.open('/p/pay/r/chart/-/t/v1', 'for-friday');
  assert.equal(await others.page.getByRole('button', { name: 'Remove the label' }).count(), 0);
  assert.equal(await others.page.getByLabel('Add a label').count(), 0);
  await others.expectGood();
});

test('what is attached to an image is told apart by its type', async () => {
  const subject = descriptorOf(full.mediaType, full.bytes);
  for (const artifactType of ['application/spdx+json', 'application/vnd.example.report', 'constructor']) {
    const image = imageOf({ seed: artifactType, more: { subject, artifactType } });
    await admin.pushImage('pay/api/gateway', image.manifest.digest, image);
  }
  for (const { language, names } of [
    { language: 'en', names: ['SPDX SBOM', 'Attached artifact', 'Attached artifact', 'Attached artifact'] },
    { language: 'zh', names: ['SBOM（SPDX）', '附加制品', '附加制品', '附加制品'] },
  ] as const) {
    await using window = await browser.window({ ...wide, language });
    const { page } = window;
    await window.open(`${repository}/-/t/v2.4.1/references?sort=creation_time`, 'constructor');
    const column = (no: number) => page.locator(`tbody td:nth-child(${no})`).allTextContents();
    assert.deepEqual((await column(1)).toSorted(), names.toSorted());
    assert.deepEqual((await column(2)).toSorted(), [
      'application/spdx+json',
      'application/vnd.example.report',
      types.ociConfig,
      'constructor',
    ]);
    await window.expectGood();
  }
});

test('tabs without room are behind a button that tells how many, and the one of now is in sight', async () => {
  await using window = await browser.window({ ...wide, width: 390 });
  const { page } = window;
  const tabs = page.getByRole('navigation', { name: 'Parts of the artifact' });
  const names = () => tabs.getByRole('link').allTextContents();
  const more = tabs.getByRole('button', { name: /^More \d$/ });
  const current = tabs.locator('[aria-current=page]');
  const isInSight = () =>
    current.evaluate((tab) => {
      const { left, right } = tab.getBoundingClientRect();
      return left >= 0 && right <= innerWidth && document.activeElement === tab;
    });
  await window.open(`${repository}/-/t/v2.4.1`, 'Entry point');
  const before = await names();
  assert.equal(await more.textContent(), `More ${5 - before.length}`);
  await more.focus();
  await page.keyboard.press('Enter');
  assert.equal((await names()).length, 5);
  assert.equal(await more.getAttribute('aria-expanded'), 'true');
  await page.keyboard.press('Escape');
  assert.deepEqual(await names(), before);
  await more.click();
  await page.locator('main h1').click();
  assert.deepEqual(await names(), before);
  await more.click();
  await tabs.getByRole('link', { name: 'Raw manifest' }).click();
  await page.getByText('schemaVersion').first().waitFor();
  assert.equal(await current.textContent(), 'Raw manifest');
  assert.ok(await isInSight());
  assert.equal(await more.getAttribute('aria-expanded'), 'false');
  await window.expectGood();
  await page.setViewportSize({ width: 1440, height: 900 });
  await more.waitFor({ state: 'hidden' });
  assert.equal((await names()).length, 5);
});

test('why a small button is off is read by pointing at it, by keyboard and by touch', async () => {
  await using window = await browser.window({ ...wide, width: 390 });
  const { page } = window;
  await window.open(repository, 'v2.4.1');
  await page.getByRole('checkbox', { name: 'v2.4.1' }).check();
  const compare = page.getByRole('button', { name: 'Compare' });
  assert.equal(await reasonOf(compare), 'Choose exactly two tags');
  const hint = page.getByRole('tooltip', { name: 'Choose exactly two tags' });
  const away = { state: 'hidden' } as const;
  await hint.waitFor(away);
  await compare.hover();
  await hint.waitFor();
  await page.mouse.move(0, 0);
  await hint.waitFor(away);
  await compare.focus();
  await hint.waitFor();
  await page.keyboard.press('Escape');
  await hint.waitFor(away);
  await compare.dispatchEvent('click');
  await hint.waitFor();
  const { left, right, bottom } = await hint.evaluate(
    (own) => own.getBoundingClientRect().toJSON() as DOMRect,
  );
  assert.ok(left >= 0 && right <= 390 && bottom <= 900);
  await window.expectGood();
});

test('tags are sorted and filtered by the server, and the order is in the address', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open(repository, 'v2.4.1');
  await page.getByRole('button', { name: 'Size' }).click();
  await page.waitForURL(/sort=-size/);
  await page.getByRole('searchbox', { name: 'Filter by tag' }).fill('v2.4');
  await page.getByText(/^2 of \d+$/).waitFor();
  assert.deepEqual(await page.locator('tbody tr td:nth-child(2) a').allTextContents(), ['v2.4.1', 'v2.4.0']);
  await window.expectGood();
});

test('deleted tags are told with what stays, and come back by one press', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await admin.pushManifest('pay/api/gateway', 'gone-1', full);
  await admin.pushManifest('pay/api/gateway', 'gone-2', full);
  await window.open(`${repository}?q=gone`, 'gone-1');
  await page.getByRole('checkbox', { name: 'Select all on this page' }).check();
  await page.getByRole('region', { name: 'Selection' }).getByRole('button', { name: 'Delete…' }).click();
  await page.getByText('can still be pulled by digest').waitFor();
  await page.getByRole('button', { name: 'Delete 2', exact: true }).click();
  await page.getByText('Moved to the trash 2').waitFor();
  await page.getByText('Nothing matches the filter').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('Restored 2').waitFor();
  await page.getByRole('button', { name: 'Close' }).last().click();
  await page.getByText('gone-2').waitFor();
  assert.deepEqual(
    (await admin.tags('pay/api/gateway')).filter((tag) => tag.startsWith('gone')),
    ['gone-1', 'gone-2'],
  );
  await window.expectGood();
});

test('a digest that is not there is written as digests are', async () => {
  await using window = await browser.window(wide);
  await window.page.goto(`${repository}/-/a/sha256:${'0'.repeat(64)}`);
  await window.page.locator('.problem-why code').getByText('0'.repeat(12), { exact: true }).waitFor();
});

test('a tag is put back on what it stood for', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open(`${repository}/-/t/latest/history`, 'Address and client');
  const newest = page.locator('tbody tr').first();
  await newest.getByText(/^\d{1,2} \w{3} \d{4}, \d\d:\d\d:\d\d/).waitFor();
  await newest
    .getByRole('link', { name: /^[0-9a-f]{12}$/ })
    .first()
    .waitFor();
  const history = '/api/berth/v1/projects/pay/repositories/api%252Fgateway/tags/latest/history';
  const moves = async () => jsonOf<object[]>(await admin.get(history)).length;
  const before = await moves();
  await page.getByRole('button', { name: 'Put back to this' }).first().click();
  const dialog = page.locator('dialog');
  await dialog.getByText('Whoever pulls latest gets that from then on.').waitFor();
  await dialog.getByText(/To take it back, put the tag back to [0-9a-f]{12} here/).waitFor();
  assert.equal(await moves(), before);
  await window.expectGood();
  await dialog.getByRole('button', { name: 'Put back' }).click();
  await page.getByText('latest was put back').waitFor();
  await window.expectGood();
  await admin.pushManifest('pay/api/gateway', 'latest', full);
});

test('who may only look is offered nothing that deletes', async () => {
  await using window = await browser.window(wide, guest);
  const { page } = window;
  await window.open(repository, 'v2.4.1');
  await page.getByRole('checkbox', { name: 'v2.4.1' }).check();
  await page.getByRole('button', { name: 'Compare' }).waitFor();
  assert.equal(await page.getByRole('button', { name: /Delete/ }).count(), 0);
  await window.open(`${repository}/-/overview`, 'Description');
  assert.equal(await page.getByRole('button', { name: 'Edit' }).count(), 0);
  await window.open(`${repository}/-/settings`, 'Delete the repository…');
  await page.locator('button[aria-disabled=true]', { hasText: 'Delete the repository…' }).waitFor();
  await window.expectGood();
});

test('a project that is not for somebody says so with what to do', async () => {
  await addUsers(server, ['eve']);
  await using window = await browser.window(wide, { username: 'eve', password });
  const { page } = window;
  await page.goto('/p/pay');
  await page.getByRole('alert').waitFor();
  await page.getByRole('button', { name: 'Copy for a report' }).waitFor();
  assert.ok(window.problems.length > 0 && window.problems.every((problem) => /^40[34]:/.test(problem)));
});

test('overview of a project', async (context) => {
  await sendJson(admin, 'PUT', '/api/v2.0/quotas/2', { hard: { storage: 400_000 } });
  await lookAt(context, browser, {
    path: '/p/pay/overview',
    ready: { en: 'Largest repositories', zh: '占用最多的仓库' },
  });
});

test('a project is made public and private', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/p/pay/overview', 'Largest repositories');
  await page.getByRole('button', { name: 'Make it public' }).click();
  await page.getByRole('button', { name: 'Make it private' }).click();
  await page.getByRole('button', { name: 'Make it public' }).waitFor();
  await window.expectGood();
});

test("links of Harbor's portal lead to the page of here", async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await page.goto('/harbor/projects/2/repositories/api%252Fgateway/artifacts-tab');
  await page.waitForURL((url) => url.pathname === '/p/pay/r/api/gateway');
  await page.goto(`/harbor/projects/2/repositories/api%2Fgateway/artifacts-tab/artifacts/${full.digest}`);
  await page.waitForURL((url) => url.pathname === `/p/pay/r/api/gateway/-/a/${full.digest}`);
  await page.getByText('Entry point').waitFor();
  await window.expectGood();
});
