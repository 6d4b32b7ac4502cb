import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { forwarded } from './forwarded.ts';
import { plainAddress, type TrustedProxies } from './trusted-proxies.ts';

/**
 * Who really asks: the peer, or, when that is a trusted proxy, whom it names, read from the right for as long as the
 * hops are trusted. What stands left of the first hop that is not is anybody's invention. Empty on a Unix socket.
 */
export function clientAddress(proxies: TrustedProxies, request: IncomingMessage): string {
  let address = plainAddress(request.socket.remoteAddress ?? '');
  if (!proxies.trusts(address)) return address;
  for (const hop of forwarded(request).clients.toReversed()) {
    const next = addressOf(hop);
    if (next === undefined) return address;
    address = next;
    if (!proxies.trusts(address)) return address;
  }
  return address;
}

/** Some proxies add the port. */
function addressOf(hop: string): string | undefined {
  const match = /^\[([0-9a-f:.]+)\](?::\d+)?$/i.exec(hop) ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(hop);
  const address = match?.[1] ?? hop;
  return isIP(address) === 0 ? undefined : plainAddress(address);
}
