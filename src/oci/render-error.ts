import type { IncomingMessage } from 'node:http';
import { errorBody, errorHeaders } from '../platform/http/error-body.ts';
import { asAppError } from '../platform/http/server.ts';
import { challengeHeader } from './challenge.ts';
import { type Responding, sendResponse } from './send-response.ts';

/** A refusal is lost when the connection closes while the client still sends: so much is read and thrown away. */
const drainLimitBytes = 64 * 1024 * 1024;
const drainLimitMs = 30_000;

/** The one place where a failure becomes a status and a body of the distribution API. */
export function renderError(
  deps: { readonly realm: (request: IncomingMessage) => string },
  call: Responding,
  error: unknown,
): void {
  const { request, response, context } = call;
  context.error = error;
  if (response.headersSent || response.destroyed) {
    // Half an answer is worse than a broken connection, which clients notice.
    response.destroy();
    return;
  }
  const shown = asAppError(error);
  const body = errorBody(shown, context.id);
  const headers: Record<string, string> = {
    ...errorHeaders(shown),
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
  };
  if (shown.row.status === 401) {
    headers['WWW-Authenticate'] = challengeHeader(deps.realm(request), call.scope, shown.challenge);
  }
  sendResponse(call, shown.row.status, Object.entries(headers).flat(), body);
  if (!request.complete) drainRest(request);
}

function drainRest(request: IncomingMessage): void {
  let bytes = 0;
  const timer = setTimeout(() => request.destroy(), drainLimitMs).unref();
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > drainLimitBytes) request.destroy();
  });
  request.once('close', () => clearTimeout(timer));
  request.resume();
}
