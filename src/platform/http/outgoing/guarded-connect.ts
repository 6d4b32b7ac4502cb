import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { OutgoingProblem } from './outgoing-problem.ts';
import type { PermittedAddresses } from './permitted-addresses.ts';

export type Lookup = (hostname: string) => Promise<readonly LookupAddress[]>;

export interface ConnectDeps {
  readonly lookup: Lookup;
  readonly addresses: PermittedAddresses;
}

/**
 * A connection to where a URL leads. Its name is resolved once, and an address that was not looked at is never
 * connected to: a name that changes its address meanwhile (DNS rebinding) gains nothing.
 * @throws OutgoingProblem address
 */
export async function guardedConnect(
  { lookup, addresses }: ConnectDeps,
  url: URL,
  signal: AbortSignal,
): Promise<Socket> {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const found = isIP(host) === 0 ? await abortable(lookup(host), signal) : [{ address: host }];
  const permitted = found.filter(({ address }) => addresses.has(address));
  if (permitted.length === 0 && found.length > 0) {
    throw new OutgoingProblem(
      'address',
      `${url.host} is not on the public internet; an administrator has to permit its address`,
    );
  }
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const plain = await connectToFirst(permitted, port, signal);
  try {
    // What the kernel says, whatever was asked of it.
    if (!addresses.has(plain.remoteAddress ?? ''))
      throw new OutgoingProblem('address', 'another address answered');
    return url.protocol === 'https:' ? await secured(plain, host, signal) : plain;
  } catch (error) {
    plain.destroy();
    throw error;
  }
}

async function connectToFirst(
  found: readonly { readonly address: string }[],
  port: number,
  signal: AbortSignal,
): Promise<Socket> {
  let last: unknown = new Error('the name has no address');
  for (const { address } of found) {
    const socket = connect({ host: address, port, noDelay: true });
    // Whoever waits for it is told; a break that nobody waits for must not end the process.
    socket.on('error', () => socket.destroy());
    try {
      await once(socket, 'connect', { signal });
      return socket;
    } catch (error) {
      socket.destroy();
      signal.throwIfAborted();
      last = error;
    }
  }
  throw last;
}

async function secured(plain: Socket, host: string, signal: AbortSignal): Promise<Socket> {
  const socket = connectTls({
    socket: plain,
    host,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ALPNProtocols: ['http/1.1'],
    minVersion: 'TLSv1.2',
  });
  socket.on('error', () => socket.destroy());
  try {
    await once(socket, 'secureConnect', { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.throwIfAborted();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
