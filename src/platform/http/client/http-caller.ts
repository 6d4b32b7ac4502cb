import {
  Agent,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
} from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { ArchiveProblem } from '../../../lib/archive-problem.ts';

/** Which server is asked: over its socket, or at its address. */
export type Server =
  | { readonly socketPath: string }
  | {
      readonly url: URL;
      /** Authorities that are trusted instead of the usual ones; PEM. */
      readonly authorities: string | undefined;
      /** The `Authorization` header. */
      readonly authorization: string | undefined;
      /** With which the caller shows who it is; PEM. */
      readonly identity?: { readonly certificate: string; readonly key: string };
    };

export interface HttpCall {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | AsyncIterable<Uint8Array> | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: AsyncIterable<Uint8Array>;
}

/** A server syncs a large body before it answers. */
const silenceMs = 10 * 60_000;

/** Asks one server that the operator has named, over connections that it keeps. Redirects are not followed. */
export class HttpCaller implements Disposable {
  readonly #server: Server;
  readonly #agent: Agent;

  constructor(server: Server) {
    this.#server = server;
    this.#agent =
      'url' in server && server.url.protocol === 'https:'
        ? new TlsAgent({
            keepAlive: true,
            ...(server.authorities === undefined ? {} : { ca: server.authorities }),
            ...(server.identity === undefined
              ? {}
              : { cert: server.identity.certificate, key: server.identity.key }),
          })
        : new Agent({ keepAlive: true });
  }

  /** @throws ArchiveProblem unreachable, cut; what reading the body throws */
  async call({ method, path, headers, body }: HttpCall): Promise<HttpAnswer> {
    const asked = this.#request(method, path, headers);
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      asked.once('response', resolve);
      asked.once('error', reject);
      asked.setTimeout(silenceMs, () => asked.destroy(new Error('the server says nothing')));
    });
    // Nobody reads the body any more when this returns.
    const [sent, answer] = await Promise.allSettled([send(asked, body), answered]);
    if (sent.status === 'rejected') throw sent.reason;
    if (answer.status === 'rejected') throw this.#problem('unreachable', answer.reason);
    const response = answer.value;
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      body: this.#bodyOf(asked, response),
    };
  }

  #request(method: string, path: string, headers: HttpCall['headers']): ClientRequest {
    const server = this.#server;
    const agent = this.#agent;
    if ('socketPath' in server)
      return request({ socketPath: server.socketPath, agent, method, path, headers });
    const { url, authorization } = server;
    const auth: Record<string, string> = authorization === undefined ? {} : { Authorization: authorization };
    const ask = url.protocol === 'https:' ? tlsRequest : request;
    return ask(new URL(path, url), { agent, method, headers: { ...auth, ...headers } });
  }

  async *#bodyOf(asked: ClientRequest, response: IncomingMessage): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of response) yield piece as Uint8Array;
    } catch (cause) {
      throw this.#problem('cut', cause);
    } finally {
      // Answered before it had heard everything: nothing else can be asked over this connection.
      if (!asked.writableEnded) asked.destroy();
    }
  }

  #problem(code: 'unreachable' | 'cut', cause: unknown): ArchiveProblem {
    const server = this.#server;
    const address = 'url' in server ? server.url.origin : server.socketPath;
    const detail = cause instanceof Error ? cause.message || String(cause) : String(cause);
    return new ArchiveProblem(code, { address, detail }, { cause });
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}

/** Ends with the body, or with the answer where that comes first: nothing is read for nobody. */
async function send(asked: ClientRequest, body: HttpCall['body']): Promise<void> {
  if (body === undefined || body instanceof Uint8Array) {
    asked.end(body);
    return;
  }
  let isOver = false;
  let wake: (() => void) | undefined;
  asked.on('drain', () => wake?.());
  for (const event of ['response', 'error', 'close'])
    asked.once(event, () => {
      isOver = true;
      wake?.();
    });
  try {
    for await (const piece of body) {
      if (isOver) return;
      if (asked.write(piece)) continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } catch (error) {
    asked.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
  if (!isOver) asked.end();
}
