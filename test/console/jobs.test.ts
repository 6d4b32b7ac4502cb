import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { imageOf } from '../harness/image.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { ConsoleBrowser } from './console-browser.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const browser = await ConsoleBrowser.open(server);
after(() => browser[Symbol.asyncDispose]());
const admin = server.client();
const wide = { language: 'en', theme: 'light', width: 1440 } as const;
const kind = 'GARBAGE_COLLECTION';
const name = 'Garbage collection';

interface Job {
  readonly id: number;
  readonly status: string;
}

const jobs = async (): Promise<Job[]> => jsonOf<Job[]>(await admin.get(`/api/berth/v1/jobs?kind=${kind}`));

/** Returns the number of the job. */
async function begun(): Promise<number> {
  const answer = await sendJson(admin, 'POST', '/api/v2.0/system/gc/schedule', {
    schedule: { type: 'Manual' },
    parameters: { dry_run: true },
  });
  expectStatus(answer, 201);
  const [job] = await jobs();
  return job?.id ?? assert.fail('there is no job');
}

await begun();
await waitUntil('the job has ended', async () => (await jobs())[0]?.status === 'Success');

test('a kind is paused; its job waits, is cancelled, begun again, resumed, and followed to its end', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/jobs/queues', name);
  await page.getByRole('button', { name: `Pause ${name}` }).click();
  await page.getByRole('button', { name: `Resume ${name}` }).waitFor();
  await page.locator('tbody tr', { hasText: name }).getByText('paused').waitFor();
  const id = await begun();
  await window.open(`/jobs/${id}`, 'waiting');
  await page.getByRole('button', { name: 'Cancel the job' }).click();
  await page.locator('dialog').getByRole('button', { name: 'Cancel the job' }).click();
  await page.locator('.facts').getByText('stopped').waitFor();
  await page.getByRole('button', { name: 'Begin again' }).click();
  await page.locator('.facts').getByText('waiting').waitFor();
  await window.expectGood();
  expectStatus(
    await sendJson(admin, 'PUT', `/api/v2.0/jobservice/queues/${kind}`, { action: 'resume' }),
    200,
  );
  await page.locator('.facts').getByText('succeeded').waitFor();
  await page
    .getByText(/nothing is changed/)
    .first()
    .waitFor();
  // What it found out has a name and a unit each.
  const result = page.locator('section', { has: page.getByRole('heading', { name: 'Result' }) });
  await result.getByText('Freed', { exact: true }).waitFor();
  await result.getByText('0 B').first().waitFor();
  await page.locator('.facts').getByText('dry run', { exact: true }).waitFor();
  await result.getByText('Nothing was changed').waitFor();
  assert.doesNotMatch((await result.textContent()) ?? '', /[{}_"]/);
  await window.expectGood();
});

test('a job tells the repository that it is about; its log keeps its lines', async () => {
  const ref = await makeProject(admin, 'pay');
  await admin.pushImage('pay/team/api', 'v1', imageOf({ seed: 'jobs', layers: [1000] }));
  const rule = {
    action: 'retain',
    template: 'always',
    tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: '**' }],
    scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }] },
  };
  const trigger = { kind: 'Schedule', settings: { cron: '' } };
  const policy = { algorithm: 'or', rules: [rule], trigger, scope: { level: 'project', ref } };
  const { headers } = await sendJson(admin, 'POST', '/api/v2.0/retentions', policy);
  const run = await sendJson(admin, 'POST', `${headers.location}/executions`, { dry_run: true });
  expectStatus(run, 201);
  const [task, first] = await waitUntil('both jobs have ended', async () => {
    const all = jsonOf<Job[]>(await admin.get('/api/berth/v1/jobs?kind=RETENTION'));
    return all.length === 2 && all.every(({ status }) => status === 'Success') && all;
  });
  await using window = await browser.window({ language: 'zh', theme: 'light', width: 390 });
  const { page } = window;
  for (const [id, place, to] of [
    [task?.id, 'pay/team/api', '/p/pay/r/team/api'],
    [first?.id, 'pay', '/p/pay'],
  ] as const) {
    await window.open(`/jobs/${id}`, '预演');
    const link = page.locator('.facts').getByRole('link', { name: place, exact: true });
    assert.equal(await link.getAttribute('href'), to);
    await window.expectGood();
  }
  await window.open(`/jobs/${task?.id}`, '未做任何更改');
  const log = page.locator('.log-text');
  await log.getByText('sha256:').waitFor();
  const { wide, lines } = await log.evaluate((own) => {
    const height = own.getBoundingClientRect().height - 24;
    return { wide: own.scrollWidth > own.clientWidth, lines: height / 20 };
  });
  assert.ok(wide, 'a line goes on beside the box');
  assert.equal(lines, Math.round(lines));
});

test('jobs that wait are ended together', async () => {
  expectStatus(await sendJson(admin, 'PUT', `/api/v2.0/jobservice/queues/${kind}`, { action: 'pause' }), 200);
  const id = await begun();
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/jobs/queues', name);
  await page.getByRole('button', { name: `End those that wait: ${name}` }).click();
  await page.getByText(`1 job of the kind ${name} that waits is ended.`).waitFor();
  await window.expectGood();
  await page.locator('dialog').getByRole('button', { name: 'End those that wait', exact: true }).click();
  await waitUntil('the job is stopped', async () =>
    (await jobs()).some((job) => job.id === id && job.status === 'Stopped'),
  );
  await page.getByRole('button', { name: 'Resume all' }).click();
  await page.getByRole('button', { name: `Pause ${name}` }).waitFor();
  await window.expectGood();
});

test('a schedule of any kind is told in words, and one without common words by its fields; each with its next run', async () => {
  const { status } = await sendJson(admin, 'PUT', '/api/berth/v1/storage/verifications/schedule', {
    cron: '0 0 4 1 2 *',
  });
  assert.equal(status, 200);
  for (const [language, words, next] of [
    ['en', 'every Sunday at 03:00 UTC', /^in \d+ /],
    ['zh', '每周日 03:00 UTC', /^\d+ ?/],
  ] as const) {
    await using window = await browser.window({ language, theme: 'light', width: 1440 });
    await window.open('/jobs/schedules', words);
    const rows = window.page.locator('tbody tr', { hasText: '0 0 4 1 2 *' });
    assert.equal(await rows.count(), 1);
    assert.match((await rows.locator('td:nth-child(4)').textContent()) ?? '', next);
    for (const text of await window.page.locator('.table td:nth-child(4)').allTextContents())
      assert.match(text, /\d/);
    await window.expectGood();
  }
});

test('all schedules are paused and go on', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/jobs/schedules', 'Belongs to');
  await page.getByRole('button', { name: 'Pause all schedules' }).click();
  await page.locator('dialog').getByRole('button', { name: 'Pause all schedules' }).click();
  await page.getByText('All schedules are paused').waitFor();
  await page.getByRole('button', { name: 'Resume all schedules' }).click();
  await page.getByText('Schedules begin their work').waitFor();
  await window.expectGood();
});
