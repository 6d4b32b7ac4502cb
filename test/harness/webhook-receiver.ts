import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { waitUntil } from './wait-until.ts';

export interface Received {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly at: number;
}

/** What Berth sends by default, and Harbor. */
export interface HookBody {
  readonly type: string;
  readonly occur_at: number;
  readonly operator: string;
  readonly event_data: {
    readonly resources?: { readonly digest: string; readonly tag: string; readonly resource_url: string }[];
    readonly repository?: Readonly<Record<string, unknown>>;
    readonly custom_attributes?: Readonly<Record<string, string>>;
  };
}

/** Somebody who is told by webhooks, on a free port of 127.0.0.1. */
export class WebhookReceiver implements AsyncDisposable {
  readonly received: Received[] = [];
  /** What it answers; by default 200 with nothing. */
  answer: (response: ServerResponse, received: Received) => void = (response) => response.end();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(port = 0): Promise<WebhookReceiver> {
    const server = createServer();
    const receiver = new WebhookReceiver(server);
    server.on('request', (request, response) => {
      void textOf(request).then((text) => {
        const one = { path: request.url ?? '', headers: request.headers, text, at: Date.now() };
        receiver.received.push(one);
        receiver.answer(response, one);
      });
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  at(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  of(path: string): HookBody[] {
    return this.received.filter((each) => each.path === path).map(({ text }) => JSON.parse(text) as HookBody);
  }

  /** Resolves once so many have come to the path. */
  async until(path: string, count: number): Promise<HookBody[]> {
    await waitUntil(`${count} messages at ${path}`, () => this.of(path).length >= count, 30_000);
    return this.of(path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}
