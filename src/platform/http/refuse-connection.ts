import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { AppError } from '../../lib/errors.ts';
import { systemCode } from '../files/file-ops.ts';
import { errorBody } from './error-body.ts';
import { newRequestId } from './request-context.ts';
import type { Exchange } from './watch-idle.ts';

/** The rest of a head that is too long is read for so long, since a closed connection takes the answer with it. */
const lingerMs = 1000;
/** Thousands may break off at once; to answer one takes 50 µs. */
const answersPerTurn = 100;
const waiting: (() => void)[] = [];

/**
 * Answers what is no request, when it is its turn. The connection is closed: where the next one would begin is not known.
 * @param current the last request that was understood
 */
export function refuseConnection(error: Error, socket: Socket, current: Exchange | undefined): void {
  if (waiting.push(() => refuse(error, socket, current)) === 1) setImmediate(refuseSome);
}

function refuseSome(): void {
  for (const answer of waiting.splice(0, answersPerTurn)) answer();
  if (waiting.length > 0) setImmediate(refuseSome);
}

function refuse(error: Error, socket: Socket, current: Exchange | undefined): void {
  if (socket.writableEnded) return;
  // An answer now would be taken for that of the request before, or stand in the middle of it.
  const pending =
    current !== undefined &&
    !current.response.writableFinished &&
    (current.request.complete || current.response.headersSent);
  if (pending || !socket.writable || systemCode(error) === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  answerAndEnd(socket, problemOf(error));
}

/** Of a client that has too many; what it sent is not looked at. */
export function refuseSurplus(socket: Socket): void {
  socket.on('error', () => socket.destroy()).resume();
  const message = 'too many connections of this address; use those that are open, or close some';
  answerAndEnd(socket, new AppError('TOO_MANY_REQUESTS', { message, headers: { 'Retry-After': '10' } }));
}

function answerAndEnd(socket: Socket, problem: AppError): void {
  socket.end(answerOf(problem));
  const timer = setTimeout(() => socket.destroy(), lingerMs).unref();
  socket.once('close', () => clearTimeout(timer));
}

function answerOf(shown: AppError): string {
  const { status } = shown.row;
  const id = newRequestId();
  const body = errorBody(shown, id);
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${id}`,
    ...Object.entries(shown.headers).map(([name, value]) => `${name}: ${value}`),
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}

function problemOf(cause: Error): AppError {
  switch (systemCode(cause)) {
    case 'HPE_HEADER_OVERFLOW':
      return new AppError('HEADERS_TOO_LARGE', {}, { cause });
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new AppError('HEADERS_TOO_SLOW', {}, { cause });
    default:
      return new AppError('BAD_REQUEST', { message: 'this is not a valid HTTP/1.1 request' }, { cause });
  }
}
