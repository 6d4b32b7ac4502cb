import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { berth, root } from '../harness/berth-command.ts';
import { jsonOf, sendJson } from '../harness/rest.ts';
import { BerthServer } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { ConsoleBrowser, type ConsoleWindow, languages } from './console-browser.ts';
import { chosen, shoot } from './look-at.ts';

/** As far as a test has to know what a `page.ts` declares. */
interface Page {
  readonly path: string;
  readonly bare?: true;
}

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const seeded = await berth(['demo', 'seed', '--data', server.data], { limitMs: 180_000 });
assert.equal(seeded.code, 0, seeded.stderr);
const browser = await ConsoleBrowser.open(server);
after(() => browser[Symbol.asyncDispose]());
const admin = server.client();
/** Some hours after all that is there was made. */
const now = new Date(Date.now() + 3 * 3_600_000);

async function list<T>(path: string): Promise<readonly T[]> {
  return jsonOf(await admin.get(path));
}

/** What stands for the parameters of addresses. */
async function examplesOf(): Promise<Readonly<Record<string, string>>> {
  const head = await admin.call('HEAD', '/v2/demo-shop/api/checkout/manifests/v2.5.0');
  const groups = await list<{ id: number; group_name: string }>('/api/v2.0/usergroups');
  const job = await waitUntil('the preview of the retention has ended', async () => {
    const jobs = await list<{ id: number; status: string; kind: string }>('/api/berth/v1/jobs');
    return jobs.find(({ kind, status }) => kind.startsWith('RETENTION') && status === 'Success');
  });
  const items = ['v2.3.0'];
  const batch = { action: 'delete-tags', project: 'demo-shop', repository: 'api/checkout', items };
  const { id } = jsonOf<{ id: number }>(await sendJson(admin, 'POST', '/api/berth/v1/batches', batch), 202);
  await waitUntil('the tag is deleted', async () => {
    const found = jsonOf<{ status: string }>(await admin.get(`/api/berth/v1/batches/${id}`));
    return found.status === 'Success';
  });
  return {
    batch: String(id),
    project: 'demo-shop',
    repository: 'api/checkout',
    tag: 'v2.5.0',
    digest: String(head.headers['docker-content-digest']),
    part: 'layers',
    user: 'demo-mira',
    group: String(groups.find(({ group_name: name }) => name === 'demo-developers')?.id),
    job: String(job.id),
    section: 'projects',
  };
}

const examples = await examplesOf();

/** An address of a page; one with a parameter that has no example is no page that anybody has looked at. */
function addressOf(pattern: string): string {
  return pattern.replaceAll(/:(\w+)\*?/g, (_all, name: string) => {
    const value = examples[name];
    assert.ok(value !== undefined, `${pattern}: no example of :${name} in ${import.meta.filename}`);
    return value;
  });
}

async function declaredPages(): Promise<readonly Page[]> {
  const files = globSync('web/src/pages/*/page.ts', { cwd: root }).toSorted();
  const modules = await Promise.all(
    files.map(async (file) => (await import(join(root, file))) as { pages: readonly Page[] }),
  );
  return modules.flatMap(({ pages }) => pages);
}

const declared = await declaredPages();
/** What one address of its pattern does not show. */
const more = [
  ...['references', 'history', 'raw'].map((part) => `/p/demo-shop/r/storefront/-/t/v3.2.0/${part}`),
  '/p/demo-shop/r/storefront/-/t/v3.2.0',
  '/p/demo-shop/r/storefront/-/overview',
  '/p/demo-shop/r/storefront/-/compare?from=v3.1.0&to=v3.2.0',
  '/p/demo-shop/r/api/catalogue',
  '/p/demo-platform/r/charts/shop/-/t/1.1.0',
  '/p/demo-platform/r/wasm/image-filter/-/t/0.4.0',
  '/p/demo-models/r/text/tiny-poet/-/t/0.2',
  '/p/demo-sandbox/overview',
  '/p/demo-unused',
  '/search?q=demo',
  '/access/explain?who=demo-sam&action=push&where=demo-shop%2Fstorefront',
];

const windows = new Map<string, Promise<ConsoleWindow>>();
let seen = 0;

async function walk(context: TestContext, address: string, isBare: boolean): Promise<void> {
  for (const look of chosen) {
    const key = JSON.stringify([look, isBare]);
    const opened = windows.get(key) ?? browser.window(look, isBare ? null : undefined, now);
    windows.set(key, opened);
    const window = await opened;
    window.problems.length = 0;
    await window.visit(address);
    await shoot(context, window);
    await window.expectGood();
    seen += 1;
  }
}

