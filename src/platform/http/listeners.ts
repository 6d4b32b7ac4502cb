import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { StartProblem } from '../../lib/start-problem.ts';
import type { ListenAddress } from '../config/listen-address.ts';
import { systemCode } from '../files/file-ops.ts';
import { Traffic } from '../metrics/traffic.ts';
import { withholdBody } from './ask-for-body.ts';
import { refuseConnection } from './refuse-connection.ts';
import { maxHeaders } from './request-problem.ts';
import { type Exchange, watchIdle } from './watch-idle.ts';

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Node's defaults end a slow layer upload after five minutes, and idle connections after five seconds, which
 * clients then find broken.
 */
const serverOptions = {
  requestTimeout: 0,
  headersTimeout: 60_000,
  connectionsCheckingInterval: 10_000,
  keepAliveTimeout: 95_000,
  maxHeaderSize: 64 * 1024,
  noDelay: true,
  // Checked by us, whose answer has a body.
  requireHostHeader: false,
} as const;

/** Nobody is cut for being slow; so long nothing at all may move that the client has to move. */
const defaultIdleMs = 60_000;

const closeIdleEveryMs = 100;
/** Who has connected before the end and not asked yet has so long to do it: a cut connection is a failed request. */
const newcomerMs = 1000;

/** A start takes a second or two; a balancer that only looks for refused connections sends requests meanwhile. */
const holdMs = 10_000;

/** The addresses that are listened on. Bound before anything else is touched, so that a taken port leaves no trace. */
export class Listeners {
  readonly traffic = new Traffic();
  readonly #servers: Server[];
  /** What came before there was a handler, each with what answers it. */
  readonly #held = new Set<(handler: RequestHandler) => void>();
  #handler: RequestHandler = (request, response) => this.#hold(request, response);

  private constructor(servers: Server[], idleMs: number) {
    this.#servers = servers;
    for (const server of servers) this.#attend(server, idleMs);
  }

  #attend(server: Server, idleMs: number): void {
    const current = new WeakMap<Socket, Exchange>();
    const handle: RequestHandler = (request, response) => {
      current.set(request.socket, { request, response });
      this.#handler(request, response);
    };
    this.traffic.watch(server);
    server.maxHeadersCount = maxHeaders + 1;
    server.on('request', handle);
    server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      withholdBody(request, response);
      handle(request, response);
    });
    server.on('checkExpectation', handle);
    server.on('clientError', (error: Error, socket: Socket) =>
      refuseConnection(error, socket, current.get(socket)),
    );
    watchIdle(server, idleMs, (socket) => current.get(socket));
    spareNewcomers(server);
  }

  /**
   * @param lenient of several addresses only the first has to be had
   * @param idleMs shorter in tests
   * @throws StartProblem portInUse, portNotAllowed, addressUnknown
   */
  static async bind(
    address: ListenAddress,
    lenient: boolean,
    idleMs = defaultIdleMs,
  ): Promise<{ listeners: Listeners; missing: string[] }> {
    const [first = '', ...rest] = hostsOf(address.host);
    const servers = [await listen(first, address.port)];
    const port = portOf(servers[0]);
    const missing: string[] = [];
    for (const host of rest) {
      try {
        servers.push(await listen(host, port));
      } catch (error) {
        if (!lenient && error instanceof StartProblem && error.code === 'portInUse') {
          await closeAll(servers);
          throw error;
        }
        missing.push(host);
      }
    }
    return { listeners: new Listeners(servers, idleMs), missing };
  }

  static async bindSocket(path: string): Promise<Listeners> {
    const server = createServer(serverOptions);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
    return new Listeners([server], defaultIdleMs);
  }

  get port(): number {
    return portOf(this.#servers[0]);
  }

  /** From now on, and for those who wait already. */
  serve(handler: RequestHandler): void {
    this.#handler = handler;
    for (const answer of this.#held) answer(handler);
  }

  /** No new connections; resolves when all requests were answered. Connections go as soon as they are idle. */
  async close(): Promise<void> {
    for (const answer of this.#held) answer(starting);
    // What the kernel has taken so far is a connection, and no refused one any more.
    await nextTurn();
    const timer = setInterval(() => {
      for (const server of this.#servers) server.closeIdleConnections();
    }, closeIdleEveryMs);
    await closeAll(this.#servers);
    clearInterval(timer);
  }

  /** For who connects between the binding and the end of the start; whoever asks whether it is ready is told at once. */
  #hold(request: IncomingMessage, response: ServerResponse): void {
    if (/^\/(?:livez|readyz)(?:$|\?)/.test(request.url ?? '')) {
      starting(request, response);
      return;
    }
    const answer = (handler: RequestHandler): void => {
      clearTimeout(timer);
      this.#held.delete(answer);
      if (!response.destroyed) handler(request, response);
    };
    const timer = setTimeout(() => answer(starting), holdMs);
    response.once('close', () => {
      clearTimeout(timer);
      this.#held.delete(answer);
    });
    this.#held.add(answer);
  }
}

function hostsOf(host: string): string[] {
  if (host === 'localhost') return ['127.0.0.1', '::1'];
  return [host === '' ? '::' : host];
}

function portOf(server: Server | undefined): number {
  return (server?.address() as AddressInfo | null)?.port ?? 0;
}

async function listen(host: string, port: number): Promise<Server> {
  const server = createServer(serverOptions);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port }, resolve);
    });
  } catch (error) {
    // A machine without IPv6 still has every interface.
    if (host === '::' && systemCode(error) === 'EAFNOSUPPORT') return listen('0.0.0.0', port);
    throw listenProblem(error, host, port);
  }
  server.removeAllListeners('error');
  return server;
}

function listenProblem(cause: unknown, host: string, port: number): unknown {
  const values = { address: `${host.includes(':') ? `[${host}]` : host}:${port}`, port, option: '--listen' };
  switch (systemCode(cause)) {
    case 'EADDRINUSE':
      return new StartProblem('portInUse', values, { cause });
    case 'EACCES':
      return new StartProblem('portNotAllowed', values, { cause });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAFNOSUPPORT':
      return new StartProblem('addressUnknown', values, { cause });
    default:
      return cause;
  }
}

async function closeAll(servers: readonly Server[]): Promise<void> {
  await Promise.all(
    servers.map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
          server.closeIdleConnections();
        }),
    ),
  );
}

/** Node counts a connection as idle that has had no request yet; its own `close` ends those, too. */
function spareNewcomers(server: Server): void {
  const newcomers = new Map<Socket, number>();
  server.on('connection', (socket: Socket) => {
    newcomers.set(socket, performance.now());
    socket.once('close', () => newcomers.delete(socket));
  });
  server.prependListener('request', ({ socket }: IncomingMessage) => newcomers.delete(socket));
  const closeIdle = server.closeIdleConnections.bind(server);
  server.closeIdleConnections = () => {
    const now = performance.now();
    for (const since of newcomers.values()) if (now - since < newcomerMs) return;
    closeIdle();
  };
}

function starting(_request: IncomingMessage, response: ServerResponse): void {
  const body = JSON.stringify({ errors: [{ code: 'UNAVAILABLE', message: 'the registry is starting' }] });
  response.writeHead(503, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    'Retry-After': '1',
  });
  response.end(body);
}
