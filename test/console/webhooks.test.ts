import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { expectStatus } from '../harness/registry-client.ts';
import { jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { ConsoleBrowser } from './console-browser.ts';
import { lookAt } from './look-at.ts';

/** Whoever is told; takes everything, unless it is broken. */
const heard: string[] = [];
let broken = false;
const receiver = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    heard.push(request.url ?? '');
    if (broken) response.statusCode = 500;
    response.end('{"taken":true}');
  });
});
receiver.listen(0, '127.0.0.1');
await once(receiver, 'listening');
after(() => receiver.close());
const address = receiver.address();
assert.ok(typeof address === 'object' && address !== null);
const target = `http://127.0.0.1:${address.port}/hook`;

const server = await BerthServer.start({ env: { BERTH_OUTGOING_ADDRESSES: '127.0.0.1' } });
after(() => server[Symbol.asyncDispose]());
const browser = await ConsoleBrowser.open(server);
after(() => browser[Symbol.asyncDispose]());
const admin = server.client();
const wide = { language: 'en', theme: 'light', width: 1440 } as const;
await makeProject(admin, 'pay');
await makeProject(admin, 'bare');

test('a project without webhooks', async (context) => {
  await lookAt(context, browser, {
    path: '/p/bare/webhooks',
    ready: { en: 'No webhook yet', zh: '还没有 Webhook' },
  });
});

test('a webhook is made, tested, its delivery is seen and sent again, and it is changed', async (context) => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/p/pay/webhooks', 'No webhook yet');
  await page.getByRole('button', { name: 'New webhook' }).click();
  const dialog = page.locator('dialog');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('to-ci');
  await dialog.getByRole('textbox', { name: 'Address' }).fill(target);
  const secret = dialog.getByRole('textbox', { name: 'Secret for signatures' });
  await secret.fill('a-secret-of-some-length');
  const chosen = await dialog.getByRole('checkbox', { checked: true }).evaluateAll((boxes) => boxes.length);
  assert.equal(chosen, 2, 'the push, and enabled');
  assert.equal(await dialog.getByText(/^(SCANNING_\w+|REPLICATION) · not sent yet$/).count(), 4);
  await window.expectGood();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('to-ci is saved').waitFor();
  await page.getByRole('button', { name: 'Send a test: to-ci' }).click();
  await page.getByText('Deliveries of to-ci').waitFor();
  await page.getByText('succeeded').first().waitFor();
  const log = page.getByRole('table', { name: 'Deliveries' });
  await log.getByRole('cell', { name: 'Artifact pushed test PUSH_ARTIFACT' }).waitFor();
  assert.equal(
    await page.getByRole('cell', { name: 'Artifact pushed', exact: true }).count(),
    1,
    'the only event',
  );
  assert.equal(heard.length, 1);
  await page
    .getByRole('button', { name: /^Send again/ })
    .first()
    .click();
  await waitUntil('it was sent again', () => heard.length === 2);
  await log.getByRole('cell', { name: 'Artifact pushed sent again PUSH_ARTIFACT' }).waitFor();
  const sizes = await log
    .locator('tbody *')
    .evaluateAll((all) => [...new Set(all.map((each) => getComputedStyle(each).fontSize))].toSorted());
  assert.deepEqual(sizes, ['12px', '13px']);
  await page
    .getByRole('button', { name: /^Details of/ })
    .first()
    .click();
  await dialog.getByText('"taken": true').waitFor();
  for (const fact of ['Artifact pushed', 'sent again', 'succeeded', '1 try', 'just now'])
    await dialog.locator('.facts').getByText(fact, { exact: true }).waitFor();
  await dialog.getByRole('button', { name: 'Copy: Request' }).waitFor();
  await dialog.getByRole('button', { name: 'Copy: Answer' }).waitFor();
  await window.expectGood();
  await dialog.getByRole('button', { name: /^Send again/ }).click();
  await dialog.waitFor({ state: 'detached' });
  await waitUntil('it was sent a third time', () => heard.length === 3);
  broken = true;
  await page.getByRole('button', { name: 'Send a test: to-ci' }).click();
  await page.getByText('failed, tries again', { exact: true }).waitFor();
  await page.getByText('within a minute').waitFor();
  await page.getByRole('link', { name: 'last delivery failed' }).waitFor();
  await window.expectGood();
  broken = false;
  await page.getByRole('button', { name: 'Change to-ci' }).click();
  await dialog.getByText('TAG_MOVED', { exact: true }).waitFor();
  await dialog.getByRole('checkbox', { name: 'Tag moved' }).check();
  await dialog.getByRole('checkbox', { name: 'Enabled' }).uncheck();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.locator('tbody').first().getByText('disabled').waitFor();
  const [webhook] = jsonOf<{ enabled?: boolean; event_types: string[]; targets: { signed?: boolean }[] }[]>(
    await admin.get('/api/v2.0/projects/pay/webhook/policies'),
  );
  assert.ok(webhook?.event_types.includes('TAG_MOVED'));
  assert.equal(webhook?.targets[0]?.signed, true);
  await lookAt(context, browser, {
    path: `/p/pay/webhooks?log=1`,
    ready: { en: 'Deliveries of to-ci', zh: 'to-ci 的投递记录' },
  });
  await page.getByRole('button', { name: 'Delete to-ci' }).click();
  await dialog.getByText('Its log of 4 deliveries is deleted with it.').waitFor();
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByText('No webhook yet').waitFor();
});