for (const { path, bare } of declared)
  test(path, async (context) => walk(context, addressOf(path), bare === true));
for (const address of more) test(address, async (context) => walk(context, address, false));

test('every page was looked at', (context) => {
  const count = declared.length + more.length;
  const each = (key: 'language' | 'theme' | 'width') => new Set(chosen.map((look) => look[key])).size;
  context.diagnostic(
    `${count} addresses of ${declared.length} pages, ${each('language')} languages, ${each('theme')} themes, ${each('width')} widths: ${seen} looks`,
  );
  assert.ok(declared.length > 30);
  assert.equal(seen, count * chosen.length);
  const names = new Set(
    declared.flatMap(({ path }) => [...path.matchAll(/:(\w+)/g)].map(([, name]) => name)),
  );
  assert.deepEqual(Object.keys(examples).toSorted(), [...names].map(String).toSorted());
});

test('what docker does not pull is pulled by what does, and runs as nobody', async () => {
  await using window = await browser.window({ language: 'en', theme: 'light', width: 1440 });
  await window.visit('/p/demo-platform/r/charts/shop/-/t/1.1.0');
  await window.page.getByText(/^helm pull .*charts\/shop --version 1\.1\.0$/).waitFor();
  await window.visit('/p/demo-models/r/text/tiny-poet/-/t/0.2');
  await window.page.getByText(/^oras pull .*tiny-poet:0\.2$/).waitFor();
  const clientsOf = async (repository: string): Promise<readonly string[]> => {
    await window.visit(repository);
    return window.page.locator('.connect-clients label').allTextContents();
  };
  const images = ['docker', 'podman', 'nerdctl', 'skopeo', 'crane', 'oras'];
  assert.deepEqual(await clientsOf('/p/demo-shop/r/storefront'), images);
  assert.deepEqual(await clientsOf('/p/demo-platform/r/charts/shop'), ['helm', 'oras', 'skopeo', 'crane']);
  await window.page.getByText(/^helm pull .*charts\/shop --version /).waitFor();
  assert.deepEqual(await clientsOf('/p/demo-models/r/text/tiny-poet'), ['oras', 'skopeo', 'crane']);
  await window.visit('/p/demo-models/r/text/tiny-poet/-/t/0.2');
  assert.equal(await window.page.getByRole('heading', { name: 'How it runs' }).count(), 0);
  await window.expectGood();
});

test('on a phone what one came for begins on the first screen', async () => {
  await using window = await browser.window({ language: 'en', theme: 'light', width: 390 });
  for (const [path, first, below] of [
    ['/p', '.table tbody tr', 300],
    ['/p/demo-shop', '.table tbody tr', 300],
    ['/p/demo-shop/access', '.table tbody tr', 300],
    ['/p/demo-shop/settings', '.card', 300],
    ['/p/demo-shop/r/api/checkout', '.table tbody tr', 350],
    ['/p/demo-shop/r/storefront/-/t/v3.2.0', '.card', 350],
    ['/p/demo-shop/r/storefront/-/compare?from=v3.1.0&to=v3.2.0', '.image-totals', 300],
    ['/p/demo-shop/r/storefront/-/t/v3.2.0/layers', '.card', 310],
    ['/p/demo-shop/r/storefront/-/t/v3.2.0/history', '.list', 310],
    ['/p/demo-shop/r/storefront/-/t/v3.2.0/raw', '.raw-text', 310],
    ['/access/explain?who=demo-sam&action=push&where=demo-shop%2Fstorefront', '.verdict', 400],
    ['/search?q=demo', '.card', 300],
    ['/activity', '.table tbody tr', 300],
    ['/p/demo-shop/activity', '.table tbody tr', 300],
    ['/storage/trash', '.table tbody tr', 300],
    ['/access/people', '.table tbody tr', 300],
    ['/jobs', '.table tbody tr', 300],
  ] as const) {
    await window.visit(path);
    const top = await window.page
      .locator(`main ${first}`)
      .first()
      .evaluate((own) => own.getBoundingClientRect().top);
    assert.ok(top > 0 && top <= below, `${path}: ${first} at ${top}`);
  }
});

