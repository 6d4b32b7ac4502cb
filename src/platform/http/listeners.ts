import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { StartProblem } from '../../lib/start-problem.ts';
import type { ListenAddress } from '../config/listen-address.ts';
import { systemCode } from '../files/file-ops.ts';
import { Traffic } from '../metrics/traffic.ts';
import type { CertificateSource } from '../tls/certificate-source.ts';
import { withholdBody } from './ask-for-body.ts';
import { type ConnectionLimit, limitConnections } from './load/limit-connections.ts';
import { refuseConnection, refuseSurplus } from './refuse-connection.ts';
import { maxHeaders } from './request-problem.ts';
import { splitByFirstByte } from './secure/split-by-first-byte.ts';
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

/** How connections are encrypted. */
export interface TlsOptions {
  /** Clients have to show a certificate. */
  readonly clientCertificates: boolean;
}

export interface Encryption {
  /** PEM of those whose certificates clients have to show; undefined: they need none. */
  readonly clientAuthorities: string | undefined;
  readonly oldest: 'TLSv1.2' | 'TLSv1.3';
}

/** Of TLS 1.2 those with forward secrecy that check what they decrypt, as in Docker's registry. */
const ciphers = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
].join(':');

/** One listened-on address. */
interface Port {
  /** What listens: the plain server itself where there is no TLS. */
  readonly outer: NetServer;
  readonly plain: Server;
  readonly secure: SecureServer | undefined;
  readonly beginHandshakes: () => void;
}

export interface BindOptions {
  /** Undefined: HTTP only. */
  readonly tls?: TlsOptions | undefined;
  /** Shorter in tests. */
  readonly idleMs?: number | undefined;
  /** Of one address over all ports; default: none. */
  readonly connections?: ConnectionLimit;
}

/** The addresses that are listened on. Bound before anything else is touched, so that a taken port leaves no trace. */
export class Listeners {
  readonly traffic = new Traffic();
  readonly #ports: readonly Port[];
  /** What came before there was a handler, each with what answers it. */
  readonly #held = new Set<(handler: RequestHandler) => void>();
  /** Undefined: not yet. */
  #handler: RequestHandler | undefined;

  private constructor(ports: readonly Port[], idleMs: number) {
    this.#ports = ports;
    for (const server of this.#servers) this.#attend(server, idleMs);
  }

  get #servers(): Server[] {
    return this.#ports.flatMap(({ plain, secure }) => (secure === undefined ? [plain] : [plain, secure]));
  }

  #attend(server: Server, idleMs: number): void {
    const current = new WeakMap<Socket, Exchange>();
    const handle: RequestHandler = (request, response) => {
      current.set(request.socket, { request, response });
      if (this.#handler === undefined) this.#hold(request, response);
      else this.#handler(request, response);
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
   * @throws StartProblem portInUse, portNotAllowed, addressUnknown
   */
  static async bind(
    address: ListenAddress,
    lenient: boolean,
    { tls, idleMs = defaultIdleMs, connections }: BindOptions = {},
  ): Promise<{ listeners: Listeners; missing: string[] }> {
    const [first = '', ...rest] = hostsOf(address.host);
    const ports = [await listen(first, address.port, tls)];
    const port = portOf(ports[0]);
    const missing: string[] = [];
    for (const host of rest) {
      try {
        ports.push(await listen(host, port, tls));
      } catch (error) {
        if (!lenient && error instanceof StartProblem && error.code === 'portInUse') {
          await closeAll(ports);
          throw error;
        }
        missing.push(host);
      }
    }
    const listeners = new Listeners(ports, idleMs);
    if (connections !== undefined) {
      // Before the first byte it is not known what is spoken: with TLS there is no answer that would be understood.
      const refuse = tls === undefined ? refuseSurplus : (socket: Socket) => socket.destroy();
      limitConnections(
        ports.map(({ outer }) => outer),
        connections,
        refuse,
      );
    }
    return { listeners, missing };
  }

  static async bindSocket(path: string): Promise<Listeners> {
    const server = createServer(serverOptions);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
    return new Listeners([plainPort(server)], defaultIdleMs);
  }

  get port(): number {
    return portOf(this.#ports[0]);
  }

  /** From now on, and for those who wait already. */
  serve(handler: RequestHandler): void {
    this.#handler = handler;
    for (const answer of this.#held) answer(handler);
  }

  /**
   * Handshakes that came before wait for this. Connections that are open go on with what they began with.
   */
  encryptWith(source: CertificateSource, { clientAuthorities, oldest }: Encryption): void {
    const ca = clientAuthorities === undefined ? {} : { ca: clientAuthorities };
    const use = ({ certificate, key }: CertificateSource['pair']): void => {
      for (const { secure } of this.#ports)
        secure?.setSecureContext({ cert: certificate, key, minVersion: oldest, ciphers, ...ca });
    };
    use(source.pair);
    source.onChange(use);
    for (const { beginHandshakes } of this.#ports) beginHandshakes();
  }

  /** No new connections; resolves when all requests were answered. Connections go as soon as they are idle. */
  async close(): Promise<void> {
    // Of a start that was refused nobody waits for the end.
    if (this.#handler === undefined) this.serve(starting);
    // What the kernel has taken so far is a connection, and no refused one any more.
    await nextTurn();
    const timer = setInterval(() => {
      for (const server of this.#servers) server.closeIdleConnections();
    }, closeIdleEveryMs);
    await closeAll(this.#ports);
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

function portOf(port: Port | undefined): number {
  return (port?.outer.address() as AddressInfo | null)?.port ?? 0;
}

async function listen(host: string, port: number, tls: TlsOptions | undefined): Promise<Port> {
  const made = makePort(tls);
  const { outer } = made;
  try {
    await new Promise<void>((resolve, reject) => {
      outer.once('error', reject);
      outer.listen({ host, port }, resolve);
    });
  } catch (error) {
    // A machine without IPv6 still has every interface.
    if (host === '::' && systemCode(error) === 'EAFNOSUPPORT') return listen('0.0.0.0', port, tls);
    throw listenProblem(error, host, port);
  }
  outer.removeAllListeners('error');
  return made;
}

function makePort(tls: TlsOptions | undefined): Port {
  const plain = createServer(serverOptions);
  if (tls === undefined) return plainPort(plain);
  const secure = createSecureServer({
    ...serverOptions,
    handshakeTimeout: serverOptions.headersTimeout,
    ALPNProtocols: ['http/1.1'],
    requestCert: tls.clientCertificates,
  });
  return { ...splitByFirstByte(plain, secure, newcomerMs), plain, secure };
}

function plainPort(plain: Server): Port {
  return { outer: plain, plain, secure: undefined, beginHandshakes: () => {} };
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

async function closeAll(ports: readonly Port[]): Promise<void> {
  await Promise.all(
    ports.map(
      ({ outer, plain, secure }) =>
        new Promise<void>((resolve) => {
          outer.close(() => resolve());
          plain.closeIdleConnections();
          secure?.closeIdleConnections();
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
