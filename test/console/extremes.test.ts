// The least and the most that pages have to show: no row, one, very many; the longest names; a full quota. In a narrow window,
// where there is the least room; with BERTH_CONSOLE=full in all forms, and with 10,000 rows.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { imageOf, indexOf } from '../harness/image.ts';
import { expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer } from '../harness/start-server.ts';
import { ConsoleBrowser, type ConsoleWindow, looks } from './console-browser.ts';

const full = process.env['BERTH_CONSOLE'] === 'full';
const many = full ? 10_000 : 300;
const tagsAtOnce = 50;
const lanes = 8;
const projectName = `${'p'.repeat(29)}-${'1234567890'.repeat(3)}`;
// With its project 230 characters, which is the most.
const repositoryName = `${'deep/'.repeat(8)}${'long-name-'.repeat(16)}`.slice(0, 168) + 'x';
const tagName = `v${'1234567890'.repeat(12)}-rc.end`;
assert.deepEqual([projectName.length, repositoryName.length, tagName.length], [60, 169, 128]);

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const browser = await ConsoleBrowser.open(server);
after(() => browser[Symbol.asyncDispose]());
const admin = server.client();

async function inLanes(
  count: number,
  run: (no: number, client: RegistryClient) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    const client = server.client();
    while (next < count) {
      next += 1;
      await run(next - 1, client);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

await makeProject(admin, 'none');
await makeProject(admin, 'one');
await admin.pushImage('one/app', 'only', imageOf({ seed: 'only' }));
const longProject = await makeProject(admin, projectName);
const image = imageOf({ seed: 'long', layers: [1000, 2000] });
const longPath = `${projectName}/${repositoryName}`;
await admin.pushImage(longPath, tagName, image);
// Nothing more may be pushed there.
const { quota } = jsonOf<{ quota: { used: { storage: number } } }>(
  await admin.get(`/api/v2.0/projects/${projectName}/summary`),
);
const [{ id: quotaId } = { id: 0 }] = jsonOf<{ id: number }[]>(
  await admin.get(`/api/v2.0/quotas?reference=project&reference_id=${longProject}`),
);
expectStatus(
  await sendJson(admin, 'PUT', `/api/v2.0/quotas/${quotaId}`, { hard: { storage: quota.used.storage } }),
  200,
);
const empty = indexOf([]);
await makeProject(admin, 'many');
await inLanes(many, (no, client) => client.pushManifest(`many/r${String(no).padStart(5, '0')}`, 'v1', empty));
await admin.pushImage('many/tags', 'first', image);
await inLanes(Math.ceil(many / tagsAtOnce), async (no, client) => {
  const names = Array.from({ length: tagsAtOnce }, (_, at) => `tag=t${no * tagsAtOnce + at}`);
  const { manifest } = image;
  const answer = await client.call('PUT', `/v2/many/tags/manifests/${manifest.digest}?${names.join('&')}`, {
    headers: { 'Content-Type': manifest.mediaType },
    body: manifest.bytes,
  });
  expectStatus(answer, 201);
});
await inLanes(full ? many : 60, (no, client) => makeProject(client, `x${String(no).padStart(5, '0')}`));

/** What can be pressed is within the window, and nothing that cannot be scrolled cuts it off. */
function cutOff({ page }: ConsoleWindow): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const found: string[] = [];
    for (const element of document.querySelectorAll(
      'main :is(a, button, input, select), header :is(a, button)',
    )) {
      const box = element.getBoundingClientRect();
      if (box.width < 2 || box.height < 2) continue;
      let [left, right] = [0, width];
      for (let outer = element.parentElement; outer !== null; outer = outer.parentElement) {
        const { overflowX, clipPath } = getComputedStyle(outer);
        const around = outer.getBoundingClientRect();
        // What is scrolled can be reached; what only a screen reader reads is not there for the eye.
        if (overflowX === 'auto' || overflowX === 'scroll' || clipPath !== 'none') {
          [left, right] = [-Infinity, Infinity];
          break;
        }
        if (overflowX === 'visible') continue;
        [left, right] = [Math.max(left, around.left), Math.min(right, around.right)];
      }
      if (box.left < left - 1 || box.right > right + 1)
        found.push(`${Math.round(box.left)}–${Math.round(box.right)}: ${element.outerHTML.slice(0, 160)}`);
    }
    return found;
  });
}

