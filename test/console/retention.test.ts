import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { imageOf } from '../harness/image.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { makePolicy, retentionRule, runPolicy } from '../harness/retention.ts';
import { BerthServer } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { ConsoleBrowser, reasonOf } from './console-browser.ts';
import { lookAt } from './look-at.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const browser = await ConsoleBrowser.open(server);
after(() => browser[Symbol.asyncDispose]());
const admin = server.client();
const wide = { language: 'en', theme: 'light', width: 1440 } as const;
const id = await makeProject(admin, 'pay');
await makeProject(admin, 'bare');
for (const no of [1, 2, 3])
  await admin.pushImage('pay/api', `v${no}`, imageOf({ seed: `pay ${no}`, layers: [50_000] }));
const policy = await makePolicy(admin, id, [retentionRule({ template: 'latestPushedK', n: 3 })]);
await runPolicy(admin, policy);

test('retention of a project that has none', async (context) => {
  await lookAt(context, browser, {
    path: '/p/bare/retention',
    ready: { en: 'No rule: nothing is removed', zh: '没有规则：不会删除任何内容' },
  });
});

test('a plan has an address, where it is looked at before it is applied', async () => {
  const draft = { rules: [retentionRule({ template: 'latestPushedK', n: 2 })] };
  const { plan_id: plan } = jsonOf<{ plan_id: number }>(
    await sendJson(admin, 'POST', '/api/berth/v1/projects/pay/retention/preview', { policy: draft }),
  );
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open(`/p/pay/retention?plan=${plan}`, `Plan ${plan}`);
  await page.getByText(/^1 of \d tags and 1 of \d artifacts would go$/).waitFor();
  await page.getByText('pay/api:v1').waitFor();
  await page.getByText('To be applied at the latest').waitFor();
  const apply = page.getByRole('button', { name: 'Apply', exact: true });
  assert.equal(await reasonOf(apply), 'The project has another policy now: preview it again.');
  await window.expectGood();
});

test('a rule is changed, previewed with its bytes, and applied', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/p/pay/retention', 'Rule 1');
  const room = await page.getByRole('combobox', { name: 'Keep' }).evaluate((select) => {
    const free = select.cloneNode(true) as HTMLElement;
    free.style.width = 'max-content';
    select.after(free);
    const needed = free.offsetWidth;
    free.remove();
    return (select as HTMLElement).offsetWidth - needed;
  });
  assert.ok(room >= 0, `the longest choice lacks ${-room} pixels`);
  await page.getByRole('spinbutton', { name: 'Number' }).fill('1');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The policy is saved').waitFor();
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.getByText('2 of 3 tags and 2 of 3 artifacts would go').waitFor();
  await page.getByText('Rule 1 keeps it: pushed last').waitFor();
  assert.equal(await page.getByText('Not kept by rule 1').count(), 2);
  await window.expectGood();
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  const dialog = page.locator('dialog');
  await dialog.getByText(/usage of the project falls by .*\d{3} bytes/).waitFor();
  await window.expectGood();
  await dialog.getByRole('button', { name: 'Apply', exact: true }).click();
  await waitUntil(
    'the older tags are in the trash',
    // A pull would keep them.
    async () => (await admin.tags('pay/api')).join() === 'v3',
  );
  expectStatus(await admin.get('/v2/pay/api/manifests/v3'), 200);
  await admin.pushImage('pay/other', 'v1', imageOf({ seed: 'other' }));
  const other = '/api/v2.0/projects/pay/repositories/other';
  expectStatus(await admin.call('DELETE', other), 200);
  await page.reload();
  const removed = page.getByRole('link', { name: 'See and restore in the trash' });
  await removed.nth(1).waitFor();
  await removed.first().click();
  await page.getByText(/^2 of \d+$/).waitFor();
  assert.equal(await page.getByText('by retention').count(), 2);
  await window.expectGood();
  await page.getByRole('checkbox', { name: 'Select all on this page' }).check();
  await page.getByRole('button', { name: 'Restore…' }).click();
  await page.locator('dialog').getByRole('button', { name: 'Restore 2' }).click();
  await waitUntil('what the run took is back', async () => (await admin.tags('pay/api')).length === 3);
  await window.open('/storage/trash', '1 deletion');
  assert.equal(await page.getByText('by retention').count(), 0);
});

test('a plan of what is not saved is applied once that is saved', async () => {
  await makeProject(admin, 'first');
  for (const no of [1, 2])
    await admin.pushImage('first/api', `v${no}`, imageOf({ seed: `first ${no}`, layers: [5_000] }));
  await using window = await browser.window(wide);
  const { page } = window;
  const apply = page.getByRole('button', { name: 'Apply', exact: true });
  const isReady = () => apply.evaluate(({ ariaDisabled }) => ariaDisabled !== 'true');
  await window.open('/p/first/retention', 'No rule');
  await page.getByRole('button', { name: 'Add a rule' }).click();
  await page.getByRole('combobox', { name: 'When' }).selectOption('daily');
  await page.getByRole('spinbutton', { name: 'Number' }).fill('1');
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.getByText(/^1 of \d tags and 1 of \d artifacts would go$/).waitFor();
  assert.equal(await reasonOf(apply), 'Save the policy first.');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The policy is saved').waitFor();
  await waitUntil('the plan of the first policy can be applied', isReady);
  const when = page.getByRole('combobox', { name: 'When' });
  const save = page.getByRole('button', { name: 'Save' });
  await page.getByText('It runs every day at 00:00 UTC. Next run: ').waitFor();
  await page.getByText('A run by schedule may stop before it deletes anything').waitFor();
  await page.getByRole('button', { name: 'Run now' }).waitFor();
  await when.selectOption('weekly');
  await page.getByText('It runs every Sunday at 00:00 UTC. That holds when the policy is saved.').waitFor();
  await save.click();
  await page.getByText('It runs every Sunday at 00:00 UTC. Next run: ').waitFor();
  assert.equal(await isReady(), true, 'of what goes nothing was changed');
  await page.getByRole('spinbutton', { name: 'Days for which a pull keeps it' }).fill('7');
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.getByText('Not saved yet').waitFor();
  await waitUntil('the plan is of what is not saved', async () => !(await isReady()));
  const heading = page.getByRole('heading', { name: 'What would go' });
  await waitUntil('whoever asked for it is taken there', () =>
    heading.evaluate(
      (own) => own === document.activeElement && own.getBoundingClientRect().top < innerHeight / 2,
    ),
  );
  await save.click();
  await waitUntil('the plan of the changed policy can be applied', isReady);
  await page.getByText('Not saved yet').waitFor({ state: 'detached' });
  await window.expectGood();
  await apply.click();
  await page.locator('dialog').getByRole('button', { name: 'Apply', exact: true }).click();
  await waitUntil(
    'the older tag is in the trash',
    async () => (await admin.tags('first/api')).join() === 'v2',
  );
});

test('the first rule of a project makes its policy', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/p/bare/retention', 'No rule');
  await page.getByRole('button', { name: 'Add a rule' }).click();
  await page.getByRole('textbox', { name: 'Tags' }).fill('v*');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The policy is saved').waitFor();
  await page.reload();
  await page.getByText('Rule 1').waitFor();
  await window.expectGood();
});
