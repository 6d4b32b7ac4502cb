import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type Entry, tarOfEntries } from '../harness/archive-files.ts';
import { childOf, descriptorOf, indexOf, type Manifest, manifestOf, types } from '../harness/image.ts';
import { makeProject } from '../harness/rest.ts';
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
const evil = '"><img src=x onerror=alert(1)><script>alert(2)<!-- .svg';

await makeProject(admin, 'pay');

async function push(
  tag: string,
  layers: readonly (readonly Entry[])[],
  env: string,
  line = `COPY ${evil} /app`,
): Promise<Manifest> {
  const config = Buffer.from(
    JSON.stringify({
      os: 'linux',
      architecture: 'amd64',
      created: env === 'old' ? '2026-01-01T08:00:00Z' : '2026-01-01T09:30:00Z',
      config: { Env: ['PATH=/usr/bin', `EVIL=${env}`], Cmd: ['/bin/sh'], Labels: { [evil]: env } },
      history: layers.map((_, at) => ({ created_by: at === 0 ? 'ADD rootfs.tar /' : line })),
    }),
  );
  const blobs = layers.map((entries) => gzipSync(tarOfEntries(entries)));
  for (const blob of [config, ...blobs]) await admin.pushBlob('pay/api', blob);
  const manifest = manifestOf(
    {
      schemaVersion: 2,
      mediaType: types.ociManifest,
      config: descriptorOf(types.ociConfig, config),
      layers: blobs.map((blob) => descriptorOf(types.ociLayer, blob)),
    },
    types.ociManifest,
  );
  await admin.pushManifest('pay/api', tag, manifest);
  return manifest;
}

const base: readonly Entry[] = [
  { name: 'etc/passwd', body: Buffer.from('root:x:0:0:root:/root:/bin/sh\n') },
  { name: 'etc/hosts', body: Buffer.from('127.0.0.1 localhost\n') },
  { name: 'bin/busybox', body: Buffer.alloc(800_000, 0) },
  { name: 'bin/sh', type: '2', link: 'busybox' },
  { name: 'var/cache/apk/index', body: Buffer.alloc(300_000, 2) },
  ...Array.from({ length: 60 }, (_, at) => ({ name: `usr/share/doc/page-${at}`, body: Buffer.from('text') })),
];
const app: readonly Entry[] = [
  { name: `app/${evil}`.replace('</', '<'), body: Buffer.from(`<svg onload=alert(1)>${evil}</svg>`) },
  { name: 'app/server', body: Buffer.alloc(500_000, 3) },
  { name: 'etc/passwd', body: Buffer.from('root:x:0:0\napp:x:1000:1000\n') },
  { name: 'var/cache/.wh.apk' },
];
const first = await push('v1', [base, app], 'old');
await push('v2', [base, [...app.slice(0, 2), { name: 'app/new', body: Buffer.from('new') }]], evil);
await admin.pushManifest(
  'pay/api',
  'multi',
  indexOf([childOf(first, { platform: { os: 'linux', architecture: 'amd64' } })]),
);
const repository = '/p/pay/r/api';
const layers = `${repository}/-/t/v1/layers`;

test('layers and files of an image', async (context) => {
  await lookAt(context, browser, { path: layers, ready: { en: 'usr', zh: 'usr' } });
});

