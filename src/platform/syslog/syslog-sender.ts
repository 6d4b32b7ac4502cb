import { createSocket, type Socket as Datagrams } from 'node:dgram';
import { lookup as lookUp } from 'node:dns/promises';
import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { serverAddresses } from '../http/outgoing/server-addresses.ts';
import type { SyslogEndpoint } from './syslog-endpoint.ts';

const connectMs = 10_000;
const writeMs = 30_000;

/** A connection to a syslog server. */
export interface SyslogSender {
  /** RFC 5426, 3.2, and what most receivers take over TCP. */
  readonly maxBytes: number;
  /** Resolves when all of it is with the kernel. */
  send(messages: readonly Buffer[]): Promise<void>;
  /** Why nothing more goes over it; undefined: it works. */
  readonly broken: Error | undefined;
  /** Resolves to whether the other end has got all of it, as far as its kernel tells. */
  end(): Promise<boolean>;
  destroy(): void;
}

/** The name is resolved once, and an address that was not looked at is never connected to. */
export async function connectSyslog(
  { transport, host, port }: SyslogEndpoint,
  signal: AbortSignal,
): Promise<SyslogSender> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(connectMs)]);
  const found =
    isIP(host) === 0
      ? await inTime(lookUp(host, { all: true }), limit)
      : [{ address: host, family: isIP(host) }];
  const allowed = found.filter(({ address }) => serverAddresses.has(address));
  if (allowed.length === 0) throw new Error('its name leads to no address that may be connected to');
  let last: unknown;
  for (const { address, family } of allowed) {
    try {
      if (transport === 'udp') return await overDatagrams(address, family, port);
      const plain = await connected(
        connect({ host: address, port, noDelay: true, keepAlive: true }),
        'connect',
        limit,
      );
      if (transport === 'tcp') return new StreamSender(plain);
      const servername = isIP(host) === 0 ? { servername: host } : {};
      const secure = connectTls({ socket: plain, host, ...servername, minVersion: 'TLSv1.2' });
      return new StreamSender(await connected(secure, 'secureConnect', limit));
    } catch (error) {
      signal.throwIfAborted();
      last = error;
    }
  }
  throw last;
}

async function connected(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal,
): Promise<Socket> {
  // Whoever waits for it is told; a break that nobody waits for must not end the process.
  socket.on('error', () => socket.destroy());
  try {
    await once(socket, event, { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** RFC 6587, 3.4.1, and RFC 5425: each message has its length before it. */
class StreamSender implements SyslogSender {
  readonly maxBytes = 8192;
  broken: Error | undefined;
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
    const breaks = (): void => {
      this.broken ??= new Error('the connection was closed');
    };
    socket.on('error', (error: Error) => {
      this.broken ??= error;
    });
    socket.once('end', breaks).once('close', breaks);
    // It has nothing to say; its end is noticed only by who listens.
    socket.resume();
  }

  async send(messages: readonly Buffer[]): Promise<void> {
    if (this.broken !== undefined) throw this.broken;
    const frames = messages.flatMap((message) => [Buffer.from(`${message.length} `), message]);
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('the server takes nothing')), writeMs);
      this.#socket.write(Buffer.concat(frames), (error) => {
        clearTimeout(timer);
        if (error) reject(error);
        else resolve();
      });
    });
  }

  async end(): Promise<boolean> {
    if (this.broken !== undefined) return false;
    const closed = once(this.#socket, 'close', { signal: AbortSignal.timeout(1000) });
    this.#socket.end();
    try {
      const [hadError] = (await closed) as [boolean];
      return !hadError;
    } catch {
      // The other end does not close: what it has got is not known.
      return false;
    } finally {
      this.#socket.destroy();
    }
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

/** RFC 5426: one message a datagram. That one arrives nobody tells. */
async function overDatagrams(address: string, family: number, port: number): Promise<SyslogSender> {
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  socket.on('error', () => undefined);
  const ready = once(socket, 'connect');
  socket.connect(port, address);
  await ready;
  return new DatagramSender(socket);
}

class DatagramSender implements SyslogSender {
  readonly maxBytes = 2048;
  broken: Error | undefined;
  readonly #socket: Datagrams;

  constructor(socket: Datagrams) {
    this.#socket = socket;
    socket.on('error', (error: Error) => {
      this.broken ??= error;
    });
  }

  async send(messages: readonly Buffer[]): Promise<void> {
    for (const message of messages) {
      if (this.broken !== undefined) throw this.broken;
      await new Promise<void>((resolve, reject) => {
        this.#socket.send(message, (error) => {
          if (error) reject(error);
          else resolve();
        });
      });
    }
  }

  end(): Promise<boolean> {
    this.destroy();
    return Promise.resolve(this.broken === undefined);
  }

  destroy(): void {
    this.#socket.close();
  }
}

/** A resolver cannot be told to stop; then nobody waits for it. */
function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
