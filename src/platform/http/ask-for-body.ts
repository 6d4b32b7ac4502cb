import type { IncomingMessage, ServerResponse } from 'node:http';

/** Requests whose client holds the body back until it is asked for it, with the answer that asks. */
const withheld = new WeakMap<IncomingMessage, ServerResponse>();

/** RFC 9110, 10.1.1: the client sent `Expect: 100-continue`. Without a body there is nothing to ask for. */
export function withholdBody(request: IncomingMessage, response: ServerResponse): void {
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
  if (coding !== undefined || (length !== undefined && Number(length) > 0)) withheld.set(request, response);
}

/** True until the body is asked for. */
export function bodyWithheld(request: IncomingMessage): boolean {
  return withheld.has(request);
}

/** Whoever is about to read the body calls this first; sends 100 where it is waited for. */
export function askForBody(request: IncomingMessage): void {
  const response = withheld.get(request);
  if (response === undefined) return;
  withheld.delete(request);
  if (!response.headersSent && !response.destroyed) response.writeContinue();
}
