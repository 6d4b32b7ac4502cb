// How long a page of the console takes from the navigation until it can be used: its first row, or the figures of its head,
// is painted, nothing covers it, and a click on it does what it should. Chromium with an empty cache, an account that is no
// administrator, the registry of bench:api; with the processor slowed down four times and 150 ms for each answer, and
// without.
//
//   npm run bench:console                a twentieth of the rows
//   npm run bench:console -- --part 1    10,000 projects, 1,000,000 artifacts, 10,000,000 events
//   npm run bench:console -- --rounds 3  default: 10
//   npm run bench:console -- --out FILE  where the result goes; default: out/console.json
//
// The targets (1.5 s slowed down, 0.5 s else) are told, not enforced.

import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { sizesOf } from './api/control-plane-rows.ts';
import { account, type FilledServer, startFilled } from './api/filled-server.ts';
import { jsonBlob, KiB, makeBlob, manifestOf } from './load/blob.ts';
import { pushBlob, putManifest, writerOf } from './load/push.ts';
import { median } from './load/statistics.ts';
import { type ConsoleResult, type ConsoleRow, commandOf, machine, save } from './result.ts';
import { administrator } from './servers/berth.ts';
import type { Target } from './servers/target.ts';
import { consoleTable } from './table.ts';

const { values } = parseArgs({
  options: {
    part: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '10' },
    out: { type: 'string', default: 'out/console.json' },
  },
});

const repository = 'p00000/team/r000000';
const layers = 20;
const mostMs = 30_000;

interface ConsolePage {
  readonly label: string;
  readonly path: string;
  /** What is painted last of what the page is opened for, and leads somewhere. */
  readonly usable: string;
}

const firstRow = 'main .table tbody tr:first-child :is(a, button)';
const pages: readonly ConsolePage[] = [
  { label: 'projects', path: '/p', usable: firstRow },
  { label: 'tags', path: '/p/p00000/r/team/r000000', usable: firstRow },
  {
    label: 'artifact',
    path: '/p/p00000/r/team/r000000/-/t/image',
    usable: 'main:has(.facts .digest) .tabs a:nth-child(2)',
  },
  { label: 'search', path: '/search?q=r00012', usable: firstRow },
  { label: 'activity', path: '/activity', usable: firstRow },
];

const slowed = { label: 'CPU ÷ 4, 150 ms', processor: 4, latencyMs: 150 };
const forms = [slowed, { label: 'as it is', processor: 1, latencyMs: 0 }];

/** Runs in the page from its first moment on: looks at each frame whether the element can be used by now. */
function probe(usable: string): string {
  return `{
    const ready = () => {
      const element = document.querySelector(${JSON.stringify(usable)});
      const box = element?.getBoundingClientRect();
      if (!box || box.width === 0) return;
      const over = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
      return over !== null && (element.contains(over) || over.contains(element)) ? element : undefined;
    };
    const look = () => {
      const element = ready();
      if (!element) return requestAnimationFrame(look);
      const { port1, port2 } = new MessageChannel();
      // Behind the frame that painted it.
      port1.onmessage = () => {
        const before = location.href;
        element.click();
        if (location.href === before) return requestAnimationFrame(look);
        globalThis.usable(performance.now());
      };
      port2.postMessage('painted');
    };
    look();
  }`;
}

/** What is opened as an artifact: an image with all that its page tells of one. */
async function pushImage(target: Target): Promise<void> {
  const writer = writerOf(target);
  const blobs = Array.from({ length: layers }, (_, index) => makeBlob(`console${index}`, 16 * KiB));
  const config = jsonBlob({
    architecture: 'amd64',
    os: 'linux',
    created: '2026-01-02T03:04:05Z',
    config: {
      Env: ['PATH=/usr/local/bin:/usr/bin:/bin', 'LANG=C.UTF-8'],
      Entrypoint: ['/usr/bin/app'],
      Cmd: ['serve'],
      Labels: Object.fromEntries(Array.from({ length: 12 }, (_, no) => [`org.example.label${no}`, `${no}`])),
    },
    rootfs: { type: 'layers', diff_ids: blobs.map(({ digest }) => digest) },
    history: blobs.map((_, no) => ({ created: '2026-01-02T03:04:05Z', created_by: `RUN step ${no}` })),
  });
  for (const blob of [...blobs, config]) await pushBlob(writer, repository, blob);
  await putManifest(writer, repository, 'image', manifestOf(config, blobs));
  writer.close();
}