test('on a phone no name is cut in its middle: what is longer than its line scrolls, or ends behind a part', async () => {
  await using window = await browser.window({ language: 'en', theme: 'light', width: 390 });
  const { page } = window;
  const scrolls = (selector: string) =>
    page
      .locator(selector)
      .first()
      .evaluate((own) => own.scrollWidth > own.clientWidth && getComputedStyle(own).whiteSpace === 'pre');
  await window.visit('/p/demo-shop/r/storefront/-/t/v3.2.0/raw');
  assert.ok(await scrolls('.raw-text pre'));
  const tops = await page
    .locator('.raw-text .button, .raw-text pre')
    .evaluateAll((all) => all.map((each) => [each.tagName, each.getBoundingClientRect().top] as const));
  const [first] = tops.toSorted(([, a], [, b]) => a - b);
  assert.equal(first?.[0], 'BUTTON', JSON.stringify(tops));
  await window.visit(addressOf('/p/:project/r/:repository*/-/a/:digest'));
  const environment = page.locator('dd .part');
  assert.ok((await environment.count()) > 5);
  const heights = await environment.evaluateAll((all) => all.map((each) => each.clientHeight));
  assert.ok(Math.max(...heights) < 30, heights.join());
  const command = page.locator('.connect .line');
  assert.match((await command.textContent()) ?? '', /@sha256:[0-9a-f]{64}$/);
  assert.ok(((await page.locator('.digest-rest').boundingBox())?.width ?? 99) < 10);
  // Whoever cannot press it sees why without pressing it.
  await page.getByText('Choose a label first').waitFor();
});

test('what is written about a repository: its commands are copied, its headings are below that of the card', async () => {
  await using window = await browser.window({ language: 'en', theme: 'light', width: 390 });
  const { page } = window;
  await window.visit('/p/demo-shop/r/storefront/-/overview');
  const shown = page.locator('.markdown');
  await shown.getByRole('button', { name: 'Copy: Code' }).waitFor();
  assert.equal(await shown.locator('pre').evaluate((own) => getComputedStyle(own).whiteSpace), 'pre');
  const sizes = await page
    .locator('.card > h2, .markdown h3')
    .evaluateAll((all) => all.map((each) => Number.parseFloat(getComputedStyle(each).fontSize)));
  assert.equal(sizes.length, 2);
  assert.ok((sizes[1] ?? 0) < (sizes[0] ?? 0), sizes.join());
  await page.getByText(/^docker pull localhost:\d+\/demo-shop\/storefront:/).waitFor();
  assert.equal(await page.getByText('registry.demo.example').count(), 0);
});

test('lists that have one order show it', async () => {
  await using window = await browser.window({ language: 'en', theme: 'light', width: 1440 });
  for (const [path, ...orders] of [
    ['/', 'Changed last: Updated descending'],
    ['/me', 'Sessions: Last used descending', 'Access: Since ascending'],
    ['/access/people/demo-mira', 'Access: Since ascending', 'Personal tokens: Created ascending'],
    ['/access/groups', 'Groups: Name ascending'],
    [addressOf('/access/groups/:group'), 'Members: User name ascending', 'Access: Since ascending'],
    ['/p/demo-shop/overview', 'Largest repositories: Unique descending'],
    ['/health', 'What ends within 30 days: Ends ascending'],
    ['/search?q=demo', 'Projects: Name ascending'],
  ] as const) {
    await window.visit(path);
    const shown = await window.page
      .locator('th[aria-sort]')
      .evaluateAll((heads) =>
        heads.map((head) => `${head.closest('table')?.ariaLabel}: ${head.textContent} ${head.ariaSort}`),
      );
    for (const order of orders) assert.ok(shown.includes(order), `${path}: ${shown.join(', ')}`);
  }
});

/** Of the manual and the README, which show the port that a server has by itself. */
const pictures = {
  tags: '/p/demo-shop/r/api/checkout',
  artifact: '/p/demo-shop/r/storefront/-/t/v3.2.0',
  access: '/p/demo-shop/access',
  activity: '/p/demo-shop/activity',
} as const;

// Written when they are asked for: npm run docs:pictures
if (process.env['BERTH_WRITE_MANUAL'] === '1')
  test('the pictures of the manual', async () => {
    await using shown = await ConsoleBrowser.open(server, 5000);
    for (const language of languages) {
      await using window = await shown.window({ language, theme: 'light', width: 1440 }, undefined, now);
      await window.page.setViewportSize({ width: 1280, height: 760 });
      for (const [name, address] of Object.entries(pictures)) {
        await window.visit(address);
        const path = join(root, `docs/images/console-${name}-${language}.png`);
        await window.page.screenshot({ path });
      }
      assert.deepEqual(window.problems, []);
    }
  });
