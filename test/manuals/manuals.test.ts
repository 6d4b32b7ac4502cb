// The manual as somebody uses it who has never seen Berth: every command of every page is pasted into a terminal on a
// fresh machine, in English and in Chinese, and what the screen shows is compared with what the page says.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { root } from '../harness/berth-command.ts';
import { howToRun } from './how-to-run.ts';
import { fillHub, Machine, manualPage } from './machine.ts';
import { patternOf, type Step, stepsOf, writtenByRuns } from './manual-page.ts';
import type { Terminal } from './terminal.ts';

const languages = { en: 'en_US.UTF-8', zh: 'zh_CN.UTF-8' } as const;
const limitMs = 60_000;
/** The page on which the server is not there yet. */
const firstPage = 'install.md';
const only = process.env['BERTH_MANUAL_PAGE'];
/** The short form reads every page in one of its languages, which have the same commands. */
const full = process.env['BERTH_TEST_FULL'] === '1';
const pages = readdirSync(join(root, 'docs', 'en'))
  .filter((page) => !writtenByRuns.includes(page))
  .filter((page) => stepsOf(manualPage('en', page)).length > 0)
  .toSorted((a, b) => Number(b === firstPage) - Number(a === firstPage));

test('both languages have the same commands in the same order', () => {
  for (const page of pages) {
    const [en, zh] = ['en', 'zh'].map((language) =>
      stepsOf(manualPage(language, page)).map(({ commands, shows }) => [commands, shows?.length]),
    );
    assert.deepEqual(zh, en, page);
  }
});

test('what is said about how a command is run is about a command of the manual', () => {
  const known = new Set(
    pages.flatMap((page) => stepsOf(manualPage('en', page)).flatMap((step) => step.commands)),
  );
  assert.deepEqual(
    Object.keys(howToRun).filter((line) => !known.has(line)),
    [],
  );
});

/** One reading of one page. */
class Reading {
  readonly #machine: Machine;
  readonly #folder: string;
  readonly #terminal: Terminal;
  readonly #running: Terminal[] = [];
  #password = '';

  private constructor(machine: Machine, folder: string, terminal: Terminal) {
    this.#machine = machine;
    this.#folder = folder;
    this.#terminal = terminal;
  }

  static async begin(machine: Machine, folder: string): Promise<Reading> {
    return new Reading(machine, folder, await machine.terminal(folder));
  }

  /** @returns the reasons why something of it was not run */
  async follow({ commands, shows }: Step): Promise<string[]> {
    const hints = commands.flatMap((line) => howToRun[line] ?? []);
    const notRun = hints.flatMap((hint) => hint.notRun ?? []);
    if (notRun.length > 0) return notRun.map((why) => `${commands[0] ?? ''}: ${why}`);
    const pattern = patternOf(shows ?? ['…']);
    if (commands[0] === '^C') {
      const { shown } = await (this.#running.pop() ?? assert.fail('nothing runs')).pressControlC(limitMs);
      this.#compare(shown, shows);
      return [];
    }
    const answers = hints
      .flatMap((hint) => hint.answers ?? [])
      .map((answer) => answer.replace('{password}', this.#password));
    if (hints.some((hint) => hint.stays === true)) {
      assert.notEqual(shows?.at(-1) ?? '…', '…', 'the page does not say by which line it is ready');
      const own = await this.#machine.terminal(this.#folder);
      this.#running.push(own);
      this.#read(await own.leaveRunning(commands, pattern, { answers, limitMs }));
      return [];
    }
    const { code, shown } = await this.#terminal.run(commands, { answers, limitMs });
    assert.equal(code, hints.find((hint) => hint.code !== undefined)?.code ?? 0, shown);
    this.#compare(shown, shows);
    this.#read(shown);
    return [];
  }

  #compare(shown: string, shows: Step['shows']): void {
    if (!patternOf(shows ?? ['…']).test(shown))
      assert.fail(`the page says:\n${shows?.join('\n') ?? ''}\nthe screen says:\n${shown}`);
  }

  /** Somebody who reads the screen remembers the password. */
  #read(shown: string): void {
    this.#password = /admin \/ (\S+) {3}/.exec(shown)?.[1] ?? this.#password;
  }
}

const hub = fillHub();
const start: Step = { line: 0, commands: ['npm start'], shows: ['…', '…berth help'] };

/** Somebody who reads a page from its first line to its last. */
async function read(language: keyof typeof languages, page: string, t: TestContext): Promise<void> {
  await using machine = await Machine.start(languages[language], await hub);
  const reading = await Reading.begin(machine, page === firstPage ? '' : 'berth');
  if (page !== firstPage) await reading.follow(start);
  for (const step of stepsOf(manualPage(language, page))) {
    try {
      for (const line of await reading.follow(step)) t.diagnostic(`not run: ${line}`);
    } catch (error) {
      const where = `docs/${language}/${page}:${step.line}: ${step.commands.join('\n')}`;
      assert.fail(`${where}\n${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

// A page mostly waits, so two are read at a time.
suite('every command works and shows what the page says', { concurrency: 2 }, () => {
  for (const [no, page] of pages.entries())
    for (const [which, language] of (['en', 'zh'] as const).entries())
      if (only === undefined ? full || no % 2 === which : page === only)
        test(`${language}/${page}`, (t) => read(language, page, t));
});
