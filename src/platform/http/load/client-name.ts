import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { addressBlock } from '../../../lib/address-block.ts';
import { plainAddress, type TrustedProxies } from '../trusted-proxies.ts';

const accounts = new WeakMap<Socket, string>();

/** The requests that follow on this connection are the account's, whatever address they share with others. */
export function rememberAccount(request: IncomingMessage, account: string): void {
  accounts.set(request.socket, account);
}

/**
 * Whom a request is counted for, before it costs anything: the account that signed in on its connection, else where it
 * comes from. Connections of proxies are used for anybody. Empty on a Unix socket.
 * @param address as the request's context has it
 */
export function clientName(proxies: TrustedProxies, request: IncomingMessage, address: string): string {
  const account = accounts.get(request.socket);
  if (account !== undefined && !proxies.trusts(plainAddress(request.socket.remoteAddress ?? '')))
    return account;
  return address.includes(':') ? addressBlock(address) : address;
}
