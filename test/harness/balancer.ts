import { Agent, type ClientRequestArgs, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * Sends each request over a connection of its own to the next server, as a balancer does that asks `/readyz`: the next
 * one is tried when a connection is refused, and never when a request has begun.
 */
export class Balancer extends Agent implements Disposable {
  readonly #ports: readonly number[];
  readonly #away = new Set<number>();
  readonly #timer: NodeJS.Timeout;
  #turn = 0;
  /** Connections that were refused and went elsewhere. */
  refused = 0;

  constructor(ports: readonly number[]) {
    super({ keepAlive: false });
    this.#ports = ports;
    this.#timer = setInterval(() => {
      for (const port of ports) this.#look(port);
    }, 100);
  }

  override createConnection(
    _options: ClientRequestArgs,
    done?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    this.#connected().then(
      (socket) => done?.(null, socket),
      (error: Error) => done?.(error, undefined as never),
    );
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.destroy();
  }

  async #connected(): Promise<Socket> {
    for (let tried = 1; ; tried++) {
      try {
        return await connectedTo(this.#next());
      } catch (error) {
        const refused = error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
        if (!refused || tried > 2 * this.#ports.length) throw error;
        this.refused += 1;
      }
    }
  }

  #next(): number {
    for (let skipped = 0; skipped <= this.#ports.length; skipped++) {
      this.#turn = (this.#turn + 1) % this.#ports.length;
      const port = this.#ports[this.#turn] ?? 0;
      if (!this.#away.has(port)) return port;
    }
    return this.#ports[this.#turn] ?? 0;
  }

  #look(port: number): void {
    const asked = request({ host: '127.0.0.1', port, path: '/readyz', agent: false }, (response) => {
      response.resume();
      if (response.statusCode === 200) this.#away.delete(port);
      else this.#away.add(port);
    });
    asked.once('error', () => this.#away.add(port));
    asked.end();
  }
}

function connectedTo(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
