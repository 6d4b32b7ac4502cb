/** When something was killed: for so long requests may fail, and for no longer. */
export class Disturbances {
  readonly #spans: { readonly begin: number; end: number }[] = [];

  /** Begins now; ends with the returned call, or after so many milliseconds. */
  begin(forMs = Number.POSITIVE_INFINITY): () => void {
    const begin = performance.now();
    const span = { begin, end: begin + forMs };
    this.#spans.push(span);
    return () => {
      span.end = performance.now();
    };
  }

  /**
   * Whether a request that began then and has ended now was touched by one.
   * @param afterMs for so long it is felt behind its end
   */
  touched(begin: number, afterMs = 0): boolean {
    const now = performance.now();
    return this.#spans.some((span) => span.begin <= now && span.end + afterMs >= begin);
  }
}
