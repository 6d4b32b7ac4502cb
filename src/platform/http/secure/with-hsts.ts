import type { RequestHandler } from '../listeners.ts';

/** RFC 6797, for what comes in encrypted: elsewhere the header means nothing. */
export function withHsts(handle: RequestHandler): RequestHandler {
  return (request, response) => {
    if ('encrypted' in request.socket) response.setHeader('Strict-Transport-Security', 'max-age=31536000');
    handle(request, response);
  };
}