for (const width of [1440, 390] as const)
  test(`nothing moves when the layers have been read, which is when they can be chosen (${width})`, async () => {
    await using window = await browser.window({ language: 'en', theme: 'light', width });
    const { page } = window;
    let reading = true;
    const answered = Promise.withResolvers<void>();
    await page.route('**/artifacts/*/layers', async (route) => {
      const response = await route.fetch();
      const image = (await response.json()) as { layers: Record<string, unknown>[] };
      const [lowest = {}, ...rest] = image.layers;
      const { digest, number, size, media_type, created_by } = lowest;
      const unread = { digest, number, size, media_type, created_by, state: 'reading' };
      const others = rest.map((each) => ({ ...each, unpacked_size: undefined }));
      const json = reading ? { ...image, reading, layers: [unread, ...others] } : image;
      await answered.promise;
      await route.fulfill({ response, json });
    });
    const places = () =>
      page.locator('.image-totals, .table-frame, .list-bar, .folder-crumbs, th').evaluateAll((all) =>
        all.map((each) => {
          const { top, left } = each.getBoundingClientRect();
          return [
            each.getAttribute('class') ?? each.textContent,
            top,
            each.tagName === 'TH' && innerWidth > 720 ? left : 0,
          ];
        }),
      );
    const layer = page.getByRole('button', { name: 'ADD rootfs.tar' });
    await page.goto(layers);
    await page.getByRole('region', { name: 'Files' }).locator('.skeleton').waitFor();
    assert.equal(await page.locator('.image-layers > .skeleton').count(), 1, 'in the place of the totals');
    answered.resolve();
    await page.getByText('being read…').waitFor();
    // Of one layer what it brings, of both what they waste: none of it is nothing.
    assert.equal(await page.locator('td').getByText('…', { exact: true }).count(), 3);
    const before = await places();
    assert.equal(await layer.count(), 0, 'what would answer nothing is no button');
    assert.equal(await page.getByTitle('The layers are read for the first time').count(), 3);
    reading = false;
    await layer.waitFor();
    await window.settled();
    assert.deepEqual(await places(), before);
    const colorOf = (of: ReturnType<typeof page.locator>) =>
      of.evaluate((own) => getComputedStyle(own).color);
    const folder = page.getByRole('button', { name: 'app', exact: true });
    assert.equal(await colorOf(layer.locator('code')), await colorOf(folder), 'it looks like a link');
    await window.expectGood();
  });

test('what a layer did', async (context) => {
  await lookAt(context, browser, {
    path: `${layers}?layer=2&view=largest`,
    ready: { en: 'changed', zh: '修改' },
  });
});

test('the instruction of a layer is told whole by its title, and where the layer is chosen', async () => {
  const line = `RUN ${'apt-get install --yes something && '.repeat(20)}true`;
  await push('long', [base, app], 'old', line);
  await using window = await browser.window({ ...wide, width: 390 });
  const { page } = window;
  await window.open(layers.replace('v1', 'long'), 'usr');
  const layer = page.getByRole('button', { name: 'apt-get install' });
  assert.ok((await layer.getAttribute('title'))?.startsWith(`${line}\n`));
  const isCut = () => layer.locator('code').evaluate((own) => own.scrollHeight > own.clientHeight);
  assert.equal(await isCut(), true);
  await layer.click();
  await waitUntil('the instruction is there whole', async () => !(await isCut()));
  const heights = await page
    .locator('.connect.short, .tabs')
    .evaluateAll((all) =>
      all.map((each) => each.getBoundingClientRect()).map(({ top, bottom }) => [top, bottom]),
    );
  assert.ok((heights[1]?.[0] ?? 0) - (heights[0]?.[1] ?? 0) >= 12, 'the tabs stand away from the command');
  await window.expectGood();
});

test('the layers of an index', async (context) => {
  await lookAt(context, browser, {
    path: `${repository}/-/t/multi/layers`,
    ready: { en: 'Layers of which platform?', zh: '查看哪个平台的镜像层？' },
  });
});

for (const [part, ready] of [
  ['', { en: 'Environment', zh: '环境变量' }],
  ['&part=layers', { en: 'Instruction', zh: '构建指令' }],
  ['&part=files', { en: 'app/new', zh: 'app/new' }],
] as const)
  test(`comparison ${part}`, async (context) => {
    await lookAt(context, browser, { path: `${repository}/-/compare?from=v1&to=v2${part}`, ready });
  });

