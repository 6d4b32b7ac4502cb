import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import { forwarded } from './forwarded.ts';
import { isHostHeader } from './is-host-header.ts';
import { plainAddress, type TrustedProxies } from './trusted-proxies.ts';

/** How this server is reached from outside. */
export interface Outside {
  /** `https://registry.example`, without a slash at the end. */
  readonly externalUrl: string | undefined;
  readonly proxies: TrustedProxies;
}

/**
 * Scheme and host that a link to this server starts with: the external URL, or what a trusted proxy says, or the
 * `Host` header. Nothing that is not a host gets into it, so that no header can be broken out of.
 */
export function originOf({ externalUrl, proxies }: Outside, request: IncomingMessage): string {
  if (externalUrl !== undefined) return externalUrl;
  const peer = plainAddress(request.socket.remoteAddress ?? '');
  const told = proxies.trusts(peer) ? forwarded(request) : undefined;
  const encrypted = told?.proto === undefined ? 'encrypted' in request.socket : told.proto === 'https';
  const scheme = encrypted ? 'https' : 'http';
  const host = [told?.host, request.headers.host].find((each) => each !== undefined && isHostHeader(each));
  return `${scheme}://${(host ?? localHost(request)).toLowerCase()}`;
}

/** One segment or more, none of which leads elsewhere; nothing that could break out of a header or of HTML. */
const prefixForm = /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)+$/;

/**
 * Where a trusted proxy serves this server below a path, which it takes away before it asks: that path, as
 * `X-Forwarded-Prefix` has it, without a slash at the end. Empty: at the root.
 */
export function prefixOf({ proxies }: Pick<Outside, 'proxies'>, request: IncomingMessage): string {
  if (!proxies.trusts(plainAddress(request.socket.remoteAddress ?? ''))) return '';
  const told = String(request.headers['x-forwarded-prefix'] ?? '').replace(/\/$/, '');
  return told.length <= 200 && prefixForm.test(told) ? told : '';
}

function localHost({ socket }: IncomingMessage): string {
  if (socket.localAddress === undefined) return 'localhost';
  const address = plainAddress(socket.localAddress);
  return `${isIPv6(address) ? `[${address}]` : address}:${socket.localPort ?? 0}`;
}