test('an address that is refused is marked, with why below it, in view and in focus, each time', async () => {
  const refusals = [
    [
      'en',
      'http://10.0.0.1/hook',
      /is not on the public internet; an administrator has to permit its address/,
    ],
    ['zh', 'http://10.0.0.1/hook', /该地址不在公共互联网上。需由系统管理员在 outgoing_addresses/],
    ['zh', 'ftp://nowhere', /须以 http:\/\/ 或 https:\/\/ 开头，且不能包含用户名/],
  ] as const;
  for (const [language, refused, why] of refusals) {
    await using window = await browser.window({ language, theme: 'light', width: 390 });
    const { page } = window;
    const inEnglish = language === 'en';
    await window.open('/p/bare/webhooks', inEnglish ? 'No webhook yet' : '还没有 Webhook');
    await page.getByRole('button', { name: inEnglish ? 'New webhook' : '新建 Webhook' }).click();
    const dialog = page.locator('dialog');
    const name = dialog.getByRole('textbox', { name: inEnglish ? 'Name' : '名称' });
    await name.fill('nowhere');
    await dialog.getByRole('button', { name: inEnglish ? 'Add a target' : '添加目标' }).click();
    const addresses = dialog.getByRole('textbox', { name: inEnglish ? 'Address' : '地址' });
    await addresses.nth(0).fill(target);
    await addresses.nth(1).fill(refused);
    for (const _ of [1, 2]) {
      await name.focus();
      await dialog.getByRole('button', { name: inEnglish ? 'Save' : '保存' }).click();
      await dialog.locator('input[aria-invalid=true]:focus').waitFor();
      assert.equal(await dialog.locator('input[aria-invalid=true]').inputValue(), refused);
      const seen = await dialog.getByRole('alert').evaluate((alert) => {
        const { top, bottom } = alert.getBoundingClientRect();
        return top >= 0 && bottom <= innerHeight ? alert.textContent : 'out of sight';
      });
      assert.match(seen, why);
    }
    await addresses.nth(1).fill(`${target}/other`);
    await dialog.getByRole('alert').waitFor({ state: 'detached' });
  }
});

test('what is refused for something else says so at the end of the form, in view and in focus', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/p/bare/webhooks', 'No webhook yet');
  await page.getByRole('button', { name: 'New webhook' }).click();
  const dialog = page.locator('dialog');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('nothing');
  await dialog.getByRole('textbox', { name: 'Address' }).fill(target);
  await dialog.getByRole('checkbox', { name: 'Artifact pushed' }).uncheck();
  for (const _ of [1, 2]) {
    await dialog.getByRole('textbox', { name: 'Name' }).focus();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.locator('[role=alert]:focus').waitFor();
    const seen = await dialog.getByRole('alert').evaluate((alert) => {
      const { top, bottom } = alert.getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight;
    });
    assert.ok(seen);
  }
});

