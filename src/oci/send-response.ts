import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestContext } from '../platform/http/request-context.ts';

/** What every answer of the API carries; Docker's clients look for the version. */
const versionHeader = ['Docker-Distribution-API-Version', 'registry/2.0'] as const;

const oneWriteBytes = 16 * 1024;

export interface Responding {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly context: RequestContext;
  /** What a token would have to be asked for; known once the address was understood. */
  scope?: string;
}

/**
 * Writes head and body at once, as one packet.
 * @param headers name, value, name, value …
 * @param body not sent for HEAD, whose headers speak of it all the same
 */
export function sendResponse(
  call: Responding,
  status: number,
  headers: readonly string[],
  body?: Buffer | string,
): void {
  writeHead(call, status, headers);
  if (body === undefined || call.request.method === 'HEAD') call.response.end();
  // Text in one byte a letter goes out in one write with the head; a buffer would need two.
  else if (typeof body !== 'string' && body.length <= oneWriteBytes)
    call.response.end(body.toString('latin1'), 'latin1');
  else call.response.end(body);
}

export function writeHead(call: Responding, status: number, headers: readonly string[]): void {
  call.response.writeHead(status, [...versionHeader, 'X-Request-Id', call.context.id, ...headers]);
}
