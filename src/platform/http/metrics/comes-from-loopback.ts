import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { plainAddress, type TrustedProxies } from '../trusted-proxies.ts';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whatever proxies say of the request that they pass on. */
const passedOn = /^(?:forwarded|via|x-forwarded-.+|x-real-ip|x-client-ip|true-client-ip|cf-connecting-ip)$/;

/**
 * Whether a program on this machine asks, and not a proxy on it for somebody else. A proxy is recognised by being
 * trusted, by what it says of its client, or by passing on a host that is not this machine.
 */
export function comesFromLoopback(proxies: TrustedProxies, request: IncomingMessage): boolean {
  const peer = plainAddress(request.socket.remoteAddress ?? '');
  const version = isIP(peer);
  if (version === 0 || !loopback.check(peer, version === 4 ? 'ipv4' : 'ipv6')) return false;
  if (proxies.trusts(peer) || Object.keys(request.headers).some((name) => passedOn.test(name))) return false;
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/i.test(request.headers.host ?? '');
}