test('the form has what the chosen kind takes, in the words of the list', async () => {
  await using window = await browser.window({ language: 'zh', theme: 'dark', width: 390 });
  const { page } = window;
  await window.open('/p/bare/webhooks', '还没有 Webhook');
  await page.getByRole('button', { name: '新建 Webhook' }).click();
  const dialog = page.locator('dialog');
  await dialog.getByRole('textbox', { name: 'Authorization 请求头' }).fill('Bearer x');
  await dialog.getByRole('combobox', { name: '类型' }).selectOption('邮件');
  const labels = await dialog.locator('.webhook-target label').allTextContents();
  assert.deepEqual(labels, ['类型', '邮箱地址']);
  await dialog.getByText('邮件的收件地址').waitFor();
  await dialog.getByRole('textbox', { name: '名称' }).fill('ops');
  await dialog.getByRole('textbox', { name: '邮箱地址' }).fill('no mailbox');
  await dialog.getByRole('button', { name: '保存' }).click();
  await dialog.locator('input[aria-invalid=true]:focus').waitFor();
  await dialog.getByRole('combobox', { name: '类型' }).selectOption('钉钉');
  await dialog.getByRole('textbox', { name: '签名密钥' }).waitFor();
});

test('a webhook gets targets, each of which is changed and taken away on its own', async () => {
  const policies = '/api/v2.0/projects/bare/webhook/policies';
  interface Told {
    readonly address: string;
    readonly type: string;
    readonly signed?: boolean;
  }
  const told = async (): Promise<readonly Told[]> =>
    jsonOf<{ targets: Told[] }[]>(await admin.get(policies))[0]?.targets ?? [];
  const addresses = async (): Promise<readonly string[]> => (await told()).map((each) => each.address);
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/p/bare/webhooks', 'No webhook yet');
  await page.getByRole('button', { name: 'New webhook' }).click();
  const dialog = page.locator('dialog');
  const save = async (): Promise<void> => {
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
  };
  const nth = (no: number) => dialog.getByRole('group', { name: `Target ${no}`, exact: true });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('to-all');
  await dialog.getByRole('textbox', { name: 'Address' }).fill(`${target}/a`);
  await dialog.getByRole('textbox', { name: 'Secret for signatures' }).fill('a-secret-of-some-length');
  await dialog.getByRole('button', { name: 'Add a target' }).click();
  await nth(2).getByRole('textbox', { name: 'Address' }).fill(`${target}/b`);
  await dialog.getByRole('button', { name: 'Add a target' }).click();
  await nth(3).getByRole('textbox', { name: 'Address' }).fill(`${target}/c`);
  await window.expectGood();
  await save();
  assert.deepEqual(await addresses(), [`${target}/a`, `${target}/b`, `${target}/c`]);
  await page.getByText('and 2 more').waitFor();
  // The list comes late: what is changed next is what was saved all the same.
  await page.route('**/webhook/policies?*', async (route) => {
    await delay(700);
    await route.continue();
  });
  await page.getByRole('button', { name: 'Change to-all' }).click();
  await dialog.getByRole('button', { name: 'Remove target 2' }).click();
  await nth(2).getByRole('textbox', { name: 'Address' }).fill(`${target}/d`);
  await save();
  assert.deepEqual(await addresses(), [`${target}/a`, `${target}/d`]);
  assert.deepEqual(
    (await told()).map((each) => each.signed === true),
    [true, false],
  );
  await page.getByRole('button', { name: 'Change to-all' }).click();
  await dialog.getByRole('button', { name: 'Remove target 1' }).click();
  await save();
  assert.deepEqual(await addresses(), [`${target}/d`]);
  await window.expectGood();
});

