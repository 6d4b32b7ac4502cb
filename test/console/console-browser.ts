import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  type Browser,
  type BrowserContext,
  chromium,
  type Locator,
  type Page,
  type Request,
} from 'playwright-core';
import { requireProgram } from '../harness/run-program.ts';
import { type BerthServer, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

requireProgram('chromium-headless-shell', 'chromium-headless-shell');
const program = execFileSync('which', ['chromium-headless-shell'], { encoding: 'utf8' }).trim();
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const languages = ['en', 'zh'] as const;
export const themes = ['light', 'dark'] as const;
export const widths = [1440, 390] as const;

export interface Look {
  readonly language: (typeof languages)[number];
  readonly theme: (typeof themes)[number];
  readonly width: (typeof widths)[number];
}

/** Every page in every form, and axe on each. */
export const isFull = process.env['BERTH_CONSOLE'] === 'full';

/** Every language in every theme at every width. */
export const looks: readonly Look[] = languages.flatMap((language) =>
  themes.flatMap((theme) => widths.map((width) => ({ language, theme, width }))),
);

/**
 * Half of the time goes into axe, which finds the same in both languages but for what a text overlaps: each theme at each
 * width once, or with BERTH_CONSOLE=full in both.
 */
function isExamined({ language, width }: Look): boolean {
  return isFull || (language === 'en') === (width === 1440);
}

export interface Account {
  readonly username: string;
  readonly password: string;
}

type State = Awaited<ReturnType<BrowserContext['storageState']>>;

/** A browser, in which somebody signs in once and then looks at pages in every form. */
export class ConsoleBrowser implements AsyncDisposable {
  readonly #browser: Browser;
  readonly #port: number;
  readonly #states = new Map<string, Promise<State>>();

  private constructor(browser: Browser, port: number) {
    this.#browser = browser;
    this.#port = port;
  }

  /** @param shown the port that the browser believes the server to have */
  static async open({ port }: Pick<BerthServer, 'port'>, shown = port): Promise<ConsoleBrowser> {
    const args = ['--no-sandbox'];
    if (shown !== port) args.push(`--host-resolver-rules=MAP localhost:${shown} 127.0.0.1:${port}`);
    const browser = await chromium.launch({ executablePath: program, args });
    return new ConsoleBrowser(browser, shown);
  }

  /** A new window of whoever signed in; null: of nobody. @param now at which its clock stands still */
  async window(
    look: Look,
    who: Account | null = { username: 'admin', password },
    now?: Date,
  ): Promise<ConsoleWindow> {
    const { language, theme, width } = look;
    const context = await this.#browser.newContext({
      baseURL: `http://localhost:${this.#port}`,
      locale: language === 'zh' ? 'zh-CN' : 'en-GB',
      colorScheme: theme,
      reducedMotion: 'reduce',
      viewport: { width, height: 900 },
      ...(who === null ? {} : { storageState: await this.#stateOf(who) }),
    });
    const page = await context.newPage();
    if (now !== undefined) await page.clock.setFixedTime(now);
    return new ConsoleWindow(page, look);
  }

  #stateOf(who: Account): Promise<State> {
    const known = this.#states.get(who.username) ?? this.#signIn(who);
    this.#states.set(who.username, known);
    return known;
  }

  async #signIn(who: Account): Promise<State> {
    await using window = await this.window({ language: 'en', theme: 'light', width: 1440 }, null);
    await window.page.goto('/signin');
    await signIn(window.page, who);
    await window.page.waitForURL((url) => url.pathname === '/');
    return await window.page.context().storageState();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }
}

/** Why a control cannot be used: what describes it. */
export async function reasonOf(control: Locator): Promise<string> {
  return control.evaluate((own) => {
    const reason = document.getElementById(own.getAttribute('aria-describedby') ?? '');
    return own.ariaDisabled === 'true' ? (reason?.textContent ?? '') : '';
  });
}

export async function signIn(page: Page, { username, password: secret }: Account): Promise<void> {
  await page.locator('input[name=principal]').fill(username);
  await page.locator('input[name=password]').fill(secret);
  await page.locator('form button[type=submit]').last().click();
}

