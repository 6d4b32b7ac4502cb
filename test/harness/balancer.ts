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
    this.#connect((error, socket) => done?.(error, socket as Duplex));
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.destroy();
  }

  #connect(done: (error: Error | null, socket?: Socket) => void, tried = 1): void {
    const socket = connect({ host: '127.0.0.1', port: this.#next(), noDelay: true });
    const onError = (error: Error): void => {
      if (!('code' in error && error.code === 'ECONNREFUSED') || tried > 2 * this.#ports.length) done(error);
      else {
        this.refused += 1;
        this.#connect(done, tried + 1);
      }
    };
    socket.once('error', onError);
    socket.once('connect', () => {
      socket.off('error', onError);
      done(null, socket);
    });
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
