import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { addressBlock } from '../../../lib/address-block.ts';
import { contextOf, type RequestContext } from '../request-context.ts';

const accounts = new WeakMap<Socket, string>();

/** This request and those that follow on its connection are the account's, whatever address they share with others. */
export function rememberAccount(request: IncomingMessage, account: string): void {
  if (accounts.get(request.socket) === account) return;
  accounts.set(request.socket, account);
  const { place, byProxy } = contextOf(request);
  if (!byProxy) place?.isOf(account);
}

/**
 * Whom a request is counted for, before it costs anything: the account that signed in on its connection, else where it
 * comes from. Connections of proxies are used for anybody. Empty on a Unix socket.
 */
export function clientName(request: IncomingMessage, context: RequestContext): string {
  const account = accounts.get(request.socket);
  if (account !== undefined && !context.byProxy) return account;
  const { clientAddress } = context;
  return clientAddress.includes(':') ? addressBlock(clientAddress) : clientAddress;
}