test('on a phone nothing moves when the list comes, and what makes a webhook is at the right, whatever is found', async () => {
  await using window = await browser.window({ language: 'zh', theme: 'dark', width: 390 });
  const { page } = window;
  const { promise: seen, resolve: goOn } = Promise.withResolvers<void>();
  await page.route('**/webhook/policies?*', async (route) => {
    await seen;
    await route.continue();
  });
  const add = page.getByRole('button', { name: '新建 Webhook' });
  const endOf = async (): Promise<number> => {
    const { x = 0, width = 0 } = (await add.boundingBox()) ?? {};
    return x + width;
  };
  const places = async () => {
    const { x, y, width } = (await page.locator('.table-frame').boundingBox()) ?? {};
    return { end: await endOf(), x, y, width };
  };
  await page.goto('/p/bare/webhooks');
  await page.locator('.table-frame .skeleton').waitFor();
  const before = await places();
  goOn();
  await page.getByText('to-all').waitFor();
  await window.settled();
  assert.deepEqual(await places(), before);
  assert.equal(before.end, 374);
  await window.open('/p/bare/webhooks?q=zzz', '没有符合筛选条件的内容');
  assert.equal(await endOf(), 374);
  await page.getByText('共 1 项，符合 0 项').waitFor();
  await window.open('/p/pay/webhooks', '还没有 Webhook');
  assert.equal(await endOf(), 374);
});

test('on a phone an address goes on in another line behind the end of a part only', async () => {
  const ref = await makeProject(admin, 'chat');
  const policy = {
    name: 'to-chat',
    enabled: true,
    event_types: ['PUSH_ARTIFACT'],
    targets: [{ type: 'http', address: 'https://chat.demo.example/hooks/registry' }],
  };
  expectStatus(await sendJson(admin, 'POST', `/api/v2.0/projects/${ref}/webhook/policies`, policy), 201);
  await using window = await browser.window({ language: 'zh', theme: 'dark', width: 390 });
  await window.open('/p/chat/webhooks', 'to-chat');
  const parts = window.page.locator('.webhook-address .part');
  const lines = await parts.evaluateAll((all) =>
    all.map((each) => {
      const range = document.createRange();
      range.selectNodeContents(each);
      return `${each.textContent} ${range.getClientRects().length}`;
    }),
  );
  assert.deepEqual(lines, ['https:// 1', 'chat. 1', 'demo. 1', 'example/ 1', 'hooks/ 1', 'registry 1']);
  await window.expectGood();
});

test('on a phone the outcome of a test is in view, of each target, and tells in Chinese what is known', async () => {
  const ref = await makeProject(admin, 'sent');
  const mail = { smtp_server: 'plain://127.0.0.1:1', smtp_from: 'berth@demo.example' };
  expectStatus(await sendJson(admin, 'PUT', '/api/v2.0/configurations', mail), 200);
  const policy = {
    name: 'storefront-integration-and-release-notifications-for-all-environments',
    enabled: true,
    event_types: ['PUSH_ARTIFACT'],
    targets: [
      { type: 'http', address: target },
      { type: 'http', address: 'http://127.0.0.1:1/hook' },
      { type: 'email', address: 'ops@demo.example,on-call@demo.example' },
    ],
  };
  expectStatus(await sendJson(admin, 'POST', `/api/v2.0/projects/${ref}/webhook/policies`, policy), 201);
  await using window = await browser.window({ language: 'zh', theme: 'light', width: 390 });
  const { page } = window;
  await window.open('/p/sent/webhooks', policy.name.slice(0, 10));
  await page.getByRole('button', { name: '发送测试' }).click();
  await page.locator('.toast.info', { hasText: '正在发送测试，结果见投递记录' }).waitFor();
  const heading = page.locator('h2:focus', { hasText: '的投递记录' });
  await heading.waitFor();
  const top = await heading.evaluate((own) => own.getBoundingClientRect().top);
  assert.ok(top > 0 && top < 200, `${top}`);
  const close = await page.locator('.webhook-head button').boundingBox();
  assert.ok((close?.x ?? 0) > 300, 'to close it is at the right, however long its name is');
  const rowOf = (text: string) =>
    page.getByRole('table', { name: '投递记录' }).locator('tr', { hasText: text });
  await rowOf('目标 1').getByText('成功').waitFor();
  await rowOf('目标 2').getByText('无法连接 127.0.0.1:1').waitFor();
  await rowOf('目标 2').getByText('1 分钟内').waitFor();
  await rowOf('目标 3').getByText('无法连接邮件服务器').waitFor();
  const mailboxes = await rowOf('目标 3')
    .locator('.webhook-mailbox')
    .evaluateAll((all) =>
      all.map((each) => `${each.textContent} ${each.getBoundingClientRect().height < 30}`),
    );
  assert.deepEqual(mailboxes, ['ops@demo.example, true', 'on-call@demo.example true'], 'each in one line');
  await page.getByRole('link', { name: '最近一次投递失败' }).waitFor();
  await window.expectGood();
  const dialog = page.locator('dialog');
  await rowOf('目标 2')
    .getByRole('button', { name: /的详情$/ })
    .click();
  await dialog.getByText('http://127.0.0.1:1/hook').waitFor();
  await dialog.getByText('没有收到响应。').waitFor();
  await window.expectGood();
  await page.keyboard.press('Escape');
  await rowOf('目标 3')
    .getByRole('button', { name: /的详情$/ })
    .click();
  await dialog.getByText('ops@demo.example, on-call@demo.example').waitFor();
  assert.match(
    (await dialog.getByRole('region', { name: '邮件' }).textContent()) ?? '',
    /^PUSH_ARTIFACT: .*\n\n/,
  );
  await window.expectGood();
});

