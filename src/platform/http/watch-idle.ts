import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { bodyWithheld } from './ask-for-body.ts';
import { unsentBytes } from './unsent-bytes.ts';

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** How far a connection had come when it was last looked at. */
interface Progress {
  readonly received: number;
  readonly sent: number;
  readonly unsent: number | undefined;
}

/**
 * Cuts connections whose client, for `idleMs`, neither sends the body it announced nor takes what it is sent. There is
 * no limit for a whole request: a slow client that moves is served to the end, and a client that waits for the server
 * is never cut.
 * @param currentOf the last request of a connection
 */
export function watchIdle(
  server: Server,
  idleMs: number,
  currentOf: (socket: Socket) => Exchange | undefined,
): void {
  // Looked at twice: what the kernel did in between is only seen by comparing.
  const lookAfterMs = Math.ceil(idleMs / 2);
  const seen = new WeakMap<Socket, Progress>();
  server.timeout = lookAfterMs;
  server.on('timeout', (socket: Socket) => {
    const current = currentOf(socket);
    if (current !== undefined && isOver(current)) {
      // The keep-alive time has passed.
      socket.destroy();
      return;
    }
    const waits = current !== undefined && waitsForClient(socket, current);
    if (!waits) {
      // Before the first request the time for headers is counted elsewhere.
      seen.delete(socket);
      socket.setTimeout(lookAfterMs);
      return;
    }
    const judge = (now: Progress | undefined): void => {
      if (socket.destroyed) return;
      if (now !== undefined && isSame(seen.get(socket), now)) {
        socket.destroy();
        return;
      }
      if (now === undefined) seen.delete(socket);
      else seen.set(socket, now);
      socket.setTimeout(lookAfterMs);
    };
    // Where it cannot be looked (no file descriptor left, for one), nobody is cut for it.
    progressOf(socket).then(judge, () => judge(undefined));
  });
}

function isOver({ request, response }: Exchange): boolean {
  return request.complete && response.writableFinished;
}

function waitsForClient(socket: Socket, { request }: Exchange): boolean {
  if (socket.writableLength > 0) return true;
  // Bytes that lie here unread are waited for by nobody but us.
  return !request.complete && request.readableLength === 0 && !bodyWithheld(request);
}

async function progressOf(socket: Socket): Promise<Progress> {
  const unsent = socket.writableLength > 0 ? await unsentBytes(socket) : undefined;
  return { received: socket.bytesRead, sent: socket.bytesWritten - socket.writableLength, unsent };
}

function isSame(before: Progress | undefined, now: Progress): boolean {
  return (
    before !== undefined &&
    before.received === now.received &&
    before.sent === now.sent &&
    before.unsent === now.unsent
  );
}
