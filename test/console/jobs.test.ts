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
  // A plan is no run, also in the list; the page about garbage calls it by the same number.
  await page.locator('.facts').getByText('plan', { exact: true }).waitFor();
  await result.getByText('Nothing was changed').waitFor();
  const facts = page.locator('.details').first();
  assert.match((await facts.textContent()) ?? '', /Byadmin/);
  await page.locator('.facts').getByRole('link', { name, exact: true }).click();
  await page.getByRole('heading', { name: `Plan ${id}` }).waitFor();
  await page
    .locator('tbody')
    .getByRole('link', { name: `Plan ${id}` })
    .waitFor();
  await window.open('/jobs', 'All jobs');
  await page
    .locator('tbody tr', { has: page.locator(`a[href="/jobs/${id}"]`) })
    .getByText('plan', { exact: true })
    .waitFor();
  await window.expectGood();
  await window.open(`/jobs/${id}`, 'Result');
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
  // Its place stands in the head.
  assert.equal(await page.getByRole('link', { name: 'pay/team/api', exact: true }).count(), 1);
  await page.getByText('日志以英文记录', { exact: true }).waitFor();
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
    const once = language === 'en' ? 'every year on 1 February, 04:00 UTC' : '每年 2 月 1 日 04:00 UTC';
    const rows = window.page.locator('tbody tr', { hasText: once });
    assert.equal(await rows.count(), 1);
    assert.match((await rows.locator('td:nth-child(4)').textContent()) ?? '', next);
    for (const text of await window.page.locator('.table td:nth-child(4)').allTextContents())
      assert.match(text, /\d/);
    await window.expectGood();
  }
});