test('a file is found by folder and by name, its text is shown as text, and nothing in a name runs', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open(layers, 'usr');
  const files = page.getByRole('region', { name: 'Files' });
  await files.getByRole('button', { name: 'etc', exact: true }).click();
  await files.getByText('hosts').waitFor();
  assert.equal(new URL(page.url()).searchParams.get('folder'), 'etc');
  await files.getByRole('button', { name: 'passwd' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('app:x:1000:1000').waitFor();
  await page.keyboard.press('Escape');
  await files.getByRole('button', { name: '/', exact: true }).click();
  await files.getByRole('searchbox').fill('ALERT(1)');
  await files.getByText('onerror=alert(1)').click();
  await dialog.getByText('<svg onload=alert(1)>').waitFor();
  await page.keyboard.press('Escape');
  await page.goBack();
  await page.getByRole('dialog').waitFor();
  await window.open(`${layers}?view=wasted`, 'removed in layer 2');
  await files.getByRole('button', { name: 'etc/passwd' }).click();
  await dialog.getByText('root:x:0:0:root:/root:/bin/sh').waitFor();
  await window.expectGood();
});

test('a file that is no text is not shown, and is saved as it is', async () => {
  for (const [language, why, save] of [
    ['en', 'This file is no text', 'Save'],
    ['zh', '该文件不是文本', '保存'],
  ] as const) {
    await using window = await browser.window({ language, theme: 'light', width: 1440 });
    const { page } = window;
    await window.open(`${layers}?folder=bin&file=bin/busybox`, why);
    const file = page.waitForEvent('download');
    await page.getByRole('dialog').getByRole('link', { name: save }).click();
    const download = await file;
    assert.equal(download.suggestedFilename(), 'busybox');
    assert.deepEqual(readFileSync(await download.path()), Buffer.alloc(800_000, 0));
    assert.deepEqual([...new Set(window.problems.map((problem) => problem.slice(0, 4)))], ['415:']);
  }
});

test('what is too large to be saved is not offered to be', async () => {
  const large = Buffer.alloc(2 * 1024 * 1024, 'x');
  await push(
    'large',
    [
      [
        { name: 'srv/huge', body: Buffer.alloc(17 * 1024 * 1024) },
        { name: 'large', body: large },
      ],
    ],
    'new',
  );
  for (const [language, huge, notShown, save] of [
    ['en', 'too large to be shown or saved here', 'More than 1 MiB is not shown', 'Save'],
    ['zh', '无法在此显示或保存', '超过 1 MiB 的文件不在此显示', '保存'],
  ] as const) {
    await using window = await browser.window({ language, theme: 'light', width: 1440 });
    const { page } = window;
    const address = layers.replace('v1', 'large');
    const link = page.getByRole('dialog').getByRole('link', { name: save });
    await window.open(`${address}?file=large`, notShown);
    assert.equal(await link.count(), 1);
    await window.open(`${address}?file=srv/huge`, huge);
    assert.equal(await link.count(), 0);
    assert.deepEqual([...new Set(window.problems.map((problem) => problem.slice(0, 4)))], ['413:']);
  }
});

test('a comparison opens on what differs', async () => {
  await push('old-env', [base], 'old');
  await push('old-env-more', [[...base, { name: 'more', body: Buffer.from('more') }]], 'old');
  await using window = await browser.window(wide);
  const { page } = window;
  const part = page.getByRole('navigation', { name: 'What is compared' }).locator('[aria-current=page]');
  await window.open(`${repository}/-/compare?from=old-env&to=old-env-more`, 'added 1');
  await part.getByText('Layers').waitFor();
  await page.getByRole('link', { name: /^Configuration/ }).click();
  await page.getByText('The configuration is the same').waitFor();
  await window.expectGood();
});

test('two tags that are chosen are compared, and swapped', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open(repository, 'v1');
  for (const tag of ['v1', 'v2']) await page.getByRole('checkbox', { name: tag }).check();
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.getByText('added 2').waitFor();
  const { searchParams } = new URL(page.url());
  assert.deepEqual([searchParams.get('from'), searchParams.get('to')], ['v1', 'v2']);
  // What differs is said by a word, how long ago by one too, and exactly.
  const built = page.getByRole('row').filter({ has: page.getByText('Built', { exact: true }) });
  await built.getByText(/changed$/).waitFor();
  assert.match((await built.locator('time').first().textContent()) ?? '', / ago$/);
  await built.getByText('2026-01-01T08:00:00Z').waitFor();
  for (const [side, sign] of [
    ['before', '"− "'],
    ['after', '"+ "'],
  ] as const) {
    const value = built.locator(`.compared-value.${side}`);
    assert.equal(await value.evaluate((own) => getComputedStyle(own, '::before').content), sign);
  }
  await page.getByRole('link', { name: /^Files/ }).click();
  await page.getByRole('cell', { name: 'app/new' }).waitFor();
  await page.getByRole('button', { name: 'Swap' }).click();
  await page.getByText('removed 2').waitFor();
  assert.equal(new URL(page.url()).searchParams.get('from'), 'v2');
  await window.expectGood();
});
