import type { IncomingMessage } from 'node:http';
import { contextOf } from './request-context.ts';

/** Where nobody has an address, as events record it. */
export const adminSocketAddress = 'admin socket';

/** Who asks over the admin socket, as events record it: whoever may open it is the operator of the machine. */
export function operator(request: IncomingMessage) {
  const { id, client } = contextOf(request);
  return { principal: 'system', address: adminSocketAddress, client, requestId: id };
}
