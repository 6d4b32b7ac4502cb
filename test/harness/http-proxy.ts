import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';

export interface ProxyOptions {
  /** Ports of 127.0.0.1; requests go to them in turn. */
  readonly ports: readonly number[];
  /** How long the body of a request takes at least. */
  readonly bodyMs?: (request: IncomingMessage) => number;
}

/**
 * Stands before one server or several as a balancer does: header fields pass as they came, `Host` too, and bodies as
 * they come.
 */
export class HttpProxy implements AsyncDisposable {
  readonly #options: ProxyOptions;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #server: Server;
  /** How many requests each port has got. */
  readonly counts: number[];
  #next = 0;

  private constructor(options: ProxyOptions) {
    this.#options = options;
    this.counts = options.ports.map(() => 0);
    this.#server = createServer({ requestTimeout: 0 }, (near, answer) => {
      this.#pass(near, answer).catch(() => near.destroy());
    });
  }

  static async start(options: ProxyOptions): Promise<HttpProxy> {
    const proxy = new HttpProxy(options);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the proxy does not listen');
    return address.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    this.#agent.destroy();
    await closed;
  }

  async #pass(near: IncomingMessage, answer: ServerResponse): Promise<void> {
    const turn = this.#next % this.#options.ports.length;
    this.#next += 1;
    this.counts[turn] = (this.counts[turn] ?? 0) + 1;
    const far = request({
      host: '127.0.0.1',
      port: this.#options.ports[turn],
      agent: this.#agent,
      method: near.method,
      path: near.url,
      headers: near.rawHeaders,
      setDefaultHeaders: false,
    });
    const answered = once(far, 'response') as Promise<[IncomingMessage]>;
    answer.once('close', () => far.destroy());
    const bodyMs = this.#options.bodyMs?.(near) ?? 0;
    // A server may answer before it has read everything; what it said is what counts.
    const sent = pipeline(near, ...(bodyMs > 0 ? [slowed(near, bodyMs)] : []), far);
    sent.catch(() => {});
    const [response] = await answered;
    answer.writeHead(response.statusCode ?? 502, response.statusMessage, response.rawHeaders);
    await pipeline(response, answer);
  }
}

const steps = 50;

/** Lets a body of known length through in equal pieces, spread over the time. */
function slowed({ headers }: IncomingMessage, bodyMs: number): Transform {
  const size = Math.max(1, Math.ceil(Number(headers['content-length'] ?? 1) / steps));
  let due = 0;
  return new Transform({
    transform(piece: Buffer, _encoding, done): void {
      const release = async (): Promise<void> => {
        for (let at = 0; at < piece.length; at += size) {
          const part = piece.subarray(at, at + size);
          due += (part.length / size) * (bodyMs / steps);
          await delay(due >= 100 ? due : 0);
          if (due >= 100) due = 0;
          this.push(part);
        }
      };
      release().then(() => done(), done);
    },
  });
}
