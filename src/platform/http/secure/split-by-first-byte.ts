import type { Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { createServer, type Server, type Socket } from 'node:net';

/** RFC 8446, 5.1: the type of the record that every handshake begins with. No HTTP request begins with this byte. */
const handshake = 22;
const firstByteMs = 60_000;
/** Longer than clients wait for a handshake. */
const certificateMs = 60_000;

/** One port for HTTP and TLS. */
export interface Split {
  /**
   * Closing it cuts connections that have not come as far as a request can be read from them, but gives them a moment
   * before: who has connected already takes a cut connection for a failed request.
   */
  readonly outer: Server;
  /** There is a certificate: handshakes begin, also those that wait for it. */
  readonly beginHandshakes: () => void;
}

/** @param lateMs how long closing waits for who has connected already */
export function splitByFirstByte(plain: HttpServer, secure: HttpsServer, lateMs: number): Split {
  const undecided = new Set<Socket>();
  const gate = new Gate();
  /** In their handshakes, by where they come from: what TLS tells of is another object. */
  const shaking = new Map<string, Socket>();
  secure.on('secureConnection', (socket) => shaking.delete(peerOf(socket)));
  const server = createServer({ noDelay: true }, (socket) => {
    undecided.add(socket);
    const timer = setTimeout(() => socket.destroy(), firstByteMs).unref();
    const settle = (): void => {
      clearTimeout(timer);
      undecided.delete(socket);
    };
    // The socket closes by itself; whoever takes it over listens for what comes later.
    const onError = (): void => {};
    socket.on('error', onError).once('close', settle);
    socket.once('data', (first: Buffer) => {
      settle();
      socket.off('close', settle);
      const handTo = (server: HttpServer | HttpsServer): void => {
        socket.off('error', onError);
        server.emit('connection', socket);
      };
      // TLS takes what lies in the stream, HTTP listens to it, and neither starts a stream that others have paused.
      if (first[0] === handshake) {
        socket.pause();
        const peer = peerOf(socket);
        shaking.set(peer, socket);
        socket.once('close', () => {
          if (shaking.get(peer) === socket) shaking.delete(peer);
        });
      }
      socket.unshift(first);
      if (first[0] === handshake) gate.pass(socket, () => handTo(secure));
      else handTo(plain);
    });
  });
  const close = server.close.bind(server);
  server.close = (done) => {
    const timer = setTimeout(() => {
      for (const socket of [...undecided, ...shaking.values()]) socket.destroy();
    }, lateMs);
    return close((error) => {
      clearTimeout(timer);
      done?.(error);
    });
  };
  // Node begins to keep track of connections, for their time-outs and for closing, when a server listens.
  server.once('listening', () => {
    plain.emit('listening');
    secure.emit('listening');
  });
  return { outer: server, beginHandshakes: () => gate.open() };
}

/** Before there is a certificate a handshake would fail, and a client take the registry for broken. */
class Gate {
  readonly #waiting = new Set<() => void>();
  #isOpen = false;

  pass(socket: Socket, through: () => void): void {
    if (this.#isOpen) {
      through();
      return;
    }
    const timer = setTimeout(() => socket.destroy(), certificateMs).unref();
    const go = (): void => {
      clearTimeout(timer);
      socket.off('close', forget);
      through();
    };
    const forget = (): void => {
      clearTimeout(timer);
      this.#waiting.delete(go);
    };
    socket.once('close', forget);
    this.#waiting.add(go);
  }

  open(): void {
    this.#isOpen = true;
    for (const go of this.#waiting) go();
    this.#waiting.clear();
  }
}

function peerOf({ remoteAddress = '', remotePort = 0 }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