const groupNames = [
  'cn=team-payments-backend,ou=groups,ou=engineering,dc=example,dc=com',
  `${'cn=long-name-'.repeat(12)},ou=groups,dc=example,dc=com`,
];
for (const name of groupNames) {
  const groups = '/api/v2.0/usergroups';
  expectStatus(await sendJson(admin, 'POST', groups, { group_name: name, group_type: 3 }), 201);
  const grant = { who: `group:${name}`, role: 'pull,push', where: longPath, tag: `${tagName.slice(0, -1)}*` };
  expectStatus(await sendJson(admin, 'POST', '/api/berth/v1/grants', grant), 201);
}

test('who has access is cut in the middle, and what can be done about it is in sight at every width', async () => {
  for (const width of [1440, 1024, 720, 390] as const) {
    await using window = await browser.window({ language: 'en', theme: 'light', width: 1440 });
    const { page } = window;
    await page.setViewportSize({ width, height: 900 });
    await window.open(`/p/${projectName}/access`, 'pull + push');
    await window.expectGood({ withAxe: false });
    for (const name of groupNames) {
      const row = page.getByRole('row').filter({ hasText: name.slice(0, -8) });
      const seen = row.getByTitle(name, { exact: true });
      const [head, end] = await seen.locator('span').evaluateAll((parts) =>
        parts.map((part) => {
          const range = document.createRange();
          range.selectNodeContents(part);
          return {
            width: part.clientWidth || part.getBoundingClientRect().width,
            whole: range.getBoundingClientRect().width,
          };
        }),
      );
      assert.ok(head !== undefined && head.width >= 20 && head.width < head.whole, `${width}: ${name}`);
      assert.ok(end !== undefined && Math.abs(end.width - end.whole) <= 1, `${width}: ${name}`);
      await row.getByTitle(repositoryName, { exact: true }).waitFor();
      await row.getByTitle(`${tagName.slice(0, -1)}*`, { exact: true }).waitFor();
      assert.ok(((await row.boundingBox())?.height ?? 999) < (width === 390 ? 240 : 90), String(width));
    }
    assert.deepEqual(await cutOff(window), [], String(width));
  }
});

const last = Math.ceil(many / 50);
const repository = `/p/${projectName}/r/${repositoryName}`;
const sights: readonly (readonly [name: string, path: string, ready: string])[] = [
  ['no repository', '/p/none', 'docker'],
  ['one repository', '/p/one', 'app'],
  ['one tag', '/p/one/r/app', 'only'],
  [
    'many repositories, the last page',
    `/p/many?sort=name&page=${last}`,
    `r${String(many - 50).padStart(5, '0')}`,
  ],
  ['many tags, the last page', `/p/many/r/tags?page=${last}`, 't'],
  ['many projects', '/p?sort=-name', 'x000'],
  ['a long project', `/p/${projectName}`, 'long-name'],
  ['a full quota', `/p/${projectName}/overview`, 'People and groups with a role'],
  ['the settings of a full project', `/p/${projectName}/settings`, 'Immutable tags'],
  ['a long repository', repository, 'rc.end'],
  ['artifacts with long tags', `${repository}/-/artifacts`, 'Artifacts: 1'],
  ['a long tag', `${repository}/-/t/${tagName}`, 'docker'],
  ['a search for long names', '/search?q=long-name', 'long-name'],
  ['the log of long names', '/activity', 'artifact'],
  ['access of a long project', `/p/${projectName}/access`, 'admin'],
];

for (const [name, path, ready] of sights)
  test(`${name}: nothing is beside the window or cut off`, async () => {
    for (const look of looks.filter(
      ({ language, theme, width }) => full || (language === 'en' && theme === 'light' && width === 390),
    )) {
      await using window = await browser.window(look);
      await window.open(path, ready);
      const shots = process.env['BERTH_SHOTS'];
      if (shots !== undefined) {
        const file = `${name.replaceAll(/\W+/g, '-')}-${look.language}-${look.theme}-${look.width}`;
        await window.page.screenshot({ path: `${shots}/extremes-${file}.png`, fullPage: true });
      }
      await window.expectGood();
      assert.deepEqual(await cutOff(window), [], JSON.stringify(look));
    }
  });

test('the name of a long tag breaks anywhere in a narrow window, and is copied whole', async () => {
  await using window = await browser.window({ language: 'zh', theme: 'dark', width: 390 });
  const { page } = window;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await window.open(`${repository}/-/t/${tagName}`, 'docker');
  const title = page.getByRole('heading', { level: 1 });
  assert.equal(await title.textContent(), tagName);
  const box = await title.boundingBox();
  assert.ok(box !== null && box.x + box.width <= 390 && box.height > 60, JSON.stringify(box));
  await page.getByRole('button', { name: '复制名称' }).click();
  await page.getByRole('button', { name: '已复制' }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), tagName);
  // The title is longer than the window: its button was scrolled to.
  await page.evaluate(() => scrollTo(0, 0));
  await window.expectGood();
});
