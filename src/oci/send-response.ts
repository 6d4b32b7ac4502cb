import type { IncomingMessage, ServerResponse } from 'node:http';
import { drainRest } from '../platform/http/drain-rest.ts';
import type { RequestContext } from '../platform/http/request-context.ts';
import type { Refusable } from './refusals/note-refused-request.ts';

/** What every answer of the API carries; Docker's clients look for the version. */
const versionHeader = ['Docker-Distribution-API-Version', 'registry/2.0'] as const;

const oneWriteBytes = 16 * 1024;

export interface Responding {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly context: RequestContext;
  /** What a token would have to be asked for; known once the address was understood. */
  scope?: string;
  /** Known once it is known who asks. */
  refusable?: Refusable;
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
  const { request, response, context } = call;
  writeHead(call, status, headers);
  const sent = request.method === 'HEAD' ? undefined : body;
  // The connection is closed with the answer's end, which therefore waits for the body's. Node closes it also when
  // the body was to be asked for and was not (RFC 9110, 10.1.1): where the next request begins is not known.
  const lingers = !request.complete && !response.shouldKeepAlive;
  if (lingers) {
    if (sent === undefined) response.flushHeaders();
    else response.write(sent);
    context.answered = true;
  } else if (sent === undefined) response.end();
  // Text in one byte a letter goes out in one write with the head; a buffer would need two.
  else if (typeof sent !== 'string' && sent.length <= oneWriteBytes)
    response.end(sent.toString('latin1'), 'latin1');
  else response.end(sent);
  if (!request.complete) drainRest(request, lingers ? () => response.end() : undefined);
}

export function writeHead(call: Responding, status: number, headers: readonly string[]): void {
  const { response, context } = call;
  response.writeHead(status, [...versionHeader, 'X-Request-Id', context.id, ...headers]);
}
