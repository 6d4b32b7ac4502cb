import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cleanEnvironment } from './berth-command.ts';
import { waitUntil } from './wait-until.ts';
import { whenTheTestEnds } from './when-the-test-ends.ts';

/** Why there is no pseudo terminal here; undefined: there is one. */
export function noPseudoTerminal(): string | undefined {
  const { status } = spawnSync('script', ['-qec', 'true', '/dev/null'], { stdio: 'ignore' });
  return status === 0 ? undefined : 'the program `script` of util-linux is not installed';
}

/** A program with a terminal in front of it, as a person sees it. */
export class PseudoTerminal {
  readonly #child: ChildProcess;
  readonly ended: Promise<number | null>;
  #shown = '';

  constructor(command: string, options: { cwd: string; env?: Readonly<Record<string, string>> }) {
    this.#child = spawn('script', ['-qefc', `exec ${command}`, '/dev/null'], {
      cwd: options.cwd,
      env: { ...cleanEnvironment(options.env), TERM: 'dumb' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#shown += text.replaceAll('\r', '');
    });
    whenTheTestEnds(() => this.#child.kill('SIGHUP'));
    const { promise, resolve } = Promise.withResolvers<number | null>();
    this.ended = promise;
    this.#child.once('close', (code) => resolve(code));
  }

  get shown(): string {
    return this.#shown;
  }

  /** Waits until something is on the screen and returns all of it. */
  async shows(pattern: RegExp): Promise<string> {
    await waitUntil(`${String(pattern)} on the terminal, which shows ${this.#shown}`, () =>
      pattern.test(this.#shown),
    );
    return this.#shown;
  }

  type(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  pressControlC(): void {
    this.type('\x03');
  }
}
