import type { Text } from '../../../lib/text/language.ts';
import { type Cli, say } from '../../cli.ts';
import { type At, compareText } from '../item.ts';

/** All that is wrong with the files, so that nobody has to look for it one by one. */
export class Problems {
  readonly #cli: Cli;
  /** Each once, however often it is met. */
  readonly #found = new Map<string, { readonly at: At; readonly text: string }>();

  constructor(cli: Cli) {
    this.#cli = cli;
  }

  add(at: At, text: Text, values: Readonly<Record<string, string | number>> = {}): void {
    const said = say(this.#cli, text, values);
    this.#found.set(`${at.file}:${at.line}:${at.column} ${said}`, { at, text: said });
  }

  get count(): number {
    return this.#found.size;
  }

  /** `file:line:column: what is wrong`, in the order of the files. */
  lines(): string[] {
    return [...this.#found.values()]
      .toSorted(
        ({ at: a }, { at: b }) => compareText(a.file, b.file) || a.line - b.line || a.column - b.column,
      )
      .map(({ at, text }) => `${at.file}:${at.line}:${at.column}: ${text}`.replace(/\p{C}/gu, ' '));
  }
}