/** What went wrong in it is kept, whatever the test looks at. */
export class ConsoleWindow implements AsyncDisposable {
  readonly page: Page;
  readonly look: Look;
  readonly problems: string[] = [];
  /** What was asked and not answered yet, but for the stream, which does not end. */
  readonly #asked = new Set<Request>();

  constructor(page: Page, look: Look) {
    this.page = page;
    this.look = look;
    page.on('console', (message) => {
      // A refused request leaves a line here, and one below, which tells more.
      if (
        ['error', 'warning'].includes(message.type()) &&
        !message.text().startsWith('Failed to load resource')
      )
        this.problems.push(`console: ${message.text()}`);
    });
    page.on('request', (request) => {
      if (!request.url().includes('/api/berth/v1/events')) this.#asked.add(request);
    });
    page.on('requestfinished', (request) => this.#asked.delete(request));
    page.on('requestfailed', (request) => this.#asked.delete(request));
    page.on('pageerror', (error) => this.problems.push(`fault: ${error.message}`));
    page.on('requestfailed', (request) => {
      const why = request.failure()?.errorText ?? '';
      // A page that is left ends what it was asking for.
      if (why !== 'net::ERR_ABORTED')
        this.problems.push(`failed: ${request.method()} ${request.url()} ${why}`);
    });
    page.on('response', (response) => {
      if (response.status() >= 400)
        this.problems.push(`${response.status()}: ${response.request().method()} ${response.url()}`);
    });
  }

  /** Opens an address, and waits until nothing is loading any more and the text is there. */
  async open(path: string, ready: string): Promise<void> {
    await this.page.goto(path);
    await this.page.getByText(ready).first().waitFor({ state: 'attached' });
    await this.settled();
  }

  /** Opens an address of which no text is known, and waits until its page says that it is there. */
  async visit(path: string): Promise<void> {
    await this.page.goto(path);
    await this.page.locator('h1').first().waitFor();
    await waitUntil('nothing is asked any more', async () => {
      if (this.#asked.size > 0) return false;
      // What an answer leads to is asked when it has been drawn.
      await this.page.evaluate(() => {
        const { promise, resolve } = Promise.withResolvers<void>();
        requestAnimationFrame(() => setTimeout(resolve));
        return promise;
      });
      return this.#asked.size === 0;
    });
    await this.settled();
  }

  async settled(): Promise<void> {
    await waitUntil(
      'the page has no skeleton',
      async () => (await this.page.locator('.skeleton').count()) === 0,
    );
  }

  /** No fault, nothing refused, nothing beside the window, nothing that some people cannot use. */
  async expectGood({ withAxe = isExamined(this.look) } = {}): Promise<void> {
    const where = `${this.page.url()} ${JSON.stringify(this.look)}`;
    // A page whose address stands there already may still be on its way.
    await this.page.locator('h1').first().waitFor({ state: 'attached' });
    assert.deepEqual(this.problems, [], where);
    assert.deepEqual(await this.#besideTheWindow(), [], where);
    assert.deepEqual(await this.#unsaidOrders(), [], where);
    assert.deepEqual(await this.#outOfPlace(), [], where);
    assert.deepEqual(await this.#withoutReason(), [], where);
    if (withAxe) assert.deepEqual(await this.#barriers(), [], where);
    if (this.look.language === 'zh') assert.deepEqual(await this.#englishSentences(), [], where);
  }

  /** Nothing while the page is no wider than its window. */
  #besideTheWindow(): Promise<string[]> {
    return this.page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      if (scrollWidth <= clientWidth) return [];
      const beyond = [...document.querySelectorAll('body *')].filter(
        (element) => element.getBoundingClientRect().right > clientWidth,
      );
      return [
        `${scrollWidth} wide in ${clientWidth}`,
        ...beyond.map(({ outerHTML }) => outerHTML.slice(0, 120)),
      ];
    });
  }

  /** Tables that can be sorted and do not show by which one column they are. */
  #unsaidOrders(): Promise<string[]> {
    return this.page.evaluate(() =>
      [...document.querySelectorAll('table')].flatMap((table) => {
        const sorts = [...table.querySelectorAll('th[aria-sort]')].map((th) => th.getAttribute('aria-sort'));
        const shown = sorts.filter((sort) => sort !== 'none').length;
        return sorts.length === 0 || shown === 1 ? [] : [`${table.ariaLabel}: ${shown} columns sort it`];
      }),
    );
  }

  /** Controls of rows that are cut or beside their cell or card, too small for a finger or not at the end of their row; what is not 16 px below its tabs. */
  #outOfPlace(): Promise<string[]> {
    return this.page.evaluate(() => {
      const found: string[] = [];
      for (const actions of document.querySelectorAll('.row-actions:has(button, a)')) {
        const row = actions.closest('tr')?.getBoundingClientRect();
        const cell = actions.parentElement;
        if (row === undefined || cell === null) continue;
        const end = row.right - Number.parseFloat(getComputedStyle(cell).paddingRight);
        const rowEnd = getComputedStyle(cell).display === 'flex' ? end - rowPadding(cell) : end;
        if (Math.abs(actions.getBoundingClientRect().right - rowEnd) > 1)
          found.push(`not at the end: ${told(actions)}`);
        for (const control of actions.querySelectorAll('button, a')) {
          const { left, right, width, height } = control.getBoundingClientRect();
          if (left < row.left || right > row.right) found.push(`cut: ${told(control)}`);
          if (width < 24 || height < 24) found.push(`${width} × ${height}: ${told(control)}`);
        }
      }
      for (const control of document.querySelectorAll('.table-frame td :is(a, button, input, select)')) {
        // A dialog lies above the page, wherever it was opened from.
        if (control.closest('dialog') !== null) continue;
        const { left, right, width } = control.getBoundingClientRect();
        for (const around of [control.closest('td'), control.closest('.table-frame')]) {
          const box = around?.getBoundingClientRect();
          if (box !== undefined && width > 2 && (left < box.left - 1 || right > box.right + 1))
            found.push(`out of its ${around?.tagName}: ${told(control)}`);
        }
      }
      for (const tabs of document.querySelectorAll('.tabs')) {
        const current = tabs.querySelector('[aria-current]')?.getBoundingClientRect();
        if (current !== undefined && (current.left < 0 || current.right > innerWidth))
          found.push(`out of sight: the current one of ${tabs.ariaLabel}`);
        const next = tabs.nextElementSibling?.getBoundingClientRect();
        const gap = (next?.top ?? 0) - tabs.getBoundingClientRect().bottom;
        if (next !== undefined && Math.abs(gap - 16) > 1) found.push(`${gap} px below ${tabs.ariaLabel}`);
      }
      return found;

      function rowPadding(cell: Element): number {
        const row = cell.closest('tr');
        return row === null ? 0 : Number.parseFloat(getComputedStyle(row).paddingRight);
      }
      function told({ outerHTML }: Element): string {
        return outerHTML.slice(0, 120);
      }
    });
  }

  /** Controls that cannot be used and do not say why; what waits for an answer says so by itself. */
  #withoutReason(): Promise<string[]> {
    return this.page.evaluate(() =>
      [...document.querySelectorAll(':disabled, [aria-disabled=true]:not([aria-busy=true])')]
        .filter((control) => {
          const reason = control.getAttribute('aria-describedby');
          return reason === null || document.getElementById(reason)?.textContent?.trim() === '';
        })
        .map(({ outerHTML }) => outerHTML.slice(0, 120)),
    );
  }

  /** By axe: WCAG 2.2 AA. */
  async #barriers(): Promise<string[]> {
    // What the bar at the top happens to lie over is no smaller for that.
    await this.page.evaluate(() => scrollTo(0, 0));
    await this.page.evaluate(axeSource);
    return this.page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: {
          run: (
            options: object,
          ) => Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
        };
      };
      const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
      const { violations } = await axe.run({
        runOnly: { type: 'tag', values: tags },
        resultTypes: ['violations'],
      });
      return violations.flatMap(({ id, nodes }) =>
        nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`),
      );
    });
  }

  /** Four English words in a row are a sentence that nobody translated, unless they are marked as English, or as what somebody wrote. */
  #englishSentences(): Promise<string[]> {
    return this.page.evaluate(() => {
      const found: string[] = [];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        const text = node.textContent ?? '';
        const marked = node.parentElement?.closest('[lang=en], [lang=""], code, pre, noscript') ?? null;
        if (marked === null && /[A-Za-z]{2,}(?: [A-Za-z]{2,}){3}/.test(text)) found.push(text);
      }
      return found;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.context().close();
  }
}