test('of a very long name a title has its ends, and all of it to point at; what failed is high enough to press', async () => {
  const name = `storefront-${'integration-'.repeat(10)}end`;
  const policy = {
    name,
    enabled: true,
    event_types: ['PUSH_ARTIFACT', 'TAG_MOVED'],
    targets: [{ type: 'http', address: 'http://127.0.0.1:1/hook' }],
  };
  const ref = await makeProject(admin, 'long');
  expectStatus(await sendJson(admin, 'POST', `/api/v2.0/projects/${ref}/webhook/policies`, policy), 201);
  await using window = await browser.window({ language: 'en', theme: 'light', width: 390 });
  const { page } = window;
  await window.open('/p/long/webhooks', '2 events');
  const short = /^.{20,80}\u2060…\u2060.{24}$/u;
  await page.getByRole('button', { name: `Send a test: ${name}` }).click();
  const heading = page.locator('.webhook-head h2');
  await heading.waitFor();
  assert.match((await heading.textContent()) ?? '', short);
  assert.equal(await heading.getAttribute('title'), name);
  const failed = await page.getByRole('link', { name: 'last delivery failed' }).boundingBox();
  assert.ok((failed?.height ?? 0) >= 24);
  const title = page.locator('dialog h2');
  await page.getByRole('button', { name: `Delete ${name}` }).click();
  assert.match((await title.textContent()) ?? '', short);
  assert.equal(await title.getAttribute('title'), `Delete ${name}`);
  await page.getByText('Its log of 1 delivery is deleted with it.').waitFor();
  await window.expectGood();
  await page.keyboard.press('Escape');
  for (const width of [1440, 1280, 1024, 800]) {
    await page.setViewportSize({ width, height: 900 });
    const frame = page.locator('.table-frame').first();
    const beyond = await frame.evaluate((own) => {
      const table = own.querySelector('table')?.getBoundingClientRect().right ?? 0;
      return Math.max(0, Math.round(table - own.getBoundingClientRect().right));
    });
    assert.equal(beyond, 0, `${width}: what can be done is in its frame`);
  }
});

test('the command of the form does what the form does', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/p/chat/webhooks', 'to-chat');
  const dialog = page.locator('dialog');
  const command = dialog.locator('.as-command');
  await page.getByRole('button', { name: 'New webhook' }).click();
  await dialog.getByRole('combobox', { name: 'Kind' }).selectOption('Slack');
  await command.getByText('As a command').click();
  assert.match((await command.textContent()) ?? '', /berth webhook create .*--type slack/s);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Change to-chat' }).click();
  await command.getByText('As a command').click();
  assert.match((await command.textContent()) ?? '', /-X PUT .*\/webhook\/policies\/\d+/s);
});
