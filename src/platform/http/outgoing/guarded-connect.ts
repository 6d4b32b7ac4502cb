import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { abortable } from '../../../lib/abortable.ts';
import { OutgoingProblem } from './outgoing-problem.ts';
import type { PermittedAddresses } from './permitted-addresses.ts';

export type Lookup = (hostname: string) => Promise<readonly LookupAddress[]>;

export interface ConnectDeps {
  readonly lookup: Lookup;
  readonly addresses: PermittedAddresses;
  /** Whose certificate it is, is not looked at. */
  readonly anyCertificate?: boolean;
}

export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

export function notPermitted({ host }: URL): OutgoingProblem {
  return new OutgoingProblem(
    'address',
    `${host} is not on the public internet; an administrator has to permit its address`,
  );
}

/**
 * A connection to where a URL leads. Its name is resolved once, and an address that was not looked at is never
 * connected to: a name that changes its address meanwhile (DNS rebinding) gains nothing.
 * @throws OutgoingProblem address
 */
export async function guardedConnect(
  { lookup, addresses, anyCertificate = false }: ConnectDeps,
  url: URL,
  signal: AbortSignal,
): Promise<Socket> {
  const host = hostOf(url);
  const found = isIP(host) === 0 ? await abortable(lookup(host), signal) : [{ address: host }];
  const permitted = found.filter(({ address }) => addresses.has(address));
  if (permitted.length === 0 && found.length > 0) throw notPermitted(url);
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const plain = await connectToFirst(permitted, port, signal);
  try {
    // What the kernel says, whatever was asked of it.
    if (!addresses.has(plain.remoteAddress ?? ''))
      throw new OutgoingProblem('address', 'another address answered');
    return url.protocol === 'https:' ? await secured(plain, { host, anyCertificate }, signal) : plain;
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

async function secured(
  plain: Socket,
  { host, anyCertificate }: { readonly host: string; readonly anyCertificate: boolean },
  signal: AbortSignal,
): Promise<Socket> {
  const socket = connectTls({
    socket: plain,
    host,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ALPNProtocols: ['http/1.1'],
    minVersion: 'TLSv1.2',
    rejectUnauthorized: !anyCertificate,
  });
  socket.on('error', () => socket.destroy());
  try {
    await once(socket, 'secureConnect', { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw certificateProblem(error, host) ?? error;
  }
}

const untrusted: ReadonlySet<unknown> = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

function certificateProblem(cause: unknown, host: string): OutgoingProblem | undefined {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return new OutgoingProblem('unreachable', `the certificate of ${host} is for another name`, { cause });
  if (!untrusted.has(code)) return undefined;
  return new OutgoingProblem('unreachable', `the certificate of ${host} is not trusted, or has ended`, {
    cause,
  });
}
