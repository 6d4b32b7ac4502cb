import type pg from 'pg';

const lookEveryMs = 1000;

interface Seen {
  readonly bytes: number;
  readonly at: number;
}

/**
 * Breaks connections that are in use and on which nothing has come for long, although the server answers others: one
 * that a network has forgotten would otherwise be waited for until the kernel gives up. One timer for all, since a timer
 * for each query costs more than the rest of what is done for it here.
 */
export class SilentConnections implements Disposable {
  readonly #limitMs: number;
  readonly #inUse = new Set<pg.PoolClient>();
  readonly #seen = new WeakMap<pg.PoolClient, Seen>();
  readonly #timer: NodeJS.Timeout;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
    this.#timer = setInterval(() => this.#look(), lookEveryMs).unref();
  }

  add(client: pg.PoolClient): void {
    this.#inUse.add(client);
  }

  delete(client: pg.PoolClient): void {
    this.#inUse.delete(client);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const at = performance.now();
    for (const client of this.#inUse) {
      const { stream } = client.connection;
      // Both ways: a connection that was just taken waits from its first byte on.
      const bytes = count(stream, 'bytesRead') + count(stream, 'bytesWritten');
      const seen = this.#seen.get(client);
      if (seen?.bytes !== bytes) this.#seen.set(client, { bytes, at });
      else if (at - seen.at > this.#limitMs) stream.destroy(new Error('Query read timeout'));
    }
  }
}

function count(stream: object, name: string): number {
  const value: unknown = Reflect.get(stream, name);
  return typeof value === 'number' ? value : 0;
}
