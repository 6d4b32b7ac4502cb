import type { Server, Socket } from 'node:net';
import { addressBlock } from '../../../lib/address-block.ts';
import { plainAddress } from '../trusted-proxies.ts';

export interface ConnectionLimit {
  /** Open ones of one address, idle ones included. */
  readonly count: number;
  /** Addresses that many clients come from. */
  readonly isExempt: (address: string) => boolean;
}

/**
 * Keeps connections beyond the limit from a server, whose listeners do not see them.
 * @param refuse what becomes of them
 */
export function limitConnections(
  servers: readonly Server[],
  { count, isExempt }: ConnectionLimit,
  refuse: (socket: Socket) => void,
): void {
  const open = new Map<string, number>();
  const admit = (socket: Socket): boolean => {
    const address = plainAddress(socket.remoteAddress ?? '');
    if (isExempt(address)) return true;
    const block = addressBlock(address);
    const before = open.get(block) ?? 0;
    if (before >= count) return false;
    open.set(block, before + 1);
    socket.once('close', () => {
      const left = (open.get(block) ?? 1) - 1;
      if (left === 0) open.delete(block);
      else open.set(block, left);
    });
    return true;
  };
  for (const server of servers) {
    const listeners = server.listeners('connection') as ((socket: Socket) => void)[];
    server.removeAllListeners('connection');
    server.on('connection', (socket: Socket) => {
      if (admit(socket)) for (const listener of listeners) listener.call(server, socket);
      else refuse(socket);
    });
  }
}
