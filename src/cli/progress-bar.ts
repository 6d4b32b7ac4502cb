/** One line on the terminal that is written over. */
export class ProgressBar {
  readonly #startedAt = performance.now();
  #shown = false;

  /** @param line told how long it has taken so far */
  show(line: (elapsedMs: number) => string): void {
    process.stderr.write(`\r\x1b[2K${line(performance.now() - this.#startedAt)}`);
    this.#shown = true;
  }

  clear(): void {
    if (this.#shown) process.stderr.write('\r\x1b[2K');
    this.#shown = false;
  }
}
