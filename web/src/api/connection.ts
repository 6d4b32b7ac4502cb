import { outward } from '../ui/navigation/prefix.ts';

const askAgainMs = 3000;

/** Whether the server answers: who listens is told when that changes. */
class Connection {
  readonly #listeners = new Set<() => void>();
  #lostSince: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Undefined while it answers. */
  get lostSince(): number | undefined {
    return this.#lostSince;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  reached(): void {
    if (this.#lostSince === undefined) return;
    this.#lostSince = undefined;
    clearTimeout(this.#timer);
    this.#tell();
  }

  lost(): void {
    if (this.#lostSince !== undefined) return;
    this.#lostSince = Date.now();
    this.#tell();
    this.#askSoon();
  }

  #askSoon(): void {
    this.#timer = setTimeout(() => {
      fetch(outward('/livez')).then(
        () => this.reached(),
        () => this.#askSoon(),
      );
    }, askAgainMs);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

export const connection = new Connection();
