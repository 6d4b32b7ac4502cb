import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';

export interface ProxyOptions {
  /** Ports of 127.0.0.1; requests go to them in turn. */
  readonly ports: readonly number[];
  /** How long the body of a request takes at least. */
  readonly bodyMs?: (request: IncomingMessage) => number;
  /** How long the answer is kept back. */
  readonly answerMs?: (request: IncomingMessage) => number;
  /** What becomes of the bodies on their way. */
  readonly through?: (body: AsyncIterable<Buffer>, of: 'request' | 'answer') => AsyncIterable<Buffer>;
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
    const { through = (body): AsyncIterable<Buffer> => body } = this.#options;
    const sent = pipeline(through(bodyMs > 0 ? slowed(near, bodyMs) : near, 'request'), far);
    sent.catch(() => {
      // A server may answer before it has read everything; what it said is what counts.
    });
    const [response] = await answered;
    await delay(this.#options.answerMs?.(near) ?? 0);
    answer.writeHead(response.statusCode ?? 502, response.statusMessage, response.rawHeaders);
    await pipeline(through(response, 'answer'), answer);
  }
}

const steps = 100;

/**
 * Lets the first half of a body of known length through in equal pieces, spread over the time, and the rest at once:
 * a client may count its time for the answer from when the last of the body lies in a buffer between us.
 */
async function* slowed(near: IncomingMessage, bodyMs: number): AsyncGenerator<Buffer> {
  const size = Math.max(1, Math.ceil(Number(near.headers['content-length'] ?? 1) / 2 / steps));
  let waited = 0;
  let passed = 0;
  for await (const piece of near as AsyncIterable<Buffer>) {
    for (let at = 0; at < piece.length; at += size) {
      const part = piece.subarray(at, at + size);
      passed += part.length;
      for (const due = Math.min(steps, passed / size); waited < due; waited += 1) await delay(bodyMs / steps);
      yield part;
    }
  }
}
