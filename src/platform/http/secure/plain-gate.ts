import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { AppError } from '../../../lib/errors.ts';
import { isHostHeader } from '../is-host-header.ts';
import { plainAddress, type TrustedProxies } from '../trusted-proxies.ts';

export interface PlainGateDeps {
  /** Undefined: a proxy in front encrypts. */
  readonly certificate: { covers(host: string): boolean } | undefined;
  readonly proxies: TrustedProxies;
  readonly externalUrl: string | undefined;
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** They tell nothing that is worth reading on the way, and what asks for them often speaks HTTP only. */
const open = new Set(['/livez', '/readyz']);

/**
 * What becomes of a request that came in plain HTTP where others are encrypted: this machine's own programs and the
 * proxies in front are served, browsers are sent to HTTPS, and everybody else is told. A password was on the wire by
 * then, but nothing is answered that would let the mistake go on unseen.
 */
export function createPlainGate(
  deps: PlainGateDeps,
): (request: IncomingMessage) => AppError | { readonly redirect: string } | undefined {
  return (request) => {
    if ('encrypted' in request.socket) return undefined;
    const peer = plainAddress(request.socket.remoteAddress ?? '');
    if (deps.proxies.trusts(peer)) return undefined;
    const redirect = browserTarget(deps, request);
    if (redirect !== undefined) return { redirect };
    if (isLoopback(peer) || open.has(request.url ?? '')) return undefined;
    return new AppError('TLS_REQUIRED', {
      message: 'this registry is to be reached over HTTPS',
      detail: `use ${deps.externalUrl ?? 'https://'}; a client that was told that this registry is insecure has to be told otherwise`,
      headers: { Upgrade: 'TLS/1.2, HTTP/1.1' },
    });
  };
}

function isLoopback(address: string): boolean {
  const version = isIP(address);
  return version !== 0 && loopback.check(address, version === 4 ? 'ipv4' : 'ipv6');
}

/** Where the certificate is not for the name, a browser would only show a warning. */
function browserTarget({ certificate }: PlainGateDeps, request: IncomingMessage): string | undefined {
  const { method, url = '/', headers } = request;
  const { host = '', accept = '' } = headers;
  if (certificate === undefined || (method !== 'GET' && method !== 'HEAD') || !accept.includes('text/html'))
    return undefined;
  if (!isHostHeader(host) || !url.startsWith('/')) return undefined;
  // What may stand in `Host` is not always a host to a browser: `a.1`, `a%20b`.
  const hostname = URL.parse(`https://${host}`)?.hostname;
  if (hostname === undefined || !certificate.covers(hostname.replace(/^\[|\]$/g, ''))) return undefined;
  return `https://${host}${url}`;
}