/** Beside what it holds by its groups: of one project it may read the log. */
async function addMember(target: Target): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${target.ports[0]}/api/v2.0/projects/p00000/members`, {
    method: 'POST',
    headers: { authorization: administrator, 'content-type': 'application/json' },
    body: JSON.stringify({ role_id: 1, member_user: { username: account.username } }),
  });
  if (answer.status !== 201) throw new Error(`no member: ${answer.status} ${await answer.text()}`);
}

type State = Awaited<ReturnType<BrowserContext['storageState']>>;

async function signIn(browser: Browser, baseURL: string): Promise<State> {
  const context = await browser.newContext({ baseURL });
  const { username: principal, password } = account;
  const answer = await context.request.post('/c/login', { form: { principal, password } });
  if (!answer.ok()) throw new Error(`no sign-in: ${answer.status()} ${await answer.text()}`);
  const state = await context.storageState();
  await context.close();
  return state;
}

interface Visit {
  readonly usableMs: number;
  readonly requests: number;
}

async function visit(
  context: BrowserContext,
  page: ConsolePage,
  { processor, latencyMs }: (typeof forms)[number],
): Promise<Visit> {
  const tab = await context.newPage();
  const control = await context.newCDPSession(tab);
  await control.send('Network.enable');
  await control.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: latencyMs,
    downloadThroughput: -1,
    uploadThroughput: -1,
  });
  await control.send('Emulation.setCPUThrottlingRate', { rate: processor });
  const { promise, resolve } = Promise.withResolvers<number>();
  await tab.exposeFunction('usable', resolve);
  await tab.addInitScript(probe(page.usable));
  let requests = 0;
  tab.on('request', () => {
    requests += 1;
  });
  await tab.goto(page.path, { waitUntil: 'commit' });
  const usableMs = await Promise.race([promise, delay(mostMs, undefined, { ref: false })]);
  const asked = requests;
  if (usableMs === undefined)
    throw new Error(`${page.label} does not become usable: ${await tab.locator('body').innerText()}`);
  await context.close();
  return { usableMs, requests: asked };
}

async function measure(browser: Browser, { target, db }: FilledServer): Promise<readonly ConsoleRow[]> {
  const baseURL = `http://localhost:${target.ports[0]}`;
  const tags = await db.count(
    `select count(*) from tag t join repository r on r.id = t.repository_id where r.full_name = '${repository}'`,
  );
  console.error(`${tags} tags in ${repository}`);
  const storageState = await signIn(browser, baseURL);
  const rows: ConsoleRow[] = [];
  for (const form of forms) {
    for (const page of pages) {
      const visits: Visit[] = [];
      for (let round = 0; round < Number(values.rounds); round += 1) {
        const context = await browser.newContext({
          baseURL,
          storageState,
          viewport: { width: 1440, height: 900 },
        });
        visits.push(await visit(context, page, form));
      }
      const ms = visits.map(({ usableMs }) => usableMs);
      const row: ConsoleRow = {
        page: page.label,
        form: form.label,
        medianMs: median(ms),
        leastMs: Math.min(...ms),
        mostMs: Math.max(...ms),
        requests: median(visits.map(({ requests }) => requests)),
      };
      rows.push(row);
      console.error(`${row.form}, ${row.page}: ${Math.round(row.medianMs)} ms, ${row.requests} requests`);
    }
  }
  return rows;
}

const on = machine();
const folder = mkdtempSync(join(tmpdir(), 'berth-bench-'));
chmodSync(folder, 0o711);
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const server = await startFilled('sqlite', join(folder, 'sqlite'), Number(values.part));
await pushImage(server.target);
await addMember(server.target);
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium-headless-shell',
  args: ['--no-sandbox'],
});
const result: ConsoleResult = {
  command: commandOf('bench:console'),
  date: new Date().toISOString().slice(0, 10),
  machine: on,
  sizes: { ...sizesOf(Number(values.part)) },
  rows: await measure(browser, server),
};
await browser.close();
await server.stop();
save(values.out, result);
console.log(consoleTable(result, ['page']));
