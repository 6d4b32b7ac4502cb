import { stripVTControlCharacters } from 'node:util';
import { PseudoTerminal } from '../harness/pseudo-terminal.ts';
import { waitUntil } from '../harness/wait-until.ts';

const prompt = /<<(\d+)>>\n$/;
const more = '<<more>>\n';
const redrawn = new RegExp(`${String.fromCodePoint(0x1b)}\\[\\d*[ABK]`, 'g');
/** A program asks for something and waits on the same line. */
const question = /(?:[:：]|\?|\[y\/N\]) ?$/;

export interface Typed {
  /** What to type when asked, in order. */
  readonly answers: readonly string[];
  readonly limitMs: number;
}

/** A shell with a screen, which reads line by line what somebody pastes. */
export class Terminal {
  readonly #screen: PseudoTerminal;
  #seen = 0;

  private constructor(screen: PseudoTerminal) {
    this.#screen = screen;
  }

  /** `enter` is the command line that leads to the machine; the shell follows it. */
  static async open(enter: string, folder: string, env: Readonly<Record<string, string>>): Promise<Terminal> {
    const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const shell = `${enter} env -i ${variables.join(' ')} bash --noprofile --norc --noediting -i`;
    const terminal = new Terminal(new PseudoTerminal(shell, { cwd: '/' }));
    await waitUntil('a shell', () => terminal.#fresh().length > 0);
    terminal.#screen.type(`stty -echo cols 200; PS2='${more.trim()}\n'; PS1='<<$?>>\n'; cd ${folder}\n`);
    await terminal.#until(prompt, 10_000);
    terminal.#seen = terminal.#screen.shown.length;
    return terminal;
  }

  /** Types the lines one by one, each when the shell is ready for it; returns what came on the screen. */
  async run(lines: readonly string[], typed: Typed): Promise<{ code: number; shown: string }> {
    const answers = [...typed.answers];
    let shown = '';
    let code = 0;
    for (const line of lines) {
      this.#screen.type(`${line}\n`);
      const text = await this.#answered(answers, typed.limitMs);
      code = Number(prompt.exec(text)?.[1] ?? code);
      shown += withEnd(text.replace(prompt, '').replace(more, ''));
      if (code !== 0) break;
    }
    if (answers.length > 0)
      throw new Error(`nobody asked for ${answers.join(', ')}; on the screen:\n${shown}`);
    return { code, shown };
  }

  /** Types the lines and leaves the last one running; returns the screen once it is as the pattern says. */
  async leaveRunning(lines: readonly string[], pattern: RegExp, typed: Typed): Promise<string> {
    const last = lines.at(-1) ?? '';
    const before = await this.run(lines.slice(0, -1), typed);
    if (before.code !== 0) throw new Error(`ended with ${before.code}:\n${before.shown}`);
    this.#screen.type(`${last}\n`);
    return this.#until(pattern, typed.limitMs);
  }

  /** Ends what was left running. */
  async pressControlC(limitMs: number): Promise<{ code: number; shown: string }> {
    this.#seen = this.#screen.shown.length;
    this.#screen.pressControlC();
    const text = await this.#until(prompt, limitMs);
    this.#seen = this.#screen.shown.length;
    return { code: Number(prompt.exec(text)?.[1]), shown: withEnd(text.replace(prompt, '')) };
  }

  #fresh(): string {
    // Programs that draw over lines begin a new one here.
    return stripVTControlCharacters(this.#screen.shown.slice(this.#seen).replaceAll(redrawn, '\n'));
  }

  async #until(pattern: RegExp, limitMs: number): Promise<string> {
    const giveUp = new Error(`waited ${limitMs} ms; on the screen instead:\n`);
    return waitUntil('the screen', () => pattern.test(this.#fresh()) && this.#fresh(), limitMs).catch(() => {
      giveUp.message += this.#fresh();
      throw giveUp;
    });
  }

  async #answered(answers: string[], limitMs: number): Promise<string> {
    for (;;) {
      const [answer] = answers;
      const text = await this.#until(
        answer === undefined ? /<<(?:\d+|more)>>\n$/ : new RegExp(`<<(?:\\d+|more)>>\n$|${question.source}`),
        limitMs,
      );
      if (answer === undefined || /<<(?:\d+|more)>>\n$/.test(text)) {
        this.#seen = this.#screen.shown.length;
        return text;
      }
      answers.shift();
      // From here on the question itself is not to be taken for the next one.
      const asked = this.#screen.shown.length;
      this.#screen.type(`${answer}\n`);
      await waitUntil('something after the answer', () => this.#screen.shown.length > asked);
    }
  }
}

/** Some programs leave the end of their last line out; what follows is a line of its own all the same. */
function withEnd(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
