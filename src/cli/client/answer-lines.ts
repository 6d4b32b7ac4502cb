import { Refused, sentenceOf } from './refused.ts';

interface Line {
  readonly progress?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message?: string; readonly detail?: string; readonly status: number };
}

/** An answer that comes as lines of JSON: progress, and in the end a result or an error. */
export class AnswerLines {
  readonly #onProgress: ((progress: unknown) => void) | undefined;
  #rest = '';
  #last: Line | undefined;

  constructor(onProgress: ((progress: unknown) => void) | undefined) {
    this.#onProgress = onProgress;
  }

  add(piece: string): void {
    const lines = (this.#rest + piece).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const text of lines) {
      const line = JSON.parse(text) as Line;
      if ('progress' in line) this.#onProgress?.(line.progress);
      else this.#last = line;
    }
  }

  /** @throws Refused */
  result(): unknown {
    const line = this.#last;
    if (line === undefined) throw new Refused('the server ended before it was done', 503);
    if (line.error === undefined) return line.result;
    const { status } = line.error;
    throw new Refused(sentenceOf(line.error) ?? `HTTP ${status}`, status);
  }
}
