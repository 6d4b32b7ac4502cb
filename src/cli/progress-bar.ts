import { fill, type Language } from '../lib/text/language.ts';
import { cliTexts } from './text.ts';

const barWidth = 20;
/** A rate over less says nothing. */
const firstRateMs = 1000;
const everyMs = 100;
/** Where nobody sees a line being written over. */
const plainEveryMs = 10_000;

export interface Amount {
  readonly done: number;
  readonly total: number;
  /** What was done before the time that is counted. */
  readonly before: number;
  readonly elapsedMs: number;
}

/** `[######··············]  31%  1.2 GiB / 4.0 GiB  210.0 MiB/s  0:13 left` */
export function progressText(
  { done, total, before, elapsedMs }: Amount,
  format: (amount: number) => string,
  lang: Language,
): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const filled = Math.round(share * barWidth);
  const bar = `[${'#'.repeat(filled)}${'·'.repeat(barWidth - filled)}]`;
  const parts = [bar, `${Math.floor(share * 100)}%`.padStart(4), `${format(done)} / ${format(total)}`];
  if (elapsedMs >= firstRateMs && done > before) {
    const perSecond = ((done - before) * 1000) / elapsedMs;
    parts.push(`${format(Math.round(perSecond))}/s`);
    const seconds = Math.max(0, Math.ceil((total - done) / perSecond));
    parts.push(fill(cliTexts.left[lang], { time: clockTime(seconds) }));
  }
  return parts.join('  ');
}

function clockTime(seconds: number): string {
  const pad = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
}

/** One line that is written over on a terminal; elsewhere now and then a line. */
export class ProgressBar {
  readonly #plain: boolean;
  #shown = false;
  #held: string | undefined;
  #shownAt: number;

  private constructor(plain: boolean) {
    this.#plain = plain;
    // The first line on a terminal comes at once.
    this.#shownAt = plain ? performance.now() : Number.NEGATIVE_INFINITY;
  }

  static onStandardError(): ProgressBar {
    return new ProgressBar(process.stderr.isTTY !== true);
  }

  show(line: string): void {
    const now = performance.now();
    this.#held = undefined;
    if (now - this.#shownAt < (this.#plain ? plainEveryMs : everyMs)) this.#held = line;
    else {
      this.#write(line);
      this.#shownAt = now;
    }
  }

  /** The last line was shown, however soon it came behind the one before. */
  clear(): void {
    if (this.#plain) return;
    if (this.#held !== undefined) this.#write(this.#held);
    if (this.#shown) process.stderr.write('\r\x1b[2K');
    this.#held = undefined;
    this.#shown = false;
  }

  #write(line: string): void {
    process.stderr.write(this.#plain ? `${line}\n` : `\r\x1b[2K${line}`);
    this.#shown = true;
  }
}