test('schedules stand by their next run; one without a page is changed by a form, and what is fixed says so', async () => {
  const path = '/api/berth/v1/storage/verifications/schedule';
  await sendJson(admin, 'PUT', path, { cron: '0 0 4 1 2 *', hash_percent: 7 });
  for (const width of [1440, 390] as const) {
    await using window = await browser.window({ ...wide, width });
    const { page } = window;
    await window.open('/jobs/schedules', 'Recount of quotas');
    const times = await page
      .locator('tbody td:nth-child(4) time')
      .evaluateAll((all) => all.map((time) => time.getAttribute('datetime') ?? ''));
    assert.ok(times.length > 4);
    assert.deepEqual(times, times.toSorted());
    const order = page.locator(width === 390 ? '.narrow-sort' : 'th[aria-sort=ascending]');
    assert.equal(await order.textContent(), width === 390 ? 'Next run ↑' : 'Next run');
    const fixed = page.locator('tbody tr', { hasText: 'Recount of quotas' });
    await fixed.getByText('at a fixed time').waitFor();
    assert.equal(await fixed.getByRole('button').count(), 0);
    await page.getByRole('button', { name: 'Change Verification of the storage' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill('0 30 5 * * 2');
    await dialog.getByText('every Tuesday at 05:30 UTC').waitFor();
    // The cross stands in the first line of the title.
    const off = await dialog.evaluate((own) => {
      const title = own.querySelector('h2') ?? own;
      const cross = own.querySelector('.dialog-head button')?.getBoundingClientRect() ?? new DOMRect();
      const line =
        title.getBoundingClientRect().top + Number.parseFloat(getComputedStyle(title).lineHeight) / 2;
      return cross.top + cross.height / 2 - line;
    });
    assert.ok(Math.abs(off) <= 1, `${off} px at ${width}`);
    await window.expectGood();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.locator('tbody').getByText('every Tuesday at 05:30 UTC').waitFor();
    await window.expectGood();
  }
  const kept = jsonOf<{ cron: string; hash_percent: number }>(await admin.get(path));
  assert.deepEqual([kept.cron, kept.hash_percent], ['0 30 5 * * 2', 7]);
  const purges = '/api/v2.0/system/purgeaudit/schedule';
  const told = jsonOf<{ job_parameters: string }>(await admin.get(purges)).job_parameters;
  await using window = await browser.window(wide);
  await window.open('/jobs/schedules', 'Recount of quotas');
  await window.page.getByRole('button', { name: 'Change Purge of the audit log' }).click();
  await window.page.getByRole('dialog').getByRole('textbox').fill('every day');
  await window.page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await window.page
    .getByRole('dialog')
    .getByRole('textbox')
    .and(window.page.locator('[aria-invalid]'))
    .waitFor();
  window.problems.length = 0;
  await window.page.getByRole('dialog').getByRole('textbox').fill('0 0 6 * * *');
  await window.page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await window.page.getByText('every day at 06:00 UTC').waitFor();
  assert.equal(jsonOf<{ job_parameters: string }>(await admin.get(purges)).job_parameters, told);
});

test('a job that runs shows how far it is by a bar of our own, how fast, and how long it takes; it has no end yet', async () => {
  const [job] = await jobs();
  const id = job?.id ?? 0;
  const start = Date.UTC(2026, 0, 1);
  const time = (seconds: number): string => new Date(start + seconds * 1000).toISOString();
  for (const [language, theme, width] of [
    ['en', 'light', 1440],
    ['zh', 'dark', 390],
  ] as const) {
    await using window = await browser.window({ language, theme, width });
    const { page } = window;
    let status = 'Running';
    await page.route(`**/api/berth/v1/jobs/${id}`, async (route) => {
      const { end_time: _, ...told } = (await (await route.fetch()).json()) as Record<string, unknown>;
      const progress = {
        done: 276,
        total: 552,
        unit: 'blobs and manifests',
        bytes: { done: 10_485_760, total: 41_943_040 },
      };
      const running = {
        kind: 'STORAGE_VERIFICATION',
        status,
        start_time: time(0),
        update_time: time(5),
      };
      await route.fulfill({ json: { ...told, ...running, progress } });
    });
    const [units, pace] =
      language === 'en'
        ? ['276 of 552 blobs and manifests', '10.0 MiB of 40.0 MiB · 2.0 MiB/s · 0:15 left']
        : ['276 / 552 个数据块和清单', '10.0 MiB，共 40.0 MiB · 每秒 2.0 MiB · 剩余 0:15'];
    await window.open(`/jobs/${id}`, units);
    await page.getByText(pace, { exact: true }).waitFor();
    const ended = page.locator('dt', { hasText: language === 'en' ? 'Ended' : '结束时间' });
    assert.equal(await ended.locator('+ dd').textContent(), '–');
    // The part that is not done is the quieter one: no other than where it lies on is nearer.
    const { appearance, track } = await page.locator('progress').evaluate((bar) => {
      const probe = document.createElement('i');
      probe.style.background = 'var(--sunken)';
      document.body.append(probe);
      const { appearance, backgroundColor } = getComputedStyle(bar);
      return { appearance, track: backgroundColor === getComputedStyle(probe).backgroundColor };
    });
    assert.deepEqual({ appearance, track }, { appearance: 'none', track: true });
    assert.equal(await page.locator('.page-actions button').count(), 1);
    // Another colour than names have.
    await page.locator('.facts .badge.info', { hasText: language === 'en' ? 'running' : '运行中' }).waitFor();
    await window.expectGood();
    // The title and what stands below it stay where they are when the button goes.
    const tops = () =>
      page
        .locator('.page-head h1, .page-head .facts')
        .evaluateAll((all) => all.map((each) => each.getBoundingClientRect().top));
    const before = await tops();
    status = 'Success';
    await page.locator('.page-actions').waitFor({ state: 'detached' });
    assert.deepEqual(await tops(), before, `${width}`);
  }
});

test('why a job failed stands at its head in the language of the page, with what to do', async () => {
  const id = (await jobs())[0]?.id ?? 0;
  for (const [language, message, words] of [
    [
      'en',
      'the storage is not the one this registry belongs to',
      [
        'The storage is not the one this registry belongs to.',
        'Check on the server that the storage is mounted',
      ],
    ],
    [
      'zh',
      'the storage is not the one this registry belongs to',
      [
        '当前的存储不属于本系统。',
        '服务器原文：The storage is not the one this registry belongs to.',
        '请在服务器上检查存储',
      ],
    ],
    ['zh', 'connect ECONNREFUSED', ['服务器原文：Connect ECONNREFUSED.', '下方日志记录了经过']],
  ] as const) {
    await using window = await browser.window({ language, theme: 'dark', width: 390 });
    const { page } = window;
    await page.route(`**/api/berth/v1/jobs/${id}`, async (route) => {
      const told = (await (await route.fetch()).json()) as Record<string, unknown>;
      await route.fulfill({ json: { ...told, status: 'Error', status_message: message } });
    });
    await window.open(`/jobs/${id}`, words[0]);
    const alert = page.getByRole('alert');
    for (const part of words) assert.ok((await alert.textContent())?.includes(part), part);
    await window.expectGood();
  }
});

test('a job that has ended has no dead buttons, and its numbers stand at the end', async () => {
  const job = (await jobs()).find(({ status }) => status === 'Success');
  await using window = await browser.window({ ...wide, width: 390 });
  await window.open(`/jobs/${job?.id}`, 'Result');
  await window.page.locator('.facts').getByText('succeeded').waitFor();
  assert.equal(await window.page.locator('.page-actions').count(), 0);
  const ends = await window.page
    .locator('.job-result dd.end')
    .evaluateAll((all) => all.map((one) => getComputedStyle(one).textAlign));
  assert.ok(ends.length > 3);
  assert.deepEqual([...new Set(ends)], ['end']);
});

test('a job that is not there is told in the language of the page', async () => {
  await using window = await browser.window({ language: 'zh', theme: 'light', width: 1440 });
  await window.open('/jobs/99999', '没有编号为 99999 的作业。');
  assert.ok(window.problems.every((problem) => problem.startsWith('404:')));
  window.problems.length = 0;
  await window.expectGood();
});

test('a filtered list tells how many of how many; a narrow one by what it is sorted', async () => {
  for (const [language, status, words] of [
    ['en', 'failed', /^(\d+) of (\d+)$/],
    ['zh', '失败', /^共 (\d+) 项，符合 (\d+) 项$/],
  ] as const) {
    await using window = await browser.window({ language, theme: 'light', width: 390 });
    const { page } = window;
    await window.open('/jobs', language === 'en' ? 'in all' : '共');
    assert.equal(
      await page.locator('.narrow-sort').textContent(),
      language === 'en' ? 'Created ↓' : '按创建时间 ↓',
    );
    const all = Number(((await page.locator('.total').textContent()) ?? '').replaceAll(/\D/g, ''));
    assert.ok(all > 2);
    await page.locator('.fold-filters').click();
    await page.locator('.folded select').nth(1).selectOption({ label: status });
    await page.waitForURL((url) => url.searchParams.get('status') === 'Error');
    await page.locator('.total', { hasText: words }).waitFor();
    const counts =
      words
        .exec((await page.locator('.total').textContent()) ?? '')
        ?.slice(1)
        .map(Number) ?? [];
    const sorted = language === 'en' ? counts.toReversed() : counts;
    await waitUntil('nothing matches', async () =>
      /\b0\b/.test((await page.locator('.total').textContent()) ?? ''),
    );
    assert.equal(sorted[0], all);
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
