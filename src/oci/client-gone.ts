import type { IncomingMessage } from 'node:http';

/** The client closed the connection in the middle: normal, and no error of anybody. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
  constructor(options?: ErrorOptions) {
    super('the client closed the connection', options);
  }
}

export function isClientGone(request: IncomingMessage, error: unknown): boolean {
  return error instanceof ClientGone || (request.destroyed && !request.complete);
}
